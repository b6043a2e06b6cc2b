package gpt2_test

import (
	"math"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Each output of a linear layer and each token of the embedding has a scale of its own,
// of which no weight is further than half away; all else stays as it is.
func TestInt8RoundsMatricesByOutput(t *testing.T) {
	m := loadTiny(t)
	weights, err := m.Int8()
	if err != nil {
		t.Fatal(err)
	}
	rounded, err := weights.Model()
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
