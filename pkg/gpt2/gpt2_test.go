package gpt2_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// tiny is a random GPT-2 with what PyTorch and transformers compute with it; made
// by scripts/fixtures/gpt2.py.
const tiny = "testdata/tiny"

type reference struct {
	IDs           [][]int32            `json:"ids"`
	Logits        []float64            `json:"logits"`
	Loss          float64              `json:"loss"`
	TokenNLL      []float64            `json:"token_nll"`
	GradientNorm  float64              `json:"gradient_norm"`
	GradientNorms map[string]float64   `json:"gradient_norms"`
	GradientHeads map[string][]float64 `json:"gradient_heads"`
	Variants      map[string]struct {
		Config json.RawMessage `json:"config"`
		Loss   float64         `json:"loss"`
	} `json:"variants"`
	Greedy []struct {
		Prompt []int32 `json:"prompt"`
		Tokens []int32 `json:"tokens"`
	} `json:"greedy"`
}

func readReference(t *testing.T) reference {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tiny, "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func loadTiny(t *testing.T) *gpt2.Model {
	t.Helper()
	m, err := gpt2.Load(tiny)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// onEngines runs a test on the engine that is chosen here, also by GOMLX_BACKEND, and on
// pure Go.
func onEngines(t *testing.T, test func(t *testing.T, be compute.Backend)) {
	for _, wish := range []string{"", "go"} {
		t.Run("engine="+wish, func(t *testing.T) {
			if wish != "" {
				t.Setenv(compute.ConfigEnvVar, wish)
			}
			engine, err := backend.Open()
			if err != nil {
				t.Fatal(err)
			}
			test(t, engine.Backend)
		})
	}
}

// run executes a graph function of the model on ids and returns its outputs.
func run(t *testing.T, be compute.Backend, m *gpt2.Model, fn func(inputs []*graph.Node) []*graph.Node, inputs ...any) []*tensors.Tensor {
	t.Helper()
	exec, err := model.NewExec(be, m.Store(), func(_ *model.Scope, nodes []*graph.Node) []*graph.Node { return fn(nodes) })
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := exec.Call(inputs...)
	if err != nil {
		t.Fatal(err)
	}
	return outputs
}

func flat(t *testing.T, tensor *tensors.Tensor) []float32 {
	t.Helper()
	values, err := tensors.CopyFlatData[float32](tensor)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// within checks that got and want differ by at most tolerance anywhere.
func within(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	worst, at := 0.0, 0
	for i := range got {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= worst) {
			worst, at = d, i
		}
	}
	if !(worst <= tolerance) {
		t.Errorf("%s: value %d is %v, want %v within %v", what, at, got[at], want[at], tolerance)
	}
}

func norm(values []float32) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}

func TestForwardAndGradientsMatchPyTorch(t *testing.T) {
	want := readReference(t)
	onEngines(t, func(t *testing.T, be compute.Backend) {
		m := loadTiny(t)
		outputs := run(t, be, m, func(in []*graph.Node) []*graph.Node {
			loss := m.Loss(in[0], nil)
			var weights []*graph.Node
			for _, p := range m.Parameters() {
				weights = append(weights, p.Variable.NodeValue(in[0]))
			}
			return append([]*graph.Node{m.Logits(in[0], nil), loss, m.TokenNLL(in[0])}, graph.Gradient(loss, weights...)...)
		}, want.IDs)
		within(t, "logits", flat(t, outputs[0]), want.Logits, 2e-5)
		within(t, "loss", flat(t, outputs[1]), []float64{want.Loss}, 2e-6)
		within(t, "token NLL", flat(t, outputs[2]), want.TokenNLL, 2e-5)
		total := 0.0
		for i, p := range m.Parameters() {
			gradient := flat(t, outputs[3+i])
			got, expected := norm(gradient), want.GradientNorms[p.Name]
			if math.Abs(got-expected) > 2e-5*expected {
				t.Errorf("gradient norm of %s is %v, want %v", p.Name, got, expected)
			}
			head := want.GradientHeads[p.Name]
			within(t, "gradient of "+p.Name, gradient[:len(head)], head, 2e-5*max(1, expected))
			total += got * got
		}
		if got := math.Sqrt(total); math.Abs(got-want.GradientNorm) > 1e-5*want.GradientNorm {
			t.Errorf("gradient norm is %v, want %v", got, want.GradientNorm)
		}
		if len(m.Parameters()) != len(want.GradientNorms) {
			t.Errorf("%d parameters, PyTorch has %d", len(m.Parameters()), len(want.GradientNorms))
		}
	})
}

// The same weights under other settings of config.json.
func TestConfigVariantsMatchPyTorch(t *testing.T) {
	want := readReference(t)
	t.Setenv(compute.ConfigEnvVar, "go")
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	base, err := os.ReadFile(filepath.Join(tiny, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, variant := range want.Variants {
		t.Run(name, func(t *testing.T) {
			fields := make(map[string]any)
			for _, layer := range [][]byte{base, variant.Config} {
				if err := json.Unmarshal(layer, &fields); err != nil {
					t.Fatal(err)
				}
			}
			merged, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			copyFile(t, filepath.Join(tiny, "model.safetensors"), filepath.Join(dir, "model.safetensors"))
			writeFile(t, filepath.Join(dir, "config.json"), merged)
			m, err := gpt2.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			loss := run(t, engine.Backend, m, func(in []*graph.Node) []*graph.Node {
				return []*graph.Node{m.Loss(in[0], nil)}
			}, want.IDs)
			within(t, "loss", flat(t, loss[0]), []float64{variant.Loss}, 4e-6)
		})
	}
}

func TestCachedDecodingMatchesFullForward(t *testing.T) {
	sequences := [][]int32{
		{5, 6, 7, 80, 81, 82, 9, 9, 14, 3, 60},
		{40, 41, 42, 43, 44, 45, 46, 47, 48},
		{90, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
	}
	prompts := [][]int32{sequences[0][:3], sequences[1][:1], sequences[2][:4]}
	const further = 8
	onEngines(t, func(t *testing.T, be compute.Backend) {
		m := loadTiny(t)
		full := make([][][]float32, len(sequences))
		for row, sequence := range sequences {
			out := run(t, be, m, func(in []*graph.Node) []*graph.Node { return []*graph.Node{m.Logits(in[0], nil)} }, [][]int32{sequence})
			full[row] = out[0].Value().([][][]float32)[0]
		}
		decoder, err := gpt2.NewDecoder(be, m)
		if err != nil {
			t.Fatal(err)
		}
		decoding, err := decoder.Start(prompts, further)
		if err != nil {
			t.Fatal(err)
		}
		for step := 0; ; step++ {
			logits, err := decoding.Logits()
			if err != nil {
				t.Fatal(err)
			}
			for row := range prompts {
				at := len(prompts[row]) + step - 1
				want := make([]float64, len(full[row][at]))
				for i, v := range full[row][at] {
					want[i] = float64(v)
				}
				within(t, "cached logits", logits[row], want, 1e-4)
			}
			if step == further {
				break
			}
			next := make([]int32, len(prompts))
			for row := range prompts {
				next[row] = sequences[row][len(prompts[row])+step]
			}
			if err := decoding.Append(next); err != nil {
				t.Fatal(err)
			}
		}
		if err := decoding.Append([]int32{1, 1, 1}); err == nil {
			t.Error("a token beyond the room that was asked for was accepted")
		}
		if err := decoding.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestDecoderRefusesWhatItCannotDecode(t *testing.T) {
	m := loadTiny(t)
	t.Setenv(compute.ConfigEnvVar, "go")
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := gpt2.NewDecoder(engine.Backend, m)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		prompts [][]int32
		further int
	}{
		"no prompts":      {nil, 1},
		"empty prompt":    {[][]int32{{3}, {}}, 1},
		"too long":        {[][]int32{make([]int32, 33)}, 0},
		"unknown token":   {[][]int32{{3, 96}}, 1},
		"negative token":  {[][]int32{{-1}}, 1},
		"negative tokens": {[][]int32{{3}}, -1},
	} {
		if _, err := decoder.Start(c.prompts, c.further); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDropoutDependsOnSeedAndStepOnly(t *testing.T) {
	ids := readReference(t).IDs
	losses := make(map[string][]float32)
	onEngines(t, func(t *testing.T, be compute.Backend) {
		m := loadTiny(t)
		exec, err := model.NewExec(be, m.Store(), func(_ *model.Scope, in, state *graph.Node) *graph.Node {
			return m.Loss(in, gpt2.NewDropout(m.Config.Dropout(), state))
		})
		if err != nil {
			t.Fatal(err)
		}
		loss := func(seed, step uint64) float32 {
			out, err := exec.Call(ids, gpt2.DropoutState(seed, step))
			if err != nil {
				t.Fatal(err)
			}
			return tensors.ToScalar[float32](out[0])
		}
		got := []float32{loss(1, 1), loss(1, 2), loss(2, 1), loss(1, 1)}
		if got[0] != got[3] {
			t.Errorf("the same seed and step gave %v and %v", got[0], got[3])
		}
		if got[0] == got[1] || got[0] == got[2] || got[1] == got[2] {
			t.Errorf("different seeds or steps gave the same loss: %v", got)
		}
		losses[t.Name()] = got
	})
	var all [][]float32
	for _, got := range losses {
		all = append(all, got)
	}
	for i := range all[0] {
		if d := math.Abs(float64(all[0][i] - all[1][i])); d > 1e-5 {
			t.Errorf("engines drop differently: %v and %v", all[0], all[1])
		}
	}
}
