package backend

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Why an NVIDIA GPU cannot be used, as far as whoever runs this can mend it.
var (
	// ErrNoPlugin says that the plugin XLA needs for it is missing.
	ErrNoPlugin = errors.New("there is an NVIDIA GPU, but not its XLA plugin: run scripts/setup --cuda")
	// ErrNoDevice says that there is a card for which the system has no device.
	ErrNoDevice = errors.New("there is an NVIDIA card, but no device for it: install NVIDIA's driver; a container must be given the card (docker run --gpus all)")
	// ErrNoDriver says that the library of NVIDIA's driver is missing, as in a container that
	// has the devices alone.
	ErrNoDriver = errors.New("the library of NVIDIA's driver is not found: a container must be given it (apptainer exec --nv, docker run --gpus all)")
	// ErrOldDriver says that XLA has no plugin for so old a driver.
	ErrOldDriver = errors.New("NVIDIA's driver is too old: XLA needs 525 or newer")
	// ErrOtherCUDA says that the plugin is for CUDA 13, which needs a newer driver or GPU.
	ErrOtherCUDA = errors.New("the XLA plugin is for CUDA 13, and the driver (before 580) or the GPU (before Turing) for CUDA 12: run scripts/setup --cuda=12")
	// ErrBusyGPU says that the driver finds nothing wrong, but that XLA cannot open the GPU.
	ErrBusyGPU = errors.New("perhaps another process has the NVIDIA GPU, or its memory: nvidia-smi says so")
	// ErrNotHere says that there is no plugin for such a machine.
	ErrNotHere = errors.New("XLA on CUDA needs Linux on x86-64")
	// ErrHiddenGPU says that this process may use none of the GPUs.
	ErrHiddenGPU = errors.New("no GPU is visible to this process: ask the cluster for one (with Slurm --gres=gpu:1), or unset CUDA_VISIBLE_DEVICES")
)

// gpuFiles are groups of files each of which reveals an NVIDIA GPU: the driver's devices
// or, in Windows' Linux subsystem, which has one device for GPUs of all makers, that device
// and the driver's library, which a container there has in the driver's own folder alone.
var gpuFiles = [][]string{
	{"/dev/nvidia[0-9]*"},
	{"/dev/dxg", "/usr/lib/wsl/lib/libcuda.so*"},
	{"/dev/dxg", "/usr/lib/wsl/drivers/*/libcuda.so*"},
}

// cardFiles are the files in which Linux says who made what is on the PCI bus. Beside each
// there is one, class, that says what it is.
var cardFiles = "/sys/bus/pci/devices/*/vendor"

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

// cardIsThere says whether an NVIDIA graphics card is in this machine, with or without a
// driver, and also where a container does not have it.
func cardIsThere() bool {
	found, _ := filepath.Glob(cardFiles)
	for _, file := range found {
		vendor, _ := os.ReadFile(file)
		class, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "class"))
		if strings.HasPrefix(string(vendor), "0x10de") && strings.HasPrefix(string(class), "0x03") {
			return true
		}
	}
	return false
}

// gpuInfo is what NVIDIA's driver says of the GPUs that this process may use. XLA computes on
// the first of them.
type gpuInfo struct {
	count      int
	name       string // of the first
	capability int    // of the first: 75 for 7.5
}

// openCUDA opens XLA's plugin for NVIDIA GPUs. Its error names the mend where the driver knows
// what is wrong.
func openCUDA(plugin, options string, o Options) (*Engine, error) {
	found, unknown := visibleGPUs()
	if unknown != nil || strings.Contains(options, "visible_devices") { // then XLA's may be another
		found = gpuInfo{}
	}
	if found.count > 0 && found.capability < 75 && needsCUDA13(plugin) { // its first program would fail
		return nil, fmt.Errorf("%s: %w", found.name, ErrOtherCUDA)
	}
	engine, err := openXLA(plugin, "cuda", options, found.count, o)
	if err == nil {
		if err = tryOut(engine.Backend); err != nil {
			engine.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", cmp.Or(whyNoGPU(plugin), ErrBusyGPU), err)
	}
	engine.GPU, engine.GPUs = found.name, found.count
	return engine, nil
}

// whyNoGPU returns what keeps XLA from using a GPU, by what the driver says; nil if the driver
// finds nothing wrong. No plugin is named where there is none.
func whyNoGPU(plugin string) error {
	release, err := driverRelease()
	switch {
	case err != nil:
		return err
	case release < 12000:
		return ErrOldDriver
	case plugin == "":
		return nil
	case release < 13000 && needsCUDA13(plugin):
		return ErrOtherCUDA
	}
	_, err = visibleGPUs()
	return err
}

// needsCUDA13 says whether a plugin is for CUDA 13, by the folder that it has in JAX's wheel.
func needsCUDA13(plugin string) bool {
	path, err := filepath.EvalSymlinks(plugin)
	return err == nil && filepath.Base(filepath.Dir(path)) == "xla_cuda13"
}
