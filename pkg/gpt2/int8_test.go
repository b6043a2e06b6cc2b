package gpt2_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// Each output of a linear layer and each token of the embedding has a scale of its own,
// of which no weight is further than half away; all else stays as it is.
func TestInt8RoundsMatricesByOutput(t *testing.T) {
	m := loadTiny(t)
	weights, err := m.Int8()
	if err != nil {
		t.Fatal(err)
	}
	rounded, err := gpt2.FromInt8(weights)
	if err != nil {
		t.Fatal(err)
	}
	of := func(m *gpt2.Model, i int) []float32 {
		value, err := m.Parameters()[i].Variable.Value()
		if err != nil {
			t.Fatal(err)
		}
		flat := make([]float32, 0, m.Parameters()[i].Count())
		switch v := value.Value().(type) {
		case []float32:
			flat = append(flat, v...)
		case [][]float32:
			flat = slices.Concat(v...)
		}
		return flat
	}
	for i, p := range m.Parameters() {
		before, after := of(m, i), of(rounded, i)
		dims := p.Shape.Dimensions
		if len(dims) == 1 || p.Name == "transformer.wpe.weight" {
			if !slices.Equal(before, after) {
				t.Errorf("%s changed", p.Name)
			}
			continue
		}
		outputs, output := dims[1], func(i int) int { return i % dims[1] }
		if p.Name == "transformer.wte.weight" {
			outputs, output = dims[0], func(i int) int { return i / dims[1] }
		}
		steps := make([]float64, outputs)
		for i, v := range before {
			steps[output(i)] = max(steps[output(i)], math.Abs(float64(v))/127)
		}
		changed := 0
		for i, v := range before {
			off, step := math.Abs(float64(v)-float64(after[i])), steps[output(i)]
			if off > step*(0.5+1e-5) {
				t.Errorf("%s, value %d: %v became %v in steps of %v", p.Name, i, v, after[i], step)
			}
			if off > step/100 {
				changed++
			}
		}
		if changed < len(before)/2 {
			t.Errorf("%s: %d of %d values were rounded", p.Name, changed, len(before))
		}
	}
}

// The negative log-likelihood of each token is what a float32 model with the rounded
// weights gives it, also where a text is longer than the model's positions.
func TestInt8NLL(t *testing.T) {
	onEngines(t, func(t *testing.T, be compute.Backend) {
		m := loadTiny(t)
		weights, err := m.Int8()
		if err != nil {
			t.Fatal(err)
		}
		rounded, err := gpt2.FromInt8(weights)
		if err != nil {
			t.Fatal(err)
		}
		full, positions := fullForward(t, be, rounded), m.Config.NPositions
		for _, length := range []int{2, 20, positions, positions + 1, 2*positions + 3} {
			ids := make([]int32, length)
			for i := range ids {
				ids[i] = int32(i * 7 % m.Config.VocabSize)
			}
			nll, err := int8.NewDecoder(weights).NLL(ids)
			if err != nil {
				t.Fatal(err)
			}
			if len(nll) != length-1 {
				t.Fatalf("%d tokens have %d scores", length, len(nll))
			}
			// What stands before each token in the first window that holds it.
			var before [][]int32
			for i := 1; i < length; i++ {
				begin := 0
				for begin+positions <= i {
					begin += positions / 2
				}
				before = append(before, ids[begin:i])
			}
			for i, logits := range full(before) {
				sum := 0.0
				for _, logit := range logits {
					sum += math.Exp(logit)
				}
				if want := math.Log(sum) - logits[ids[i+1]]; math.Abs(float64(nll[i])-want) > 1e-4 {
					t.Errorf("%d tokens: token %d has %v, want %v", length, i+1, nll[i], want)
				}
			}
		}
		for _, ids := range [][]int32{nil, {1}, {1, int32(m.Config.VocabSize)}, {-1, 1}} {
			if nll, err := int8.NewDecoder(weights).NLL(ids); err == nil {
				t.Errorf("tokens %v have the scores %v", ids, nll)
			}
		}
	})
}
