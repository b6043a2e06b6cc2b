package finetune

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
)

// trained runs the resumable run, changed, on an engine and returns its losses
// and weights.
func trained(t *testing.T, engine string, change func(*training.Settings)) ([]float64, map[string][]float32) {
	t.Helper()
	train, eval, s := resumable()
	none := 0.0
	s.Dropout, s.LogEvery, s.EvalEvery = &none, 1, 0
	change(&s)
	m := tiny(t)
	h, err := Train(t.Context(), openEngine(t, engine), m, train, eval, s, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, losses := h.TrainLoss()
	_, evaluated := h.EvalLoss()
	return append(losses, evaluated...), weights(t, m)
}

// furthest returns the largest difference of two lists of numbers.
func furthest[T float32 | float64](t *testing.T, a, b []T) float64 {
	t.Helper()
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("%d and %d numbers", len(a), len(b))
	}
	worst := 0.0
	for i := range a {
		worst = max(worst, math.Abs(float64(a[i])-float64(b[i])))
	}
	return worst
}

func TestAccumulatedBatchesAreOneLargeBatch(t *testing.T) {
	for engine, batches := range map[string][]int{"go": {1, 2}, "": {2}} {
		want, wantWeights := trained(t, engine, func(s *training.Settings) { s.BatchSize = 4 })
		for _, batch := range batches {
			n := 4 / batch
			got, gotWeights := trained(t, engine, func(s *training.Settings) { s.BatchSize, s.GradientAccumulation = batch, n })
			if d := furthest(t, got, want); d > 1e-5 {
				t.Errorf("%d × %d on %q: losses differ by %g", n, batch, engine, d)
			}
			for name := range wantWeights {
				// AdamW makes full steps of gradients that are rounding error: the bias of keys.
				if d := furthest(t, gotWeights[name], wantWeights[name]); d > 1e-4 && !strings.HasSuffix(name, "c_attn.bias") {
					t.Errorf("%d × %d on %q: %s differs by %g", n, batch, engine, name, d)
				}
			}
		}
	}
}

func TestAccumulationDropsAnewInEachBatch(t *testing.T) {
	half := 0.5
	losses := func(n int) []float64 {
		train := slices.Repeat([]int32{5, 6, 7, 8, 9, 10, 11, 12}, 8)
		m := tiny(t)
		h, err := Train(t.Context(), openEngine(t, "go"), m, train, nil, training.Settings{
			BlockSize: 8, BatchSize: 2, GradientAccumulation: n, MaxSteps: 1, Dropout: &half, LogEvery: 1,
		}, RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		_, losses := h.TrainLoss()
		return losses
	}
	// All batches are alike: were the masks, too, the mean loss would be that of one.
	if one, two := losses(1), losses(2); one[0] == two[0] {
		t.Errorf("one batch and the mean of two have the same loss %v", one[0])
	}
}

func TestCheckpointingChangesNoNumbers(t *testing.T) {
	for _, engine := range []string{"go", ""} {
		want, wantWeights := trained(t, engine, func(s *training.Settings) { s.Dropout = nil })
		got, gotWeights := trained(t, engine, func(s *training.Settings) { s.Dropout, s.GradientCheckpointing = nil, true })
		if d := furthest(t, got, want); d > 1e-5 {
			t.Errorf("on %q: losses differ by %g", engine, d)
		}
		for name := range wantWeights {
			if d := furthest(t, gotWeights[name], wantWeights[name]); d > 1e-4 && !strings.HasSuffix(name, "c_attn.bias") {
				t.Errorf("on %q: %s differs by %g", engine, name, d)
			}
		}
	}
}

// bfloat16 has 8 bits of mantissa: losses follow those of float32 within a percent,
// and are not the same.
func TestBFloat16FollowsFloat32(t *testing.T) {
	for _, engine := range []string{"go", ""} {
		want, _ := trained(t, engine, func(*training.Settings) {})
		got, _ := trained(t, engine, func(s *training.Settings) { s.BFloat16 = true })
		for i := range want {
			if d := math.Abs(got[i]-want[i]) / want[i]; d > 1e-2 {
				t.Errorf("on %q: loss %d is %v, in float32 %v", engine, i, got[i], want[i])
			}
		}
		if slices.Equal(got, want) {
			t.Errorf("on %q: the losses are those of float32", engine)
		}
	}
}

func TestEarlyStopping(t *testing.T) {
	engine := openEngine(t, "go")
	train, eval, s := unlearning()
	s.MaxSteps, s.LogEvery, s.EarlyStoppingPatience = 40, 3, 2
	dir := t.TempDir()
	var first *training.History
	for range 2 { // the second time from the finished run
		m := tiny(t)
		h, err := Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		steps, losses := h.EvalLoss()
		best := slices.Index(losses, slices.Min(losses))
		if h.GlobalStep == 40 || best != len(losses)-3 || steps[best] != h.BestGlobalStep {
			t.Fatalf("stopped after step %d with evaluation losses %v", h.GlobalStep, losses)
		}
		if !h.Done() || h.MaxSteps != 40 {
			t.Errorf("done %v, of %d steps", h.Done(), h.MaxSteps)
		}
		if logged, _ := h.TrainLoss(); logged[len(logged)-1] != h.GlobalStep {
			t.Errorf("training loss logged at %v, stopped at %d", logged, h.GlobalStep)
		}
		if first != nil && h.ResumedFrom != first.GlobalStep {
			t.Errorf("a finished run was gone on from %d", h.ResumedFrom)
		}
		first = h
	}
}

func TestEarlyStoppingCounts(t *testing.T) {
	for _, c := range []struct {
		losses    []float64
		threshold float64
		stale     bool
	}{
		{nil, 0, false},
		{[]float64{3, 2, 1}, 0, false},
		{[]float64{3, 3, 3}, 0, true},
		{[]float64{1, 2, 0.9, 2}, 0, false},
		{[]float64{1, 2, 2}, 0, true},
		{[]float64{3, 2.9, 2.8}, 0.5, true},
		{[]float64{3, 2.9, 2}, 0.5, false},
	} {
		r := &run{settings: training.Settings{EarlyStoppingPatience: 2, EarlyStoppingThreshold: c.threshold}, history: &training.History{}}
		for _, loss := range c.losses {
			r.history.LogHistory = append(r.history.LogHistory, training.Entry{EvalLoss: &loss})
		}
		if r.stale() != c.stale {
			t.Errorf("losses %v, threshold %v: stale %v", c.losses, c.threshold, r.stale())
		}
		r.settings.EarlyStoppingPatience = 0
		if r.stale() {
			t.Errorf("losses %v: stopped without patience", c.losses)
		}
	}
}
