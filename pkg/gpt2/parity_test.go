package gpt2_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/gpt2test"
)

// The shapes of the study's Spanish models, 768 wide with 48 and with 16 heads, and a
// model of three layers. Logits and loss are within 1e-4 of PyTorch's, and every
// parameter's gradient within 1e-4 of its size.
func TestManyHeadsAndLayersMatchPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/parity.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixture map[string]json.RawMessage
	if err := json.Unmarshal(data, &fixture); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"48 heads", "16 heads", "3 layers"} {
		var want struct {
			Config    json.RawMessage
			Scale     float64
			IDs       [][]int32
			Logits    []float64
			Loss      float64
			Gradients map[string]struct{ Norm, Projection float64 }
		}
		if err := json.Unmarshal(fixture[name], &want); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			onEngines(t, func(t *testing.T, be compute.Backend) {
				m, err := gpt2test.Model(want.Config, want.Scale)
				if err != nil {
					t.Fatal(err)
				}
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
					for j, v := range gpt2test.Noise("projection", len(gradient)) {
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
