package pjrtshim

import "sync/atomic"

var (
	watcher                          atomic.Pointer[func(program string) (done func())]
	compiledPrograms, loadedPrograms atomic.Int64
)

// OnCompile arranges for begin to be called whenever a plugin starts to compile a program,
// which may take seconds, and for the function that it returns to be called when that is
// done; both on the goroutine that compiles. A program that comes from the cache is not
// compiled. A nil begin removes the hook.
func OnCompile(begin func(program string) (done func())) {
	if begin == nil {
		watcher.Store(nil)
		return
	}
	watcher.Store(&begin)
}

// Programs returns how many programs this process compiled, and how many came from the cache.
func Programs() (compiled, loaded int) {
	return int(compiledPrograms.Load()), int(loadedPrograms.Load())
}

// tell tells the watcher, if any, that compilation starts.
func tell(program string) (done func()) {
	if begin := watcher.Load(); begin != nil {
		return (*begin)(program)
	}
	return func() {}
}
