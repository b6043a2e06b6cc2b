//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package backend

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gomlx/compute"
)

// write makes a file that is no library, and its folders.
func write(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// fakeGPU has the package look for GPUs under an empty folder, which it returns, and for
// plugins in folders of the test.
func fakeGPU(t *testing.T) (root string) {
	t.Helper()
	root = t.TempDir()
	before, cards := gpuFiles, cardFiles
	t.Cleanup(func() { gpuFiles, cardFiles = before, cards })
	gpuFiles, cardFiles = nil, filepath.Join(root, cards)
	for _, group := range before {
		var moved []string
		for _, pattern := range group {
			moved = append(moved, filepath.Join(root, pattern))
		}
		gpuFiles = append(gpuFiles, moved)
	}
	t.Setenv(compute.ConfigEnvVar, "")
	t.Setenv(pluginPathEnv, filepath.Join(root, "named"))
	t.Setenv("HEMICICLO_HOME", root)
	t.Setenv("HOME", filepath.Join(root, "user"))
	return root
}

func TestGPUIsThere(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  bool
	}{
		{nil, false},
		{[]string{"dev/nvidia0"}, true},
		{[]string{"dev/nvidiactl", "dev/nvidia-uvm"}, false}, // the driver, without a GPU
		{[]string{"dev/dxg"}, false},                         // another maker's GPU in WSL
		{[]string{"dev/dxg", "usr/lib/wsl/lib/libcuda.so.1"}, true},
		{[]string{"dev/dxg", "usr/lib/wsl/drivers/nv_dispi.inf_amd64_1/libcuda.so.1.1"}, true}, // in a container
	} {
		t.Run(strings.Join(c.files, ","), func(t *testing.T) {
			root := fakeGPU(t)
			for _, file := range c.files {
				write(t, filepath.Join(root, file))
			}
			if got := gpuIsThere(); got != c.want {
				t.Errorf("a GPU %t, want %t", got, c.want)
			}
		})
	}
}

func TestFindCUDA(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("XLA on CUDA needs Linux on x86-64")
	}
	root := fakeGPU(t)
	installed := filepath.Join(root, ".tools", "lib", "cuda", "nvidia", cudaPlugin)
	write(t, installed)
	if path, err := findCUDA(); err == nil {
		t.Errorf("without a GPU: %s", path)
	}
	write(t, filepath.Join(root, "dev", "nvidia0"))
	others := []string{
		filepath.Join(root, "user", ".local", "lib", "go-xla", "nvidia", cudaPlugin),
		filepath.Join(root, "named", cudaPlugin),
		filepath.Join(root, "named", "nvidia", cudaPlugin),
	}
	write(t, others[0])
	for i, want := range []string{installed, others[1], others[2]} { // each goes before the one before
		if i > 0 {
			write(t, want)
		}
		if path, err := findCUDA(); err != nil || path != want {
			t.Errorf("found %q, %v; want %q", path, err, want)
		}
	}
	for _, path := range append(others[1:], installed) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if path, err := findCUDA(); err != nil || path != others[0] {
		t.Errorf("found %q, %v; want %q", path, err, others[0])
	}
}

// TestCPUThoughAGPUIsAskedFor: who asks for a GPU by GOMLX_BACKEND, with options for it, does
// not have everything computed on it.
func TestCPUThoughAGPUIsAskedFor(t *testing.T) {
	if _, err := findCPU(); err != nil {
		t.Skip(err)
	}
	plugin := write(t, filepath.Join(t.TempDir(), cudaPlugin)) // is none, and must not be opened
	t.Setenv(compute.ConfigEnvVar, "xla:"+plugin+",preallocate=true")
	engine, err := OpenWith(Options{CPU: true})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if engine.Platform != "cpu" {
		t.Errorf("opened %s", engine.Describe())
	}
}

// TestWordsInPaths opens the engine where folders above the plugin have the names by which
// go-xla knows plugins.
func TestWordsInPaths(t *testing.T) {
	plugin, err := findCPU()
	if err != nil {
		t.Skip(err)
	}
	lib := filepath.Join(t.TempDir(), "nvidia-cuda", ".tools", "lib")
	if err := os.MkdirAll(lib, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(plugin, filepath.Join(lib, cpuPlugin)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HEMICICLO_HOME", filepath.Dir(filepath.Dir(lib)))
	t.Setenv(compute.ConfigEnvVar, "xla:cpu")
	engine, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if !WholeLoops(engine.Backend) { // is for CPUs alone
		t.Errorf("%s is not known to be the CPU", engine.Describe())
	}
}
