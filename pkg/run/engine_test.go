package run

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// A process that cannot use a GPU that is there says so with the work that it does.
func TestEngineTrackWithoutTheGPU(t *testing.T) {
	defer chart.DisplayWith(nil)
	for _, unused := range []error{nil, task.ErrHiddenGPU} {
		var shown strings.Builder
		chart.DisplayWith(func(b chart.Bundle, _ string) error {
			_, err := shown.WriteString(b.Text)
			return err
		})
		r := &Run{Maker: work.New(), Engine: &task.Engine{Name: "xla", Platform: "cpu", UnusedGPU: unused}}
		track, err := r.EngineTrack("Entrenando", "pasos", 2)
		if err != nil {
			t.Fatal(err)
		}
		LogUnshown(track.Set(2, 0, "hecho"))
		LogUnshown(track.Close(nil))
		for _, text := range []string{"(sin la GPU)", "--gres=gpu:1"} {
			if said := strings.Contains(shown.String(), text); said != (unused != nil) {
				t.Errorf("with %v %q is said: %t\n%s", unused, text, said, shown.String())
			}
		}
	}
}

// A cell says that a program is compiled when one is, and not when it was kept.
func TestSayCompiling(t *testing.T) {
	t.Setenv("HEMICICLO_CACHE", filepath.Join(t.TempDir(), "cache"))
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	defer backend.OnCompile(nil)
	run := func() string {
		t.Helper()
		var said []string
		work.New().OnCompile(func() (done func()) {
			return sayCompiling(func(s string) error { said = append(said, s); return nil })
		})
		_, err = graph.CallOnce(engine.Backend, func(x *graph.Node) *graph.Node { return graph.AddScalar(x, 0.1) }, []float32{1})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(said, "; ")
	}
	cold, warm := run(), run()
	if want := "compilando el programa para este equipo; compilado en "; engine.Name == "xla" && !strings.HasPrefix(cold, want) {
		t.Errorf("of a program that was compiled: %q, want %q", cold, want)
	}
	if warm != "" {
		t.Errorf("of a program that was kept: %q", warm)
	}
}
