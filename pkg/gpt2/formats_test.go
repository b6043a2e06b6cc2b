package gpt2_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// formats is one small random model as many files, of which pkg/tensorfile tests that
// they are read; made by scripts/fixtures/weights.py.
const formats = "../tensorfile/testdata"

// folder makes a model folder of formats' config.json and other files, each given as
// its name there and the one that it gets.
func folder(t *testing.T, files ...[2]string) string {
	t.Helper()
	dir := t.TempDir()
	copyFile(t, filepath.Join(formats, "config.json"), filepath.Join(dir, "config.json"))
	for _, file := range files {
		copyFile(t, filepath.Join(formats, file[0]), filepath.Join(dir, file[1]))
	}
	return dir
}

// Files of 2020 have buffers and the tied head beside the weights; in OpenAI's own,
// names lack the prefix.
func TestLoadReadsFilesOf2020(t *testing.T) {
	want, err := gpt2.Load(formats)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"zip.bin", "legacy.bin", "openai.bin"} {
		t.Run(file, func(t *testing.T) {
			got, err := gpt2.Load(folder(t, [2]string{file, "pytorch_model.bin"}))
			if err != nil {
				t.Fatal(err)
			}
			same(t, want, got)
		})
	}
}

// The head of untied.bin is the embedding with its rows in reverse order.
func TestLoadReadsHeadOfItsOwn(t *testing.T) {
	dir := folder(t, [2]string{"untied.bin", "pytorch_model.bin"})
	setConfig(t, dir, "tie_word_embeddings", false)
	m, err := gpt2.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string][]float32)
	for _, p := range m.Parameters() {
		values[p.Name] = flat(t, p.Variable.MustValue())
	}
	var reversed []float32
	for row := range slices.Chunk(values["transformer.wte.weight"], m.Config.NEmbd) {
		reversed = append(slices.Clone(row), reversed...)
	}
	if !slices.Equal(values["lm_head.weight"], reversed) {
		t.Error("lm_head.weight is not the file's")
	}

	// Tied, the head is the embedding whatever the file says, as in transformers.
	setConfig(t, dir, "tie_word_embeddings", true)
	tied, err := gpt2.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(tied.Parameters()) != len(m.Parameters())-1 {
		t.Errorf("%d parameters tied and %d untied", len(tied.Parameters()), len(m.Parameters()))
	}
}

func setConfig(t *testing.T, dir, field string, value any) {
	t.Helper()
	path := filepath.Join(dir, "config.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fields := make(map[string]any)
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	fields[field] = value
	if data, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, data)
}

func TestLoadNamesEveryTorchTensorThatDoesNotFit(t *testing.T) {
	dir := folder(t, [2]string{"legacy.bin", "pytorch_model.bin"})
	setConfig(t, dir, "n_layer", 1)
	setConfig(t, dir, "vocab_size", 23)
	_, err := gpt2.Load(dir)
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{
		"transformer.h.1.ln_1.bias is unexpected", "transformer.h.1.mlp.c_proj.weight is unexpected",
		"transformer.wte.weight has shape [24 8] where config.json asks for [23 8]",
		"lm_head.weight has shape [24 8] where config.json asks for [23 8]",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}

func TestLoadRefusesNaN(t *testing.T) {
	dir := folder(t, [2]string{"model.safetensors", "model.safetensors"})
	path := filepath.Join(dir, "model.safetensors")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
		binary.LittleEndian.PutUint32(data[len(data)-4:], math.Float32bits(float32(bad)))
		writeFile(t, path, data)
		if _, err := gpt2.Load(dir); err == nil || !strings.Contains(err.Error(), "parameter transformer.wte.weight: value") &&
			!strings.Contains(err.Error(), "parameter transformer.wpe.weight: value") {
			t.Errorf("%v: error = %v, want one that names the parameter", bad, err)
		}
	}
}

// Where the reference values lie beside the project, logits of the same weights in
// every format that PyTorch and transformers have written are compared.
func TestLogitsOfReferenceFormats(t *testing.T) {
	root, err := home.Dir()
	if err != nil {
		t.Fatal(err)
	}
	oracle := filepath.Join(root, "..", "shared", "oracle")
	if _, err := os.Stat(filepath.Join(oracle, "logits.npy")); err != nil {
		t.Skip("no reference values beside the project")
	}
	var forward struct {
		IDs [][]int32 `json:"input_ids"`
	}
	data, err := os.ReadFile(filepath.Join(oracle, "forward.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &forward); err != nil {
		t.Fatal(err)
	}
	want := readNPY(t, filepath.Join(oracle, "logits.npy"))
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, name string
		tolerance  float64
	}{
		{"model.safetensors", "model.safetensors", 2e-5},
		{"pytorch_model.bin", "pytorch_model.bin", 2e-5},
		{"pytorch_model_legacy.bin", "pytorch_model.bin", 2e-5},
		{"pytorch_model_noprefix_legacy.bin", "pytorch_model.bin", 2e-5},
		{"model_fp16.safetensors", "model.safetensors", 1e-2}, // Weights rounded to 11 bits,
		{"model_bf16.safetensors", "model.safetensors", 1e-1}, // and to 8.
	} {
		t.Run(c.file, func(t *testing.T) {
			dir := t.TempDir()
			copyFile(t, filepath.Join(oracle, "config.json"), filepath.Join(dir, "config.json"))
			copyFile(t, filepath.Join(oracle, c.file), filepath.Join(dir, c.name))
			m, err := gpt2.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := flat(t, run(t, engine.Backend, m, func(nodes []*graph.Node) []*graph.Node {
				return []*graph.Node{m.Logits(nodes[0], nil)}
			}, forward.IDs)[0])
			worst := 0.0
			for i := range want {
				worst = max(worst, math.Abs(float64(got[i]-want[i])))
			}
			t.Logf("largest difference of %d logits: %.2g", len(want), worst)
			if len(got) != len(want) || !(worst <= c.tolerance) {
				t.Errorf("logits differ by up to %g, want at most %g", worst, c.tolerance)
			}
		})
	}
}

// readNPY reads the float32 values of a NumPy file of version 1.
func readNPY(t *testing.T, path string) []float32 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body := data[10+int(binary.LittleEndian.Uint16(data[8:])):]
	values := make([]float32, len(body)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(body[4*i:]))
	}
	return values
}
