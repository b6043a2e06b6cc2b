//go:build !cgo || noxla || !((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package backend

import (
	"errors"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
)

const xlaName = "xla"

var errNoXLA = errors.New("this program was built without XLA: build with cgo (a C compiler) and without the tag noxla")

// engines lists the names that GOMLX_BACKEND can take.
func engines() []string { return []string{gobackend.BackendName} }

func findPlugin(string) (path, platform string, err error) { return "", "", errNoXLA }

func findCPU() (string, error) { return "", errNoXLA }

func findCUDA() (string, error) { return "", errNoXLA }

func usesTF32(compute.Backend) bool { return false }

// WholeLoops says whether the engine compiles loops whole. Without XLA none does.
func WholeLoops(compute.Backend) bool { return false }

// HasFlashAttention says whether an engine may compute attention by cuDNN's flash
// attention. Without XLA none may.
func HasFlashAttention(compute.Backend) bool { return false }

// OnCUDA says whether an engine computes on an NVIDIA GPU. Without XLA none does.
func OnCUDA(compute.Backend) bool { return false }
