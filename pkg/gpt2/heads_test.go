package gpt2_test

import (
	"encoding/json"
	"hash/crc32"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// noise returns n numbers in [-1, 1) that depend on the name and on their place
// alone, as scripts/fixtures/parity.py makes them.
func noise(name string, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		x := uint32(i)*0x9e3779b1 + crc32.ChecksumIEEE([]byte(name))
		x = (x ^ x>>15) * 0x85ebca6b
		x = (x ^ x>>13) * 0xc2b2ae35
		values[i] = float64(x^x>>16)/(1<<31) - 1
	}
	return values
}

// made makes the model whose weights parity.py makes.
func made(t *testing.T, config json.RawMessage, scale float64) *gpt2.Model {
	t.Helper()
	parsed, err := gpt2.ParseConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	m, err := gpt2.New(parsed, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Parameters() {
		values := make([]float32, p.Count())
		for i, v := range noise(p.Name, len(values)) {
			v *= scale
			if strings.Contains(p.Name, ".ln_") && strings.HasSuffix(p.Name, ".weight") {
				v++
			}
			values[i] = float32(v)
		}
		if err := p.Variable.SetValue(tensors.FromFlatDataAndDimensions(values, p.Shape.Dimensions...)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// The shapes of the study's Spanish models: 768 wide with 48 and with 16 heads.
// Logits and loss are within 1e-4 of PyTorch's, and every parameter's gradient
// within 1e-4 of its size.
func TestManyHeadsMatchPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/heads.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixture map[string]json.RawMessage
	if err := json.Unmarshal(data, &fixture); err != nil {
		t.Fatal(err)
	}
	for _, heads := range []string{"48", "16"} {
		var want struct {
			Config    json.RawMessage
			Scale     float64
			IDs       [][]int32
			Logits    []float64
			Loss      float64
			Gradients map[string]struct{ Norm, Projection float64 }
		}
		if err := json.Unmarshal(fixture[heads], &want); err != nil {
			t.Fatal(err)
		}
		t.Run(heads, func(t *testing.T) {
			onEngines(t, func(t *testing.T, be compute.Backend) {
				m := made(t, want.Config, want.Scale)
				out := run(t, be, m, func(in []*graph.Node) []*graph.Node {
					loss := m.Loss(in[0], nil)
					var weights []*graph.Node
					for _, p := range m.Parameters() {
						weights = append(weights, p.Variable.NodeValue(in[0]))
					}
					return append([]*graph.Node{m.Logits(in[0], nil), loss}, graph.Gradient(loss, weights...)...)
				}, want.IDs)
				within(t, "logits", flat(t, out[0]), want.Logits, 1e-4)
				within(t, "loss", flat(t, out[1]), []float64{want.Loss}, 1e-5)
				for i, p := range m.Parameters() {
					gradient, expected := flat(t, out[2+i]), want.Gradients[p.Name]
					projection := 0.0
					for j, v := range noise("projection", len(gradient)) {
						projection += float64(gradient[j]) * v
					}
					if d := math.Abs(norm(gradient) - expected.Norm); !(d <= 1e-4*expected.Norm) {
						t.Errorf("gradient norm of %s is %v, want %v", p.Name, norm(gradient), expected.Norm)
					}
					if d := math.Abs(projection - expected.Projection); !(d <= 1e-4*expected.Norm) {
						t.Errorf("gradient of %s projects to %v, want %v", p.Name, projection, expected.Projection)
					}
				}
			})
		})
	}
}
