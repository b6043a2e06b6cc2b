package backend

import (
	"fmt"
	"os"
	"strings"
)

const (
	// xlaFlagsEnv holds the flags that an XLA plugin reads once, with its first program.
	xlaFlagsEnv = "XLA_FLAGS"

	wholeLoopsOption = "xla_cpu_small_while_loop_byte_threshold"

	// wholeLoopBytes is how much memory a round of a loop may read and write for the loop
	// to be compiled whole. XLA's own limit is 1 KiB. A round of word2vec's loop takes some
	// hundreds of KiB, and it is the only loop there is.
	wholeLoopBytes = 4 << 20
)

// askForWholeLoops has XLA on the CPU compile loops on small tensors whole (see
// [WholeLoops]). By default each operation of each round is a kernel that is called, and
// where tensors are small the calls take most of the time. It must come before the first
// engine is opened. Flags that were set already come after ours, so that they win.
func askForWholeLoops() error {
	flags := os.Getenv(xlaFlagsEnv)
	if strings.Contains(flags, wholeLoopsOption) || flags != "" && !strings.HasPrefix(strings.TrimSpace(flags), "-") {
		return nil // It is asked for, or the flags are in a file that this names.
	}
	ours := fmt.Sprintf("--xla_backend_extra_options=%s=%d", wholeLoopsOption, wholeLoopBytes)
	return os.Setenv(xlaFlagsEnv, strings.TrimSpace(ours+" "+flags))
}
