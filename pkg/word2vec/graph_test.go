package word2vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// engines returns the pure-Go engine and, where it is installed, the one that
// researchers get.
func engines(t testing.TB) map[string]compute.Backend {
	t.Helper()
	best, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]compute.Backend{best.Name: best.Backend}
	if best.Name != "go" {
		pure, err := compute.NewWithConfig("go:ops_sequential")
		if err != nil {
			t.Fatal(err)
		}
		all["go"] = pure
	}
	t.Cleanup(func() {
		for _, be := range all {
			be.Finalize()
		}
	})
	return all
}

// likelihood returns the log-likelihood that one micro-batch raises, by the
// definition: Σ log σ(±u·h) over positions, context words and path nodes.
func likelihood(l layout, row []int32, paths []path, input, output []float64, size int) (sum float64) {
	for p := range l.positions {
		for i := -int(row[l.halo()+p]); i <= int(row[l.halo()+l.positions+p]); i++ {
			if i == 0 {
				continue
			}
			h := input[int(row[l.window+p+i])*size:][:size]
			way := paths[row[l.window+p]]
			for n, node := range way.points {
				u := output[int(node)*size:][:size]
				dot := 0.0
				for d := range h {
					dot += h[d] * u[d]
				}
				if way.codes[n] == 1 {
					dot = -dot
				}
				sum -= math.Log1p(math.Exp(-dot))
			}
		}
	}
	return sum
}

// TestStepFollowsTheGradient holds one step of the graph, at a rate so small that
// its pairs do not feel each other, against the derivative of the log-likelihood.
func TestStepFollowsTheGradient(t *testing.T) {
	const size, rate, small = 3, 1e-3, 1e-5
	counts := []int64{40, 21, 13, 8, 5, 3, 2, 2, 1}
	paths, err := huffmanPaths(counts)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	tables := [2][]float64{make([]float64, len(counts)*size), make([]float64, len(counts)*size)}
	for _, table := range tables {
		for i := range table {
			table[i] = float64(float32(rng.NormFloat64()))
		}
	}
	c := corpus{tokens: []int32{0, 3, 1, 0, 8, 2, 5, 0, 1, 7, 4, 6}, ends: []int{7, 12}}
	l := layout{steps: 3, positions: 4, window: 2, passes: 1}
	var row []int32
	var b batch
	for got := range c.batches(l, Options{Iterations: 1, StepSize: rate, Window: 2}, rng) {
		b = *got
		b.used = 1
		row = b.row(l, 0)
	}

	for name, be := range engines(t) {
		t.Run(name, func(t *testing.T) {
			exec, err := graph.NewExec(be, trainBatch(l))
			if err != nil {
				t.Fatal(err)
			}
			defer exec.Finalize()
			tensor := func(values []float64) *tensors.Tensor {
				flat := make([]float32, len(values))
				for i, x := range values {
					flat[i] = float32(x)
				}
				return tensors.FromFlatDataAndDimensions(flat, len(counts), size)
			}
			input, output, err := runBatch(be, exec, tensor(tables[0]), tensor(tables[1]), pathTable(paths), &b, l)
			if err != nil {
				t.Fatal(err)
			}
			for which, after := range []*tensors.Tensor{input, output} {
				values, err := tensors.CopyFlatData[float32](after)
				if err != nil {
					t.Fatal(err)
				}
				for i, x := range values {
					at := &tables[which][i]
					old := *at
					*at = old + small
					above := likelihood(l, row, paths, tables[0], tables[1], size)
					*at = old - small
					below := likelihood(l, row, paths, tables[0], tables[1], size)
					*at = old
					want := (above - below) / (2 * small)
					if got := (float64(x) - old) / rate; math.Abs(got-want) > 0.01*(1+math.Abs(want)) {
						t.Errorf("table %d, value %d moved by %.5f × rate, the derivative is %.5f", which, i, got, want)
					}
				}
			}
		})
	}
}

// TestWindowIsTrainedInOrder holds one position at a large rate against the
// definition: every pair must feel what those before it did to the path.
func TestWindowIsTrainedInOrder(t *testing.T) {
	const size = 3
	counts := []int64{40, 21, 13, 8, 5, 3, 3, 2, 2, 1, 1}
	paths, err := huffmanPaths(counts)
	if err != nil {
		t.Fatal(err)
	}
	c := corpus{tokens: []int32{1, 10, 3, 7, 0, 9, 2, 4, 5, 8, 6}, ends: []int{11}}
	rng := rand.New(rand.NewPCG(8, 9))
	input, output := make([]float32, len(counts)*size), make([]float32, len(counts)*size)
	for i := range input {
		input[i], output[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
	}
	l := layout{steps: 1, positions: 1, window: 5}
	b := &batch{stream: make([]int32, l.width()), rate: 0.2}
	c.put(b, l, 5, 5, 5) // the rare word 9, with all the others around it
	wantInput, wantOutput := slices.Clone(input), slices.Clone(output)
	trainInOrder(b, l, paths, wantInput, wantOutput, size)

	for name, be := range engines(t) {
		for passes, most := range map[int]float64{1: 0.05, 2 * l.window: 1e-5} {
			l.passes = passes
			exec, err := graph.NewExec(be, trainBatch(l))
			if err != nil {
				t.Fatal(err)
			}
			gotInput, gotOutput, err := runBatch(be, exec,
				tensors.FromFlatDataAndDimensions(slices.Clone(input), len(counts), size),
				tensors.FromFlatDataAndDimensions(slices.Clone(output), len(counts), size),
				pathTable(paths), b, l)
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range []struct {
				name        string
				got         *tensors.Tensor
				want, start []float32
			}{{"input", gotInput, wantInput, input}, {"output", gotOutput, wantOutput, output}} {
				got, err := tensors.CopyFlatData[float32](table.got)
				if err != nil {
					t.Fatal(err)
				}
				var wrong, moved float64
				for i := range got {
					wrong += math.Pow(float64(got[i]-table.want[i]), 2)
					moved += math.Pow(float64(table.want[i]-table.start[i]), 2)
				}
				if off := math.Sqrt(wrong / moved); off > most {
					t.Errorf("%s, %d passes: the %s vectors moved wrongly by %.2g of their way, more than %g", name, passes, table.name, off, most)
				}
			}
			exec.Finalize()
		}
	}
}
