package backend_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/pjrtshim"
)

const cacheEnv = "HEMICICLO_CACHE"

// layer is a small program of what models are made of; shift makes it another program.
func layer(shift float64) func(x, w *graph.Node) *graph.Node {
	return func(x, w *graph.Node) *graph.Node {
		return graph.Softmax(graph.Tanh(graph.AddScalar(graph.MatMul(x, w), shift)), -1)
	}
}

// resultBits runs two programs on a new engine and returns their results' bits.
func resultBits(t *testing.T) []uint32 {
	t.Helper()
	engine := open(t)
	x, w := make([][]float32, 8), make([][]float32, 16)
	for i := range x {
		for j := range w {
			x[i] = append(x[i], float32(math.Sin(float64(i*16+j))))
		}
	}
	for i := range w {
		for j := range 32 {
			w[i] = append(w[i], float32(math.Cos(float64(i*32+j))))
		}
	}
	var bits []uint32
	for _, shift := range []float64{0, 0.5} {
		out, err := graph.CallOnce(engine.Backend, layer(shift), x, w)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range out.Value().([][]float32) {
			for _, v := range row {
				bits = append(bits, math.Float32bits(v))
			}
		}
	}
	return bits
}

// programs runs do and returns how many programs were compiled and loaded meanwhile.
func programs(do func()) (compiled, loaded int) {
	c, l := pjrtshim.Programs()
	do()
	compiled, loaded = pjrtshim.Programs()
	return compiled - c, loaded - l
}

// privateDir returns an empty folder that only this user may use.
func privateDir(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "cache")
}

func TestProgramsAreKept(t *testing.T) {
	dir := privateDir(t)
	t.Setenv(cacheEnv, dir)
	if engine := open(t); engine.Cache != dir {
		if engine.Name == "go" {
			t.Log("there is no XLA here: " + engine.Reason)
			return
		}
		t.Fatalf("programs are kept in %q, want %q", engine.Cache, dir)
	}
	var want []uint32
	if compiled, loaded := programs(func() { want = resultBits(t) }); compiled != 2 || loaded != 0 {
		t.Errorf("with an empty cache %d programs were compiled and %d loaded, want 2 and 0", compiled, loaded)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xla"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%d programs are kept, want 2 (%v)", len(files), err)
	}
	contents := make([][]byte, len(files))
	for i, file := range files {
		if contents[i], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	write := func(file int, data []byte) {
		t.Helper()
		if err := os.WriteFile(files[file], data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flip := func(data []byte, at int) []byte {
		data = bytes.Clone(data)
		data[at] ^= 0x10
		return data
	}
	for _, c := range []struct {
		name     string
		change   func()
		compiled int
	}{
		{"warm", func() {}, 0},
		{"a bit of the code flipped", func() { write(0, flip(contents[0], len(contents[0])/2)) }, 1},
		{"a bit of the key flipped", func() { write(0, flip(contents[0], 40)) }, 1},
		{"a bit of the checksum flipped", func() { write(0, flip(contents[0], len(contents[0])-1)) }, 1},
		{"cut", func() { write(1, contents[1][:len(contents[1])-100]) }, 1},
		{"empty", func() { write(0, nil); write(1, nil) }, 2},
		{"swapped", func() { write(0, contents[1]); write(1, contents[0]) }, 2},
		{"removed", func() { _ = os.RemoveAll(dir) }, 2},
	} {
		c.change()
		var got []uint32
		compiled, loaded := programs(func() { got = resultBits(t) })
		if compiled != c.compiled || loaded != 2-c.compiled {
			t.Errorf("%s: %d programs were compiled and %d loaded, want %d and %d", c.name, compiled, loaded, c.compiled, 2-c.compiled)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: other results", c.name)
		}
	}
	t.Setenv(cacheEnv, "off")
	var got []uint32
	if compiled, _ := programs(func() { got = resultBits(t) }); compiled != 2 || !slices.Equal(got, want) {
		t.Errorf("without a cache %d programs were compiled, want 2, or the results differ", compiled)
	}
}

func TestOnCompile(t *testing.T) {
	engine := open(t)
	if engine.Name != "xla" {
		t.Log("nothing is compiled here: " + engine.Reason)
		return
	}
	t.Setenv(cacheEnv, privateDir(t))
	var said []string
	backend.OnCompile(func(string) func() {
		said = append(said, "begun")
		return func() { said = append(said, "done") }
	})
	defer backend.OnCompile(nil)
	resultBits(t)
	if want := []string{"begun", "done", "begun", "done"}; !slices.Equal(said, want) {
		t.Errorf("cold: %v, want %v", said, want)
	}
	resultBits(t)
	if len(said) != 4 {
		t.Errorf("of programs that were not compiled was said %v", said[4:])
	}
}

func TestCacheSettings(t *testing.T) {
	for wish, want := range map[string]string{
		"off":      "HEMICICLO_CACHE=off",
		"relative": "neither an absolute path",
	} {
		t.Setenv(cacheEnv, wish)
		if engine := open(t); engine.Name == "xla" && !strings.Contains(engine.Cache, want) {
			t.Errorf("%s=%s: %q does not say %q", cacheEnv, wish, engine.Cache, want)
		}
	}
	shared := t.TempDir()
	if err := os.Chmod(shared, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv(cacheEnv, shared)
	engine := open(t)
	if engine.Name == "xla" && !strings.Contains(engine.Cache, "others may write") {
		t.Errorf("programs from a folder that is open to all: %q", engine.Cache)
	}
	double(t, engine)
}

// TestProcessesShareACache runs several processes at once that all begin with an empty
// cache; all must compute the same. This test is also what those processes run.
func TestProcessesShareACache(t *testing.T) {
	const child = "HEMICICLO_TEST_CHILD"
	if os.Getenv(child) != "" {
		fmt.Printf("bits %x\n", resultBits(t))
		return
	}
	want := fmt.Sprintf("bits %x\n", resultBits(t))
	dir := privateDir(t)
	var group sync.WaitGroup
	for range 2 { // two rounds: cold and warm
		for range 4 {
			group.Go(func() {
				process := exec.Command(os.Args[0], "-test.run=^TestProcessesShareACache$")
				process.Env = append(os.Environ(), child+"=1", cacheEnv+"="+dir)
				out, err := process.CombinedOutput()
				if err != nil || !strings.Contains(string(out), want) {
					t.Errorf("a process failed or computed something else: %v\n%s", err, out)
				}
			})
		}
		group.Wait()
	}
}
