package gpt2

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// TestNormsActOnWeights holds what normProduct makes of a layer norm in training in
// bfloat16, and all its gradients, against the layer norm itself in float32: they must be the
// same but for rounding, which is 2⁻⁹ of a factor at most.
func TestNormsActOnWeights(t *testing.T) {
	const n, in, out, tolerance = 24, 32, 48, 1.0 / 128
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(mean float64, dims ...int) any {
		values := make([]float32, 1)
		for _, dim := range dims {
			values = make([]float32, len(values)*dim)
		}
		for i := range values {
			values[i] = float32(mean + rng.NormFloat64())
		}
		return tensors.FromFlatDataAndDimensions(values, dims...)
	}
	names := []string{"x", "gains", "shifts", "weights", "bias"}
	for _, engineName := range []string{"", "go"} {
		if engineName != "" {
			t.Setenv(compute.ConfigEnvVar, engineName)
		}
		engine, err := backend.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		inputs := []any{random(2, n, in), random(1, in), random(0.5, in), random(0, in, out), random(0, out), random(0, n, out)}
		results := func(c Compute, dropout *Dropout) [][]float32 {
			outputs, err := graph.CallOnceN(engine.Backend, func(inputs []*graph.Node) []*graph.Node {
				m := &Model{Config: Config{LayerNormEpsilon: 1e-5}, compute: c, given: map[string]*graph.Node{
					"ln.weight": inputs[1], "ln.bias": inputs[2], "fc.weight": inputs[3], "fc.bias": inputs[4],
				}}
				y := addBias(m.normProduct(inputs[0], "ln", "fc", dropout))
				loss := graph.ReduceAllSum(graph.Mul(y, inputs[5]))
				return append(graph.Gradient(loss, inputs[:5]...), y)
			}, inputs...)
			if err != nil {
				t.Fatal(err)
			}
			flat := make([][]float32, len(outputs))
			for i, output := range outputs {
				flat[i] = tensors.MustCopyFlatData[float32](output)
			}
			return flat
		}
		got, want := results(Compute{BFloat16: true}, &Dropout{}), results(Compute{}, nil)
		for i, name := range append(names, "output") {
			off, size := 0.0, 0.0
			for j, w := range want[i] {
				off += math.Pow(float64(got[i][j]-w), 2)
				size += math.Pow(float64(w), 2)
			}
			if distance := math.Sqrt(off / size); !(distance <= tolerance) {
				t.Errorf("engine %q: %s is off by %.2g of its size: at most %.2g is rounding", engine.Name, name, distance, tolerance)
			}
		}
	}
}
