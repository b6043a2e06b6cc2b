package backend

import (
	"errors"
	"path/filepath"
)

// ErrNoPlugin says that there is an NVIDIA GPU, but not what XLA needs to compute on it.
var ErrNoPlugin = errors.New("there is an NVIDIA GPU, but not its XLA plugin: run scripts/setup --cuda")

// gpuFiles are those by which an NVIDIA GPU is known, each group enough by itself: the
// driver's devices or, in Windows' Linux subsystem, which has one device for GPUs of all
// makers, that and the driver's library.
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
