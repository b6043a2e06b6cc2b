package gpt2

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// TestGradientsInBFloat16 holds the gradients of products in bfloat16 against those
// in float32. A factor is rounded by at most 2⁻⁹ of its value, so that a sum of products is
// off by little more than 2⁻⁸ of the sum of their sizes; twice that is let pass.
func TestGradientsInBFloat16(t *testing.T) {
	const n, in, out = 6, 40, 24
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(rows, columns int) (values, sizes *tensors.Tensor) {
		flat, absolute := make([]float32, rows*columns), make([]float32, rows*columns)
		for i := range flat {
			flat[i] = float32(rng.NormFloat64())
			absolute[i] = max(flat[i], -flat[i])
		}
		return tensors.FromFlatDataAndDimensions(flat, rows, columns), tensors.FromFlatDataAndDimensions(absolute, rows, columns)
	}
	for _, engineName := range []string{"", "go"} {
		if engineName != "" {
			t.Setenv(compute.ConfigEnvVar, engineName)
		}
		engine, err := backend.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		for _, transposed := range []bool{false, true} {
			w, wSizes := random(in, out)
			if transposed {
				w, wSizes = random(out, in)
			}
			x, xSizes := random(n, in)
			weigh, weighSizes := random(n, out)
			gradients := func(c Compute, inputs ...any) [2][]float32 {
				results, err := graph.CallOnceN(engine.Backend, func(inputs []*graph.Node) []*graph.Node {
					x, w := inputs[0], inputs[1]
					axis := 0 // of w, to multiply
					if transposed {
						axis = 1
					}
					product := c.dot(x, []int{1}, nil, w, []int{axis}, nil)
					loss := graph.ReduceAllSum(graph.Mul(product, inputs[2]))
					return graph.Gradient(loss, x, w)
				}, inputs...)
				if err != nil {
					t.Fatal(err)
				}
				return [2][]float32{tensors.MustCopyFlatData[float32](results[0]), tensors.MustCopyFlatData[float32](results[1])}
			}
			got, want := gradients(Compute{BFloat16: true}, x, w, weigh), gradients(Compute{}, x, w, weigh)
			sizes := gradients(Compute{}, xSizes, wSizes, weighSizes)
			for factor := range got {
				rounded := false
				for i, g := range got[factor] {
					off := math.Abs(float64(g - want[factor][i]))
					rounded = rounded || off > 0
					if off > float64(sizes[factor][i])/128 {
						t.Fatalf("engine %q, transposed %t, factor %d: gradient %d is %g, want %g", engine.Name, transposed, factor, i, g, want[factor][i])
					}
				}
				// On a GPU XLA leaves out roundings that it sees both sides of.
				if !rounded && engine.Platform != "cuda" {
					t.Errorf("engine %q, transposed %t, factor %d: the gradient is that of float32", engine.Name, transposed, factor)
				}
			}
		}
	}
}

// Graphs know the activations that a configuration may name, and no other.
func TestActivationsAreThoseOfTheConfiguration(t *testing.T) {
	got, want := slices.Sorted(maps.Keys(activations)), slices.Sorted(slices.Values(config.Activations()))
	if !slices.Equal(got, want) {
		t.Errorf("graphs have %q, configurations %q", got, want)
	}
}
