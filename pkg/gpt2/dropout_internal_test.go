package gpt2

import (
	"math"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// Masks must have the asked rate, scale what they keep, and be independent: from
// element to neighbour, from place to place in the graph, and from step to step.
func TestDropoutMasksAreFairAndIndependent(t *testing.T) {
	const size, rate = 1 << 17, 0.1
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	exec, err := graph.NewExec(engine.Backend, func(state *graph.Node) []*graph.Node {
		dropout := NewDropout(DropoutRates{}, state)
		ones := graph.Ones(state.Graph(), shapes.Make(dtypes.Float32, 2, size/2))
		return []*graph.Node{dropout.apply(ones, rate), dropout.apply(ones, rate)}
	})
	if err != nil {
		t.Fatal(err)
	}
	var masks [][]float32
	for step := range uint64(3) {
		out, err := exec.Call(DropoutState(7, step))
		if err != nil {
			t.Fatal(err)
		}
		for _, mask := range out {
			masks = append(masks, tensors.MustCopyFlatData[float32](mask))
		}
	}
	dropped := func(mask []float32, i int) float64 {
		switch mask[i%size] {
		case 0:
			return 1
		case float32(1 / (1 - rate)):
			return 0
		}
		t.Fatalf("element %d is %v: must be 0 or 1/(1-rate)", i, mask[i%size])
		return 0
	}
	// Five standard deviations of a count of independent events of probability p.
	bound := func(p float64) float64 { return 5 * math.Sqrt(p*(1-p)/size) }
	share := func(what string, want float64, event func(i int) float64) {
		t.Helper()
		sum := 0.0
		for i := range size {
			sum += event(i)
		}
		if got := sum / size; math.Abs(got-want) > bound(want) {
			t.Errorf("%s: share %v, want %v ± %v", what, got, want, bound(want))
		}
	}
	for n, mask := range masks {
		share("dropped", rate, func(i int) float64 { return dropped(mask, i) })
		for _, lag := range []int{1, 2, 3, 256, size / 2} {
			share("dropped with a neighbour", rate*rate, func(i int) float64 { return dropped(mask, i) * dropped(mask, i+lag) })
		}
		for _, other := range masks[n+1:] {
			share("dropped in two masks", rate*rate, func(i int) float64 { return dropped(mask, i) * dropped(other, i) })
		}
	}
}
