package gpt2_test

import (
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, to, data)
}

// smallConfig is a model of a few kilobytes.
func smallConfig() gpt2.Config {
	c := gpt2.DefaultConfig()
	c.VocabSize, c.NPositions, c.NEmbd, c.NLayer, c.NHead = 11, 8, 8, 1, 2
	c.BOSTokenID, c.EOSTokenID, c.PadTokenID = gpt2.TokenID(0), gpt2.TokenID(2), gpt2.TokenID(1)
	return c
}

func same(t *testing.T, a, b *gpt2.Model) {
	t.Helper()
	if len(a.Parameters()) != len(b.Parameters()) {
		t.Fatalf("%d and %d parameters", len(a.Parameters()), len(b.Parameters()))
	}
	for i, p := range a.Parameters() {
		q := b.Parameters()[i]
		if p.Name != q.Name || !slices.Equal(flat(t, p.Variable.MustValue()), flat(t, q.Variable.MustValue())) {
			t.Errorf("%s and %s differ", p.Name, q.Name)
		}
	}
}

func TestSaveThenLoadGivesTheSameModel(t *testing.T) {
	for _, tied := range []bool{true, false} {
		config := smallConfig()
		config.TieWordEmbeddings = tied
		inner := 24
		config.NInner = &inner
		m, err := gpt2.New(config, 3)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "new", "model")
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
		loaded, err := gpt2.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		same(t, m, loaded)
		before, _ := json.Marshal(m.Config)
		after, _ := json.Marshal(loaded.Config)
		if string(before) != string(after) {
			t.Errorf("configuration %s came back as %s", before, after)
		}
	}
}

// What transformers wrote and we write again is the same, byte for byte, but for
// the order of tensors: so values and names are compared.
func TestSaveKeepsTransformersTensors(t *testing.T) {
	m := loadTiny(t)
	dir := t.TempDir()
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	ours, theirs := rawTensors(t, filepath.Join(dir, "model.safetensors")), rawTensors(t, filepath.Join(tiny, "model.safetensors"))
	if !slices.Equal(slices.Sorted(maps.Keys(ours)), slices.Sorted(maps.Keys(theirs))) {
		t.Fatalf("tensors %v, want %v", slices.Sorted(maps.Keys(ours)), slices.Sorted(maps.Keys(theirs)))
	}
	for name, data := range theirs {
		if ours[name] != data {
			t.Errorf("%s differs", name)
		}
	}
}

// rawTensors maps each tensor's name to its type, shape and bytes.
func rawTensors(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	length := binary.LittleEndian.Uint64(data)
	var header map[string]struct {
		DType   string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets [2]int `json:"data_offsets"`
	}
	body := data[8+length:]
	raw := make(map[string]json.RawMessage)
	if err := json.Unmarshal(data[8:8+length], &raw); err != nil {
		t.Fatal(err)
	}
	delete(raw, "__metadata__")
	cleaned, _ := json.Marshal(raw)
	if err := json.Unmarshal(cleaned, &header); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for name, h := range header {
		shape, _ := json.Marshal(h.Shape)
		out[name] = h.DType + string(shape) + string(body[h.Offsets[0]:h.Offsets[1]])
	}
	return out
}

// rewrite saves a small model, lets change edit its tensors' header, and loads it.
func rewrite(t *testing.T, config gpt2.Config, change func(header map[string]any)) error {
	t.Helper()
	m, err := gpt2.New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "model.safetensors")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	length := binary.LittleEndian.Uint64(data)
	header := make(map[string]any)
	if err := json.Unmarshal(data[8:8+length], &header); err != nil {
		t.Fatal(err)
	}
	change(header)
	edited, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(edited)))
	out = append(append(out, edited...), data[8+length:]...)
	writeFile(t, path, out)
	_, err = gpt2.Load(dir)
	return err
}

func TestLoadNamesEveryTensorThatDoesNotFit(t *testing.T) {
	err := rewrite(t, smallConfig(), func(header map[string]any) {
		rename := func(from, to string) {
			header[to] = header[from]
			delete(header, from)
		}
		rename("transformer.ln_f.bias", "transformer.ln_f.beta")
		tensor := header["transformer.h.0.mlp.c_fc.weight"].(map[string]any)
		tensor["shape"] = []int{32, 8}
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{
		"transformer.ln_f.bias is missing", "transformer.ln_f.beta is unexpected",
		"transformer.h.0.mlp.c_fc.weight has shape [32 8] where config.json asks for [8 32]", "model.safetensors",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}

func TestLoadAcceptsNamesWithoutPrefix(t *testing.T) {
	err := rewrite(t, smallConfig(), func(header map[string]any) {
		for name, value := range maps.Clone(header) {
			if bare, prefixed := strings.CutPrefix(name, "transformer."); prefixed {
				delete(header, name)
				header[bare] = value
			}
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLoadRefusesIntegers(t *testing.T) {
	err := rewrite(t, smallConfig(), func(header map[string]any) {
		header["transformer.ln_f.bias"].(map[string]any)["dtype"] = "I32"
	})
	if err == nil || !strings.Contains(err.Error(), "transformer.ln_f.bias: type I32") {
		t.Errorf("error = %v, want one that names the tensor and its type", err)
	}
}

func TestNewIsDeterministicAndScaled(t *testing.T) {
	config := smallConfig()
	config.NEmbd, config.NLayer, config.VocabSize = 64, 2, 500
	a, err := gpt2.New(config, 5)
	if err != nil {
		t.Fatal(err)
	}
	b, err := gpt2.New(config, 5)
	if err != nil {
		t.Fatal(err)
	}
	same(t, a, b)
	other, err := gpt2.New(config, 6)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range a.Parameters() {
		values := flat(t, p.Variable.MustValue())
		deviation := norm(values)
		if deviation != 0 {
			deviation /= sqrt(len(values))
		}
		want := 0.02
		switch {
		case strings.Contains(p.Name, ".ln_") && strings.HasSuffix(p.Name, "weight"):
			want = 1
		case strings.HasSuffix(p.Name, "bias"):
			want = 0
		case strings.HasSuffix(p.Name, "c_proj.weight"):
			want = 0.02 / 2 // √(2·2 layers)
		}
		// Six standard errors of a standard deviation.
		if slack := 6 * want / sqrt(2*len(values)); deviation < want-slack || deviation > want+slack {
			t.Errorf("%s deviates by %v, want %v", p.Name, deviation, want)
		}
		drawn := want != 0 && want != 1
		if differs := !slices.Equal(values, flat(t, other.Parameters()[i].Variable.MustValue())); differs != drawn {
			t.Errorf("%s under another seed: differs = %v", p.Name, differs)
		}
	}
}

func TestCloneIsIndependent(t *testing.T) {
	m, err := gpt2.New(smallConfig(), 1)
	if err != nil {
		t.Fatal(err)
	}
	clone, err := m.Clone()
	if err != nil {
		t.Fatal(err)
	}
	same(t, m, clone)
	before := flat(t, m.Parameters()[0].Variable.MustValue())
	clone.Parameters()[0].Variable.MustValue().MustMutableFlatData(func(data any) { data.([]float32)[0] += 1 })
	if !slices.Equal(before, flat(t, m.Parameters()[0].Variable.MustValue())) {
		t.Error("changing the clone changed the model")
	}
}

func sqrt(n int) float64 { return math.Sqrt(float64(n)) }
