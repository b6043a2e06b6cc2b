package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// What keeps a GPU from being used is said as it is: the mend is its own.
func TestMends(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "")
	with, without := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(with, "libcudnn.so.8"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LD_LIBRARY_PATH", without+":"+with)
	for _, c := range []struct {
		engine backend.Engine
		want   []string
	}{
		{backend.Engine{Name: "xla", Platform: "cpu"}, nil},
		{backend.Engine{Name: "go", Platform: "cpu"}, []string{"scripts/setup"}},
		{backend.Engine{Name: "xla", Platform: "cuda"}, []string{"LD_LIBRARY_PATH"}},
		{backend.Engine{Name: "xla", Platform: "cpu", UnusedGPU: errors.New("the driver is too old")}, []string{"the driver is too old", with}},
	} {
		list := mends(&c.engine)
		if len(list) != len(c.want) {
			t.Errorf("%s: %q, want %d", c.engine.Describe(), list, len(c.want))
			continue
		}
		for i, want := range c.want {
			if !strings.Contains(list[i], want) || strings.HasSuffix(list[i], without) {
				t.Errorf("%s: %q does not say %q", c.engine.Describe(), list[i], want)
			}
		}
	}
}

func TestGibibytes(t *testing.T) {
	for told, want := range map[string]string{"24683656 kB": "23.5 GiB", "unknown": "unknown"} {
		if got := gibibytes(told); got != want {
			t.Errorf("%s is %s, want %s", told, got, want)
		}
	}
}
