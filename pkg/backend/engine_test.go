package backend_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// double runs a small graph, to see that an engine computes.
func double(t *testing.T, engine *backend.Engine) {
	t.Helper()
	got, err := graph.CallOnce(engine.Backend, func(x *graph.Node) *graph.Node { return graph.Add(x, x) }, []float32{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{2, 4, 6}; !equal(got.Value().([]float32), want) {
		t.Errorf("2x = %v, want %v", got.Value(), want)
	}
}

func equal(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func open(t *testing.T) *backend.Engine {
	t.Helper()
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(engine.Close)
	return engine
}

func TestOpenWithoutWishComputes(t *testing.T) {
	t.Setenv(compute.ConfigEnvVar, "")
	engine := open(t)
	double(t, engine)
	if engine.Reason == "" || !strings.Contains(engine.Describe(), engine.Reason) {
		t.Errorf("Describe() = %q does not say why", engine.Describe())
	}
}

func TestOpenPureGoOnWish(t *testing.T) {
	t.Setenv(compute.ConfigEnvVar, "go")
	engine := open(t)
	double(t, engine)
	if engine.Name != "go" || !strings.Contains(engine.Reason, compute.ConfigEnvVar) {
		t.Errorf("engine = %q because %q", engine.Name, engine.Reason)
	}
}

func TestOpenFallsBackToPureGoAndSaysWhy(t *testing.T) {
	t.Setenv(compute.ConfigEnvVar, "")
	empty := t.TempDir()
	for _, name := range []string{"HEMICICLO_HOME", "HOME", "PJRT_PLUGIN_LIBRARY_PATH"} {
		t.Setenv(name, empty)
	}
	if found, _ := filepath.Glob("/usr/local/lib/go-xla/*.so"); len(found) > 0 {
		t.Logf("XLA plugins are installed for the whole system: %v", found)
		return
	}
	engine := open(t)
	double(t, engine)
	if engine.Name != "go" || !strings.Contains(engine.Reason, "XLA") {
		t.Errorf("engine = %q because %q, want go because XLA is missing", engine.Name, engine.Reason)
	}
}

func TestOpenWishThatCannotBeMet(t *testing.T) {
	notPlugin := filepath.Join(t.TempDir(), "plugin.so")
	if err := os.WriteFile(notPlugin, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for wish, mend := range map[string]string{
		"abacus":                  "unset " + compute.ConfigEnvVar,
		"xla:/no/such/plugin.so":  "no such file",
		"xla:" + notPlugin:        notPlugin,
		"xla:cpu,no_such_option=": "no_such_option",
		"xla:tpu":                 "tpu",
	} {
		t.Setenv(compute.ConfigEnvVar, wish)
		engine, err := backend.Open()
		if err == nil {
			t.Errorf("wish %q was met by %s", wish, engine.Describe())
			continue
		}
		if !strings.Contains(err.Error(), compute.ConfigEnvVar+`="`+wish) || !strings.Contains(err.Error(), mend) {
			t.Errorf("wish %q: error %q does not name the wish and %q", wish, err, mend)
		}
	}
}

func TestOpenMissingPluginNamesSetup(t *testing.T) {
	empty := t.TempDir()
	for _, name := range []string{"HEMICICLO_HOME", "HOME", "PJRT_PLUGIN_LIBRARY_PATH"} {
		t.Setenv(name, empty)
	}
	t.Setenv(compute.ConfigEnvVar, "xla:cpu")
	if found, _ := filepath.Glob("/usr/local/lib/go-xla/*.so"); len(found) > 0 {
		t.Logf("XLA plugins are installed for the whole system: %v", found)
		return
	}
	if _, err := backend.Open(); err == nil || !strings.Contains(err.Error(), "scripts/setup") {
		t.Errorf("error = %v, want one that names scripts/setup", err)
	}
}

// On the CPU the process's memory is all there is; a closed engine is asked for nothing.
func TestPeakMemory(t *testing.T) {
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	double(t, engine)
	if bytes := engine.PeakMemory(); bytes < 0 || (bytes > 0) != (engine.Platform == "cuda") {
		t.Errorf("%s: %d bytes of a GPU", engine.Describe(), bytes)
	}
	engine.Close()
	if bytes := engine.PeakMemory(); bytes != 0 {
		t.Errorf("a closed engine has %d bytes in use", bytes)
	}
}
