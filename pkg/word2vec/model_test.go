package word2vec

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func smallModel() *Model {
	v := vocabulary{words: []string{"año", "b", ""}, counts: []int64{9, 4, 4}}
	v.index = indexOf(v.words)
	return newModel(v, 2, []float32{1, -2, 0.5, 0.25, 0, 8})
}

func TestDocumentMean(t *testing.T) {
	m := smallModel()
	for _, c := range []struct {
		tokens []string
		want   []float64
	}{
		{nil, []float64{0, 0}},
		{[]string{"unknown"}, []float64{0, 0}},
		{[]string{"año"}, []float64{1, -2}},
		// The unknown word counts in the divisor, a repeated one twice in the sum.
		{[]string{"año", "b", "año", "unknown"}, []float64{2.5 / 4, -3.75 / 4}},
	} {
		if got := m.DocumentMean(c.tokens); !reflect.DeepEqual(got, c.want) {
			t.Errorf("DocumentMean(%q) = %v, want %v", c.tokens, got, c.want)
		}
	}
}

func TestModelAnswers(t *testing.T) {
	m := smallModel()
	if m.Len() != 3 || m.Size() != 2 || m.Count("b") != 4 || m.Count("x") != 0 {
		t.Errorf("Len %d, Size %d, Count %d and %d", m.Len(), m.Size(), m.Count("b"), m.Count("x"))
	}
	v, known := m.Vector("b")
	if !known || !reflect.DeepEqual(v, []float32{0.5, 0.25}) {
		t.Errorf("Vector(b) = %v, %v", v, known)
	}
	v[0] = 99
	if again, _ := m.Vector("b"); again[0] != 0.5 {
		t.Error("changing a vector that was handed out changed the model")
	}
	if v, known := m.Vector("x"); known || v != nil {
		t.Errorf("Vector(x) = %v, %v", v, known)
	}
}

func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "model.parquet")
	want := smallModel()
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("loaded %+v, saved %+v", got, want)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	type other struct{ A int }
	broken := []struct {
		name, want string
		write      func(path string) error
	}{
		{"text", "", func(path string) error { return os.WriteFile(path, []byte("no parquet"), 0o600) }},
		{"other", "column", func(path string) error { return parquet.WriteFile(path, []other{{1}}) }},
		{"empty", "no words", func(path string) error { return parquet.WriteFile(path, []record{}) }},
		{"ragged", "row 2", func(path string) error {
			return parquet.WriteFile(path, []record{{"a", 1, []float32{1}}, {"b", 1, []float32{1, 2}}})
		}},
		{"twice", "more than once", func(path string) error {
			return parquet.WriteFile(path, []record{{"a", 1, []float32{1}}, {"a", 1, []float32{1}}})
		}},
		{"negative", "row 1", func(path string) error { return parquet.WriteFile(path, []record{{"a", -1, []float32{1}}}) }},
	}
	for _, b := range broken {
		path := filepath.Join(dir, b.name)
		if err := b.write(path); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), b.want) {
			t.Errorf("%s: error %v should name the file and %q", b.name, err, b.want)
		}
	}
}

// TestLoadSurvivesDamage cuts and corrupts a file: Load may refuse or, where the
// damage does not show, read it, but must return.
func TestLoadSurvivesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.parquet")
	if err := smallModel().Save(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		if err := os.WriteFile(path, whole[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil {
			t.Errorf("the first %d of %d bytes load", at, len(whole))
		}
		damaged := append([]byte(nil), whole...)
		damaged[at] ^= 0xff
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, err := Load(path); err == nil && m.Len() == 0 {
			t.Errorf("with byte %d changed an empty model loads", at)
		}
	}
}
