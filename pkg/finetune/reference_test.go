package finetune

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// The reference is PyTorch's and transformers': see scripts/fixtures/train.py.
type reference struct {
	Runs       map[string]referenceRun
	Text       []int32
	Perplexity []struct {
		Window, Stride int
		Today          struct {
			NLL, Perplexity float64
			Scored          int
		}
		Perplexity2020 float64 `json:"perplexity_2020"`
	}
}

type referenceRun struct {
	Batches      [][][]int32
	LearningRate float64 `json:"learning_rate"`
	WeightDecay  float64 `json:"weight_decay"`
	MaxGradNorm  float64 `json:"max_grad_norm"`
	WarmupSteps  int     `json:"warmup_steps"`
	Steps        []struct {
		LearningRate float64 `json:"learning_rate"`
		Loss         float64
		GradNorm     float64 `json:"grad_norm"`
	}
	WeightsAfter map[string]struct {
		Norm  float64
		First []float64
	} `json:"weights_after"`
}

func readReference(t *testing.T) reference {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref reference
	if err := json.Unmarshal(data, &ref); err != nil {
		t.Fatal(err)
	}
	return ref
}

// openEngine opens an engine by the name that GOMLX_BACKEND takes; "" is the one
// that is chosen here, also by GOMLX_BACKEND. Most tests run on pure Go, which need not compile.
func openEngine(t *testing.T, name string) compute.Backend {
	t.Helper()
	if name != "" {
		t.Setenv(compute.ConfigEnvVar, name)
	}
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	return engine.Backend
}

// tiny is the random model of pkg/gpt2's tests.
func tiny(t *testing.T) *gpt2.Model {
	t.Helper()
	m, err := gpt2.Load("../gpt2/testdata/tiny")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Max(1e-3, math.Abs(want))) {
		t.Errorf("%s: %.9g, want %.9g", what, got, want)
	}
}

func weights(t *testing.T, m *gpt2.Model) map[string][]float32 {
	t.Helper()
	all := make(map[string][]float32)
	for _, p := range m.Parameters() {
		value, err := p.Variable.Value()
		if err != nil {
			t.Fatal(err)
		}
		if all[p.Name], err = tensors.CopyFlatData[float32](value); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func checkWeights(t *testing.T, m *gpt2.Model, run referenceRun) {
	t.Helper()
	for name, values := range weights(t, m) {
		want, known := run.WeightsAfter[name]
		if !known {
			t.Errorf("%s is not in the reference", name)
		}
		if strings.HasSuffix(name, "c_attn.bias") {
			// The loss does not depend on the keys' bias: its gradient is rounding error,
			// which AdamW scales up to full steps. The reference leaves it out as well.
			third := len(values) / 3
			values = slices.Concat(values[:third], values[2*third:])
		}
		squares := 0.0
		for _, v := range values {
			squares += float64(v) * float64(v)
		}
		near(t, "norm of "+name, math.Sqrt(squares), want.Norm, 1e-4)
		for i, w := range want.First {
			if math.Abs(float64(values[i])-w) > 1e-4 {
				t.Errorf("%s[%d]: %g, want %g", name, i, values[i], w)
			}
		}
	}
}

func TestStepsAreThoseOfPyTorch(t *testing.T) {
	runs := readReference(t).Runs
	for _, c := range []struct{ engine, name string }{{"go", "plain"}, {"go", "decay"}, {"go", "same batch"}, {"", "decay"}} {
		run := runs[c.name]
		t.Run(c.name+" on "+c.engine, func(t *testing.T) {
			engine := openEngine(t, c.engine)
			m := tiny(t)
			none := 0.0
			s := training.Settings{
				Dropout: &none, LearningRate: run.LearningRate, WeightDecay: run.WeightDecay, MaxGradNorm: run.MaxGradNorm, WarmupSteps: run.WarmupSteps,
			}.WithDefaults(m.Config.NPositions)
			st, err := newStepper(engine, m, s)
			if err != nil {
				t.Fatal(err)
			}
			defer st.close()
			for i, want := range run.Steps {
				rate := s.LearningRateAt(i, len(run.Steps))
				if math.Abs(rate-want.LearningRate) > 1e-8*run.LearningRate {
					t.Errorf("step %d: learning rate %g, want %g", i, rate, want.LearningRate)
				}
				result, err := st.run(run.Batches[i], i, rate)
				if err != nil {
					t.Fatal(err)
				}
				loss, norm, err := result.read()
				if err != nil {
					t.Fatal(err)
				}
				near(t, "loss", loss, want.Loss, 1e-5)
				near(t, "gradient norm", norm, want.GradNorm, 1e-4)
			}
			checkWeights(t, m, run)
		})
	}
}

// The whole of Train on a text of one batch: each epoch is one step with it.
func TestTrainIsPyTorchs(t *testing.T) {
	engine := openEngine(t, "go")
	run := readReference(t).Runs["same batch"]
	var text []int32
	for _, row := range run.Batches[0] {
		text = append(text, row...)
	}
	m := tiny(t)
	none := 0.0
	h, err := Train(t.Context(), engine, m, append(text, 9, 9), text[:40], training.Settings{
		BlockSize: 16, BatchSize: 3, Epochs: len(run.Steps), Dropout: &none, LogEvery: 1,
		LearningRate: run.LearningRate, WeightDecay: run.WeightDecay, MaxGradNorm: run.MaxGradNorm, WarmupSteps: run.WarmupSteps,
	}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, m, run)
	steps, losses := h.TrainLoss()
	if len(steps) != len(run.Steps) || !h.Done() {
		t.Fatalf("logged at %v", steps)
	}
	mean := 0.0
	for i, want := range run.Steps {
		near(t, "loss", losses[i], want.Loss, 1e-5)
		mean += want.Loss / float64(len(run.Steps))
	}
	last := h.LogHistory[len(h.LogHistory)-1]
	near(t, "mean loss", *last.TrainLoss, mean, 1e-5)
	if evaluated, losses := h.EvalLoss(); len(evaluated) != 2 || evaluated[0] != 0 || evaluated[1] != 6 || losses[1] >= losses[0] {
		t.Errorf("evaluated at %v with losses %v", evaluated, losses)
	}
	if h.TrainTokens != 48 || h.EvalTokens != 30 || h.Epoch != 6 {
		t.Errorf("%d training tokens, %d evaluated, epoch %v", h.TrainTokens, h.EvalTokens, h.Epoch)
	}
}

func TestPerplexityIsTransformers(t *testing.T) {
	engine := openEngine(t, "go")
	ref := readReference(t)
	m := tiny(t)
	for _, want := range ref.Perplexity {
		for _, batch := range []int{1, 7} {
			got, err := Perplexity(t.Context(), engine, m, ref.Text, perplexity.Options{Window: want.Window, Stride: want.Stride, BatchSize: batch, Bytes: 202})
			if err != nil {
				t.Fatal(err)
			}
			if got.Scored != want.Today.Scored || got.Tokens != len(ref.Text) {
				t.Errorf("window %d, stride %d: %d of %d tokens scored, want %d", want.Window, want.Stride, got.Scored, got.Tokens, want.Today.Scored)
			}
			near(t, "NLL", got.NLL, want.Today.NLL, 1e-5)
			near(t, "perplexity", got.Perplexity, want.Today.Perplexity, 1e-5)
			near(t, "perplexity of 2020", got.Perplexity2020, want.Perplexity2020, 1e-5)
			near(t, "bits per byte", got.BitsPerByte, math.Log2(want.Today.Perplexity)/2, 1e-5)
		}
	}
}
