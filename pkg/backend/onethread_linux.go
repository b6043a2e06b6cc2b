package backend

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// ForOneThread runs compile so that the programs that XLA compiles meanwhile use a single
// thread, and returns its error. When it compiles, XLA on the CPU looks up how many
// processors it may use, and splits operations on large tensors among as many threads. For
// a loop of many short operations, such as training word2vec, handing them over costs more
// than it gains. Results are the same.
//
// If the system refuses (and on systems other than Linux) compile simply runs.
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
		// If the affinity cannot be restored, the thread stays locked and ends with its
		// goroutine.
		if unix.SchedSetaffinity(0, &all) == nil {
			runtime.UnlockOSThread()
		}
	}()
	return compile()
}
