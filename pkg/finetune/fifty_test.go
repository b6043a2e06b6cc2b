package finetune

import (
	"encoding/json"
	"hash/crc32"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// hashed gives a model of the configuration the weights that
// scripts/fixtures/parity.py gives it.
func hashed(t *testing.T, config json.RawMessage, scale float64) *gpt2.Model {
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
		for i := range values {
			x := uint32(i)*0x9e3779b1 + crc32.ChecksumIEEE([]byte(p.Name))
			x = (x ^ x>>15) * 0x85ebca6b
			x = (x ^ x>>13) * 0xc2b2ae35
			v := scale * (float64(x^x>>16)/(1<<31) - 1)
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
			m := hashed(t, want.Config, want.Scale)
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
