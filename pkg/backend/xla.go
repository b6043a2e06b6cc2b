//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package backend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/go-xla/compute/xla"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

const (
	xlaName = xla.BackendName
	// cpuPlugin is the file name under which scripts/setup installs the XLA
	// plugin for the CPU.
	cpuPlugin = "pjrt_cpu.so"
	// cudaPlugin is the file name that go-xla and JAX give the plugin for CUDA.
	cudaPlugin = "pjrt_c_api_cuda_plugin.so"
	// pluginPathEnv lists more folders in which XLA plugins lie.
	pluginPathEnv = "PJRT_PLUGIN_LIBRARY_PATH"
)

func init() {
	xla.EnableAutoInstall(false)
}

// engines lists the names that GOMLX_BACKEND can take.
func engines() []string { return []string{xlaName, gobackend.BackendName} }

// findPlugin turns the plugin part of a wish into the plugin's path (or a name
// that go-xla looks up by itself) and its platform.
func findPlugin(plugin string) (path, platform string, err error) {
	switch {
	case plugin == "":
		if path, err := findCUDA(); err == nil {
			return path, "cuda", nil
		}
		path, err := findCPU()
		return path, "cpu", err
	case plugin == "cpu":
		path, err := findCPU()
		return path, "cpu", err
	case plugin == "cuda":
		path, err := findCUDA()
		return path, "cuda", err
	case filepath.IsAbs(plugin):
		if _, err := os.Stat(plugin); err != nil {
			return "", "", fmt.Errorf("XLA plugin: %w", err)
		}
		return plugin, platformOf(plugin), nil
	}
	return plugin, plugin, nil
}

// platformOf guesses the platform from a plugin's file name.
func platformOf(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, platform := range []string{"cuda", "cpu"} {
		if strings.Contains(name, platform) {
			return platform
		}
	}
	return filepath.Base(path)
}

// findCPU returns the path of the XLA plugin for the CPU.
func findCPU() (string, error) {
	path, installed := home.Lib(cpuPlugin)
	if installed == nil {
		return path, nil
	}
	for _, dir := range pluginDirs() {
		found, _ := filepath.Glob(filepath.Join(dir, "pjrt_c_api_cpu*_plugin.*"))
		if len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("the XLA plugin for the CPU: %w", installed)
}

// findCUDA returns the path of the XLA plugin for CUDA if this machine has an
// NVIDIA GPU and that plugin.
func findCUDA() (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", ErrNotHere
	}
	if !gpuIsThere() {
		return "", errors.New("no NVIDIA device is visible")
	}
	for _, dir := range pluginDirs() {
		for _, path := range []string{filepath.Join(dir, "nvidia", cudaPlugin), filepath.Join(dir, cudaPlugin)} {
			if _, err := os.Stat(path); err == nil {
				return path, nil
			}
		}
	}
	return "", ErrNoPlugin
}

// pluginDirs lists the folders in which to look for plugins: those that the user names, the
// one that scripts/setup fills, and go-xla's.
func pluginDirs() []string {
	dirs := filepath.SplitList(os.Getenv(pluginPathEnv))
	if path, err := home.Lib("cuda"); err == nil {
		dirs = append(dirs, path)
	}
	if user, err := os.UserHomeDir(); err == nil {
		dirs = append(dirs, filepath.Join(user, ".local", "lib", "go-xla"))
	}
	return append(dirs, "/usr/local/lib/go-xla")
}

// usesTF32 says whether an engine multiplies float32 matrices in TF32.
func usesTF32(be compute.Backend) bool {
	engine, isXLA := be.(*xla.Backend)
	return isXLA && engine.DotGeneralUseTF32
}

// WholeLoops says whether the engine compiles loops whole: all iterations become one kernel
// if each touches little memory (wholeLoopBytes) and the loop has no scatter, no sort, and
// nothing that XLA leaves to a library, such as a matrix product.
func WholeLoops(be compute.Backend) bool {
	engine, isXLA := be.(*xla.Backend)
	return isXLA && engine.IsCPU() && strings.Contains(os.Getenv(xlaFlagsEnv), wholeLoopsOption)
}

// HasFlashAttention says whether an engine may use cuDNN's flash attention, of which XLA
// has no deterministic form. GPUs have it since Ampere, that is, compute capability 8.0.
func HasFlashAttention(be compute.Backend) bool {
	if !OnCUDA(be) || strings.Contains(os.Getenv(xlaFlagsEnv), deterministicOption+"=true") {
		return false
	}
	found, unknown := visibleGPUs()
	return unknown != nil || found.capability >= 80
}

// OnCUDA says whether an engine computes on an NVIDIA GPU, with memory of its own.
func OnCUDA(be compute.Backend) bool {
	engine, isXLA := be.(*xla.Backend)
	return isXLA && engine.IsCUDA()
}
