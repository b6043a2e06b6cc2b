package finetune

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/gpt2test"
)

// fiftyTolerance is how far, relative to it, a loss of the fifty steps may lie from
// PyTorch's: a tenth of what was aimed at.
const fiftyTolerance = 1e-4

// What a loss in bfloat16 may lie, relative to it, from that of PyTorch's autocast, and all
// of them on average: some roundings of 2⁻⁸ in what it is computed of.
const (
	fiftyHalfTolerance = 2e-3
	fiftyHalfMean      = 5e-4
)

// Fifty steps with warm-up, decay of rate and weights, and clipping, of a GPT-2 of
// three layers.
func TestFiftyStepsAreThoseOfPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/fifty.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Config       json.RawMessage
		Scale        float64
		LearningRate float64 `json:"learning_rate"`
		WeightDecay  float64 `json:"weight_decay"`
		MaxGradNorm  float64 `json:"max_grad_norm"`
		WarmupSteps  int     `json:"warmup_steps"`
		Batches      [][][]int32
		Losses       []float64
		Norms        []float64
		HalfLosses   []float64 `json:"bfloat16_losses"`
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Losses) != 50 || len(want.HalfLosses) != 50 {
		t.Fatalf("%d steps", len(want.Losses))
	}
	for _, engine := range []string{"", "go"} {
		// steps makes the steps and returns their losses and norms.
		steps := func(t *testing.T, bfloat16 bool) (losses, norms []float64) {
			m, err := gpt2test.Model(want.Config, want.Scale)
			if err != nil {
				t.Fatal(err)
			}
			none := 0.0
			s := training.Settings{
				BFloat16: bfloat16, Dropout: &none, LearningRate: want.LearningRate, WeightDecay: want.WeightDecay, MaxGradNorm: want.MaxGradNorm, WarmupSteps: want.WarmupSteps,
			}.WithDefaults(m.Config.NPositions)
			st, err := newStepper(openEngine(t, engine), m, s)
			if err != nil {
				t.Fatal(err)
			}
			defer st.close()
			for i, batch := range want.Batches {
				result, err := st.run(batch, i, s.LearningRateAt(i, len(want.Batches)))
				if err != nil {
					t.Fatal(err)
				}
				loss, norm, err := result.read()
				if err != nil {
					t.Fatal(err)
				}
				losses, norms = append(losses, loss), append(norms, norm)
			}
			return losses, norms
		}
		t.Run("engine="+engine, func(t *testing.T) {
			losses, norms := steps(t, false)
			worst := 0.0
			for i := range losses {
				near(t, "loss", losses[i], want.Losses[i], fiftyTolerance)
				near(t, "gradient norm", norms[i], want.Norms[i], 1e-3)
				worst = max(worst, math.Abs(losses[i]-want.Losses[i])/want.Losses[i])
			}
			t.Logf("the losses differ by at most %.1g", worst)
		})
		t.Run("bfloat16, engine="+engine, func(t *testing.T) {
			losses, _ := steps(t, true)
			mean := 0.0
			for i := range losses {
				near(t, "loss", losses[i], want.HalfLosses[i], fiftyHalfTolerance)
				mean += math.Abs(losses[i]-want.HalfLosses[i]) / want.HalfLosses[i] / float64(len(losses))
			}
			if !(mean <= fiftyHalfMean) {
				t.Errorf("the losses differ by %.2g on average", mean)
			}
			t.Logf("the losses differ by %.1g on average", mean)
		})
	}
}
