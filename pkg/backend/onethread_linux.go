package backend

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// ForOneThread runs compile, and returns what it returns, so that XLA prepares for one
// thread what is compiled meanwhile. XLA on the CPU looks, while it compiles, at how many
// processors it may use, and splits operations on large tensors among as many threads.
// Where a program is a loop of many short operations, as training word2vec is, handing
// them over costs more than it brings. Results are the same.
//
// Where the system refuses (and on others than Linux) compile runs all the same.
func ForOneThread(compile func() error) error {
	runtime.LockOSThread()
	var all, one unix.CPUSet
	if unix.SchedGetaffinity(0, &all) != nil {
		runtime.UnlockOSThread()
		return compile()
	}
	for cpu := 0; one.Count() == 0; cpu++ { // A process may use one at least.
		if all.IsSet(cpu) {
			one.Set(cpu)
		}
	}
	_ = unix.SchedSetaffinity(0, &one)
	defer func() {
		// A thread that cannot go back stays locked, and ends with its goroutine.
		if unix.SchedSetaffinity(0, &all) == nil {
			runtime.UnlockOSThread()
		}
	}()
	return compile()
}
