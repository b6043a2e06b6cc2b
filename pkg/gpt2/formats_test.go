package gpt2_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
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

// formats is one small random model in every format; made by
// scripts/fixtures/weights.py.
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

func TestLoadReadsEveryFormat(t *testing.T) {
	want, err := gpt2.Load(formats)
	if err != nil {
		t.Fatal(err)
	}
	const torch, safetensors = "pytorch_model.bin", "model.safetensors"
	for _, file := range [][2]string{
		{"zip.bin", torch}, {"legacy.bin", torch}, {"openai.bin", torch}, {"float16.bin", torch},
		{"bfloat16.bin", torch}, {"strided.bin", torch}, {"strided_legacy.bin", torch},
		{"float16.safetensors", safetensors}, {"bfloat16.safetensors", safetensors},
	} {
		t.Run(file[0], func(t *testing.T) {
			got, err := gpt2.Load(folder(t, file))
			if err != nil {
				t.Fatal(err)
			}
			same(t, want, got)
		})
	}
}

// shards lists what transformers wrote as several files.
func shards(t *testing.T) (files [][2]string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(formats, "sharded"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		files = append(files, [2]string{"sharded/" + entry.Name(), entry.Name()})
	}
	if len(files) < 3 {
		t.Fatalf("only %v: no shards", files)
	}
	return files
}

func TestLoadReadsShards(t *testing.T) {
	want, err := gpt2.Load(formats)
	if err != nil {
		t.Fatal(err)
	}
	got, err := gpt2.Load(folder(t, shards(t)...))
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, got)
}

func TestLoadRefusesIndexThatDoesNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(weightMap map[string]string)
		want   string
	}{
		"elsewhere":   {func(m map[string]string) { m["transformer.ln_f.bias"] = "../model.safetensors" }, "beside it"},
		"no file":     {func(m map[string]string) { m["transformer.ln_f.bias"] = "none.safetensors" }, "none.safetensors"},
		"not in file": {func(m map[string]string) { m["transformer.extra"] = m["transformer.ln_f.bias"] }, "transformer.extra is not in model-0000"},
		"no files": {func(m map[string]string) {
			for name := range m {
				delete(m, name)
			}
		}, "weight_map names 0 files"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, shards(t)...)
			path := filepath.Join(dir, "model.safetensors.index.json")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var index struct {
				WeightMap map[string]string `json:"weight_map"`
			}
			if err := json.Unmarshal(data, &index); err != nil {
				t.Fatal(err)
			}
			c.change(index.WeightMap)
			if data, err = json.Marshal(index); err != nil {
				t.Fatal(err)
			}
			writeFile(t, path, data)
			if _, err := gpt2.Load(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one with %q", err, c.want)
			}
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

func TestLoadTakesTheFirstFormatThere(t *testing.T) {
	all := append(shards(t), [2]string{"model.safetensors", "model.safetensors"}, [2]string{"zip.bin", "pytorch_model.bin"})
	dir := folder(t, all...)
	for _, name := range []string{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"} {
		path := filepath.Join(dir, name)
		writeFile(t, path, []byte("broken"))
		if _, err := gpt2.Load(dir); err == nil || !strings.Contains(err.Error(), path+":") {
			t.Errorf("error = %v, want one about %s", err, name)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := gpt2.Load(dir); err == nil || !strings.Contains(err.Error(), "has no weights") {
		t.Errorf("error = %v, want one that says there are no weights", err)
	}
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

func TestLoadRefusesCutTorchFile(t *testing.T) {
	for _, name := range []string{"zip.bin", "legacy.bin"} {
		data, err := os.ReadFile(filepath.Join(formats, name))
		if err != nil {
			t.Fatal(err)
		}
		dir := folder(t)
		for _, keep := range []int{0, 3, 10, 100, len(data) / 2, len(data) - 1} {
			writeFile(t, filepath.Join(dir, "pytorch_model.bin"), data[:keep])
			if _, err := gpt2.Load(dir); err == nil || !strings.Contains(err.Error(), "pytorch_model.bin") {
				t.Errorf("%s, %d of %d bytes: error = %v", name, keep, len(data), err)
			}
		}
	}
}

// zipped returns an archive like PyTorch's with the given pickle.
func zipped(t *testing.T, pickle string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	w, err := archive.CreateHeader(&zip.FileHeader{Name: "archive/data.pkl", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, pickle); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestLoadRefusesPicklesThatNameOrCallAnything(t *testing.T) {
	const magic = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}."
	for name, c := range map[string]struct{ pickle, want string }{
		"a command":       {"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.", `names "os.system"`},
		"eval":            {"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x001\x85R.", `names "__builtin__.eval"`},
		"another of ours": {"\x80\x02ctorch.hub\nload\n)R.", `names "torch.hub.load"`},
		"a known class":   {"\x80\x02carray\n_array_reconstructor\n)R.", `names "array._array_reconstructor"`},
		"stack global":    {"\x80\x04\x8c\x02os\x8c\x06system\x93.", "instruction"},
		"instance":        {"\x80\x02(ios\nsystem\n.", "instruction"},
		"extension":       {"\x80\x02\x82\x01.", "instruction"},
		"frame of 2⁶²":    {"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x40.", "instruction"},
		"4 GB of text":    {"\x80\x02X\xff\xff\xff\xff", "longer than"},
		"not a dict":      {"\x80\x02K\x01.", "not a dictionary"},
		"not a tensor":    {"\x80\x02}X\x01\x00\x00\x00aK\x01s.", "entry a is not a tensor"},
		"empty stack":     {"\x80\x02R.", "malformed"},
		"empty long":      {"\x80\x02\x8a\x00.", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			for _, file := range [][]byte{zipped(t, c.pickle), []byte(magic + c.pickle)} {
				writeFile(t, filepath.Join(dir, "pytorch_model.bin"), file)
				if _, err := gpt2.Load(dir); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error = %v, want one with %q", err, c.want)
				}
			}
		})
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
