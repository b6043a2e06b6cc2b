package backend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/compute/gobackend"
)

const (
	// xlaFlagsEnv holds the flags that an XLA plugin reads once, with its first program.
	xlaFlagsEnv = "XLA_FLAGS"

	wholeLoopsOption    = "xla_cpu_small_while_loop_byte_threshold"
	deterministicOption = "xla_gpu_deterministic_ops"

	// wholeLoopBytes is how much memory an iteration of a loop may read and write for the
	// loop to be compiled whole. XLA's own limit is 1 KiB. An iteration of word2vec's loop,
	// the only one there is, uses some hundreds of KiB.
	wholeLoopBytes = 4 << 20
)

// HeapsEnv is the environment variable in which glibc is told how many heaps a process may
// have, as it starts.
const HeapsEnv = "MALLOC_ARENA_MAX"

// setting is a default with which an engine is opened, unless the user has set something
// that contains its key.
type setting struct{ key, text string }

// settingsFor is the one place that says what each engine is opened with: options of
// GoMLX's engine, as in GOMLX_BACKEND, and flags of XLA's, as in XLA_FLAGS. plugin and gpuCount
// are those of openXLA; other engines have none. What must be set before there are threads is
// the business of [FewHeaps].
func settingsFor(name, platform, plugin string, gpuCount int, o Options) (options, flags []setting) {
	switch {
	case name == gobackend.BackendName:
		// One operation at a time, on all processors. By default several run at once, each
		// holding a worker while it waits for more: with few processors they can deadlock
		// (compute v0.1.2).
		options = []setting{{"ops_", "ops_sequential"}}
	case platform == "cpu":
		// Loops on small tensors are compiled whole (see [WholeLoops]). By default each
		// operation of each iteration is a separate kernel, and with small tensors
		// launching them takes most of the time.
		flags = []setting{{wholeLoopsOption, fmt.Sprintf("--xla_backend_extra_options=%s=%d", wholeLoopsOption, wholeLoopBytes)}}
	case platform == "cuda":
		// Autotuning each product between XLA's Triton kernels and CUDA's libraries makes
		// compiling GPT-2 small take a minute instead of ten seconds, and steps no faster.
		flags = []setting{{"xla_gpu_enable_triton_gemm", "--xla_gpu_enable_triton_gemm=false"}}
		if !o.FlashAttention {
			// Repeated runs give the same figures, to the last bit.
			flags = append(flags, setting{deterministicOption, "--" + deterministicOption + "=true"})
		}
		options = []setting{
			// go-xla multiplies float32 matrices in TF32, with 10 bits in place of 23.
			{"tf32", fmt.Sprintf("tf32=%t", o.TF32)},
			// Several runs may compute at once, each in a process of its own: none may take all
			// of the GPU's memory.
			{"preallocate", "preallocate=false"},
		}
		if gpuCount > 1 {
			// By default XLA opens all of them, which takes time, and memory of each.
			options = append(options, setting{"visible_devices", "visible_devices=0"})
		}
		// XLA looks there for CUDA's assembler; go-xla sets this only for plugins that it
		// opens itself.
		data := filepath.Join(filepath.Dir(filepath.Dir(plugin)), "nvidia")
		if info, err := os.Stat(data); err == nil && info.IsDir() {
			flags = append(flags, setting{"xla_gpu_cuda_data_dir", "--xla_gpu_cuda_data_dir=" + data})
		}
	}
	return options, flags
}

// merge puts our settings before the user's, because the last one counts.
func merge(ours []setting, theirs, separator string) string {
	var list []string
	for _, s := range ours {
		if !strings.Contains(theirs, s.key) {
			list = append(list, s.text)
		}
	}
	if theirs != "" {
		list = append(list, theirs)
	}
	return strings.Join(list, separator)
}

// setFlags adds our flags to XLA_FLAGS. It must come before the first program.
func setFlags(flags []setting) error {
	theirs := strings.TrimSpace(os.Getenv(xlaFlagsEnv))
	if len(flags) == 0 || theirs != "" && !strings.HasPrefix(theirs, "-") {
		return nil // The variable may name a file that the flags are in.
	}
	return os.Setenv(xlaFlagsEnv, merge(flags, theirs, " "))
}
