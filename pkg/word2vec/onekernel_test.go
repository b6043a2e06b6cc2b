package word2vec

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// dumpEnv tells this test's own process, started anew, to train for the dump.
const dumpEnv = "HEMICICLO_TEST_DUMP"

// TestLoopIsOneKernel has XLA write down what it makes of the loop: with few dimensions
// one call of one kernel, or training takes three times as long.
func TestLoopIsOneKernel(t *testing.T) {
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if os.Getenv(dumpEnv) != "" {
		texts, _ := twoTopics(100, 1)
		for _, size := range []int{2, oneKernelSize} {
			if _, err := Train(context.Background(), engine.Backend, texts, Options{VectorSize: size, Seed: 1}); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if !backend.WholeLoops(engine.Backend) {
		t.Skipf("%s does not compile loops whole", engine.Describe())
	}
	folder := t.TempDir()
	anew := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLoopIsOneKernel$")
	anew.Env = append(os.Environ(), dumpEnv+"=1", "XLA_FLAGS=--xla_dump_to="+folder)
	if output, err := anew.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	programs, err := filepath.Glob(filepath.Join(folder, "*word2vec*after_optimizations.txt"))
	if err != nil || len(programs) != 2 {
		t.Fatalf("XLA dumped %d programs (%v), want 2", len(programs), err)
	}
	for _, path := range programs {
		program, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(program), `xla_cpu_small_call="true"`) {
			t.Errorf("%s is not one kernel", filepath.Base(path))
		}
	}
}
