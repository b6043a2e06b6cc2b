//go:build !cgo || noxla || !linux || !amd64

package backend

// There is no plugin for GPUs here, and so nothing to ask a driver for.

func driverRelease() (int, error) { return 0, ErrNoDriver }

func visibleGPUs() (gpuInfo, error) { return gpuInfo{}, ErrNoDriver }
