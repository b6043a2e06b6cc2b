package finetune

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/gpt2test"
)

// fiftyTolerance is how far, relative to it, a loss of the fifty steps may lie from
// PyTorch's: a tenth of what was aimed at.
const fiftyTolerance = 1e-4

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
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Losses) != 50 {
		t.Fatalf("%d steps", len(want.Losses))
	}
	for _, engine := range []string{"", "go"} {
		t.Run("engine="+engine, func(t *testing.T) {
			be := openEngine(t, engine)
			m, err := gpt2test.Model(want.Config, want.Scale)
			if err != nil {
				t.Fatal(err)
			}
			m.Config.EmbdPdrop, m.Config.AttnPdrop, m.Config.ResidPdrop = 0, 0, 0
			s := Settings{
				LearningRate: want.LearningRate, WeightDecay: want.WeightDecay, MaxGradNorm: want.MaxGradNorm, WarmupSteps: want.WarmupSteps,
			}.withDefaults(m.Config)
			st, err := newStepper(be, m, s)
			if err != nil {
				t.Fatal(err)
			}
			defer st.close()
			worst := 0.0
			for i, batch := range want.Batches {
				result, err := st.run(batch, i, s.learningRate(i, len(want.Batches)))
				if err != nil {
					t.Fatal(err)
				}
				loss, norm, err := result.read()
				if err != nil {
					t.Fatal(err)
				}
				near(t, "loss", loss, want.Losses[i], fiftyTolerance)
				near(t, "gradient norm", norm, want.Norms[i], 1e-3)
				worst = max(worst, math.Abs(loss-want.Losses[i])/want.Losses[i])
			}
			t.Logf("the losses differ by at most %.1g", worst)
		})
	}
}
