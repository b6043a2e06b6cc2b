package backend

import (
	"errors"
	"path/filepath"
)

// ErrNoPlugin says that there is an NVIDIA GPU, but that the plugin XLA needs for it is
// missing.
var ErrNoPlugin = errors.New("there is an NVIDIA GPU, but not its XLA plugin: run scripts/setup --cuda")

// gpuFiles are groups of files each of which reveals an NVIDIA GPU: the driver's devices
// or, in Windows' Linux subsystem, which has one device for GPUs of all makers, that device
// and the driver's library.
var gpuFiles = [][]string{
	{"/dev/nvidia[0-9]*"},
	{"/dev/dxg", "/usr/lib/wsl/lib/libcuda.so*"},
}

// gpuIsThere says whether this machine has an NVIDIA GPU with its driver.
func gpuIsThere() bool {
	for _, group := range gpuFiles {
		there := true
		for _, pattern := range group {
			found, _ := filepath.Glob(pattern)
			there = there && len(found) > 0
		}
		if there {
			return true
		}
	}
	return false
}
