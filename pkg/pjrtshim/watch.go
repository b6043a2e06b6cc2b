package pjrtshim

import "sync/atomic"

var (
	watcher                          atomic.Pointer[func(program string) (done func())]
	compiledPrograms, loadedPrograms atomic.Int64
)

// OnCompile has begin called whenever a plugin begins to compile a program, which may take
// seconds, and what it returns when that is done; both from the goroutine that compiles.
// A program that comes from the cache is not compiled. A nil begin ends it.
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

// tell tells the watcher, if there is one, that compiling begins.
func tell(program string) (done func()) {
	if begin := watcher.Load(); begin != nil {
		return (*begin)(program)
	}
	return func() {}
}
