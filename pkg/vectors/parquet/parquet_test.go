package parquet

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

func smallModel(t *testing.T) *vectors.Model {
	t.Helper()
	var b vectors.Builder
	err := errors.Join(b.Add("año", 9, []float32{1, -2}), b.Add("b", 4, []float32{0.5, 0.25}), b.Add("", 4, []float32{0, 8}))
	if err != nil {
		t.Fatal(err)
	}
	m, err := b.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSaveAndLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "model.parquet")
	want := smallModel(t)
	if err := Save(path, want); err != nil {
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
	if err := Save(path, smallModel(t)); err != nil {
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
