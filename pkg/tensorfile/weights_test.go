package tensorfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

// The files in testdata hold one small random model in every format; made by
// scripts/fixtures/weights.py.

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// folder makes a folder of files of testdata, each given as its name there and the one
// that it gets.
func folder(t *testing.T, files ...[2]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join("testdata", file[0]))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, file[1]), data)
	}
	return dir
}

// values reads a tensor.
func values(t *testing.T, tensor tensorfile.Tensor) []float32 {
	t.Helper()
	list := make([]float32, tensor.Len())
	if err := tensor.ReadFloat32(list); err != nil {
		t.Fatal(err)
	}
	return list
}

// holds checks that every tensor of testdata/model.safetensors is in the folder, with
// the same shape and values.
func holds(t *testing.T, dir string) {
	t.Helper()
	want, err := tensorfile.Open("testdata")
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	got, err := tensorfile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if len(want.Tensors) < 28 {
		t.Fatalf("only %d tensors to compare with", len(want.Tensors))
	}
	for name, tensor := range want.Tensors {
		other, present := got.Tensors[name]
		if !present {
			t.Errorf("%s is missing", name)
			continue
		}
		if !slices.Equal(other.Shape, tensor.Shape) || !slices.Equal(values(t, other), values(t, tensor)) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestOpenReadsEveryFormat(t *testing.T) {
	const torch, safetensors = "pytorch_model.bin", "model.safetensors"
	for _, file := range [][2]string{
		{"zip.bin", torch}, {"legacy.bin", torch}, {"float16.bin", torch},
		{"bfloat16.bin", torch}, {"strided.bin", torch}, {"strided_legacy.bin", torch},
		{"float16.safetensors", safetensors}, {"bfloat16.safetensors", safetensors},
	} {
		t.Run(file[0], func(t *testing.T) { holds(t, folder(t, file)) })
	}
}

// Tensors that are no weights are listed too, and only reading them is refused.
func TestOpenListsIntegers(t *testing.T) {
	w, err := tensorfile.Open(folder(t, [2]string{"zip.bin", "pytorch_model.bin"}))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	mask := w.Tensors["transformer.h.1.attn.bias"]
	if mask.DType != "U8" || !slices.Equal(mask.Shape, []int{1, 1, 8, 8}) {
		t.Errorf("the mask is %s %v, want U8 [1 1 8 8]", mask.DType, mask.Shape)
	}
	if err := mask.ReadFloat32(make([]float32, mask.Len())); err == nil || !strings.Contains(err.Error(), "type U8") {
		t.Errorf("error = %v, want one that names the type", err)
	}
}

// shards lists what transformers wrote as several files.
func shards(t *testing.T) (files [][2]string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("testdata", "sharded"))
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

func TestOpenReadsShards(t *testing.T) {
	holds(t, folder(t, shards(t)...))
}

func TestOpenRefusesIndexThatDoesNotFit(t *testing.T) {
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
			if _, err := tensorfile.Open(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestOpenTakesTheFirstFormatThere(t *testing.T) {
	all := append(shards(t), [2]string{"model.safetensors", "model.safetensors"}, [2]string{"zip.bin", "pytorch_model.bin"})
	dir := folder(t, all...)
	for _, name := range []string{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"} {
		path := filepath.Join(dir, name)
		writeFile(t, path, []byte("broken"))
		if _, err := tensorfile.Open(dir); err == nil || !strings.Contains(err.Error(), path+":") {
			t.Errorf("error = %v, want one about %s", err, name)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tensorfile.Open(dir); err == nil || !strings.Contains(err.Error(), "has no weights") {
		t.Errorf("error = %v, want one that says there are no weights", err)
	}
}

func TestOpenRefusesBrokenFiles(t *testing.T) {
	data, err := os.ReadFile("testdata/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	length := binary.LittleEndian.Uint64(data)
	type fields = map[string]any
	const bias = "transformer.ln_f.bias"
	for name, c := range map[string]struct {
		change func(header map[string]fields)
		want   string
	}{
		"unknown type": {func(h map[string]fields) { h[bias]["dtype"] = "F99" }, `tensor "transformer.ln_f.bias": unknown type "F99"`},
		"two at once": {func(h map[string]fields) { // of which always the same is named
			for name := range h {
				if name != "__metadata__" {
					h[name]["dtype"] = "F99"
				}
			}
		}, `tensor "transformer.h.0.attn.c_attn.bias": unknown type "F99"`},
		"overlap": {func(h map[string]fields) { h["again"] = h[bias] }, "overlap"},
		"short":   {func(h map[string]fields) { h[bias]["shape"] = []int{9} }, `"transformer.ln_f.bias": shape [9] of F32 needs 36 bytes, but has 32`},
		"outside": {func(h map[string]fields) { h[bias]["data_offsets"] = []int{1 << 40, 1<<40 + 32} }, "outside the file"},
		"gap":     {func(h map[string]fields) { delete(h, "transformer.h.0.ln_1.bias") }, "belong to no tensor"},
	} {
		t.Run(name, func(t *testing.T) {
			var header map[string]fields
			if err := json.Unmarshal(data[8:8+length], &header); err != nil {
				t.Fatal(err)
			}
			c.change(header)
			edited, err := json.Marshal(header)
			if err != nil {
				t.Fatal(err)
			}
			broken := binary.LittleEndian.AppendUint64(nil, uint64(len(edited)))
			broken = append(append(broken, edited...), data[8+length:]...)
			path := filepath.Join(t.TempDir(), "model.safetensors")
			writeFile(t, path, broken)
			_, err = tensorfile.Open(filepath.Dir(path))
			if err == nil || !strings.Contains(err.Error(), path+":") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one about the file with %q", err, c.want)
			}
		})
	}
}

func TestOpenRefusesCutFile(t *testing.T) {
	for _, file := range [][2]string{
		{"model.safetensors", "model.safetensors"}, {"zip.bin", "pytorch_model.bin"}, {"legacy.bin", "pytorch_model.bin"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", file[0]))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, keep := range []int{0, 3, 7, 10, 100, len(data) / 2, len(data) - 1} {
			writeFile(t, filepath.Join(dir, file[1]), data[:keep])
			if _, err := tensorfile.Open(dir); err == nil || !strings.Contains(err.Error(), file[1]) {
				t.Errorf("%s, %d of %d bytes: error = %v", file[0], keep, len(data), err)
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

func TestOpenRefusesPicklesThatNameOrCallAnything(t *testing.T) {
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
		"not a tensor":    {"\x80\x02}X\x01\x00\x00\x00aK\x01s.", `entry "a" is not a tensor`},
		"empty stack":     {"\x80\x02R.", "malformed"},
		"empty long":      {"\x80\x02\x8a\x00.", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, file := range [][]byte{zipped(t, c.pickle), []byte(magic + c.pickle)} {
				writeFile(t, filepath.Join(dir, "pytorch_model.bin"), file)
				if _, err := tensorfile.Open(dir); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error = %v, want one with %q", err, c.want)
				}
			}
		})
	}
}
