//go:build linux && !race

package gpt2_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

const memoryDir = "HEMICICLO_TEST_MEMORY_DIR"

// Reading a model takes at most 1.3 times its weights: what a process of its own
// takes at its highest, beyond what it took before. (The race detector takes its own.)
func TestLoadTakesLittleMoreThanTheWeights(t *testing.T) {
	if dir := os.Getenv(memoryDir); dir != "" {
		before := highWater(t)
		m, err := gpt2.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("took %d bytes for %d\n", highWater(t)-before, 4*m.Count())
		return
	}
	config := gpt2.DefaultConfig()
	config.VocabSize, config.NPositions, config.NLayer = 50_257, 8, 3
	m, err := gpt2.New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "model")
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0], "-test.run=^TestLoadTakesLittleMoreThanTheWeights$", "-test.count=1")
	command.Env = append(os.Environ(), memoryDir+"="+dir)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	var took, weights float64
	if _, err := fmt.Sscanf(string(out), "took %g bytes for %g", &took, &weights); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	if took > 1.3*weights {
		t.Errorf("it took %.2f times the weights", took/weights)
	}
	t.Logf("%.2f times the weights", took/weights)
}

// highWater is the most memory that this process has held, in bytes.
func highWater(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, told, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(told, &kilobytes); err != nil {
		t.Fatalf("VmHWM: %v", err)
	}
	return kilobytes << 10
}
