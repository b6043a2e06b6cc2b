package backend_test

import (
	"errors"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// processors are those that the calling thread may use.
func processors(t *testing.T) unix.CPUSet {
	t.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

func TestForOneThread(t *testing.T) {
	runtime.LockOSThread() // so that what is asked before and after is the same thread's
	defer runtime.UnlockOSThread()
	before := processors(t)
	refused := errors.New("refused")
	err := backend.ForOneThread(func() error {
		if during := processors(t); during.Count() != 1 {
			t.Errorf("%d processors while compiling, want 1", during.Count())
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("error = %v, want that of the function", err)
	}
	if after := processors(t); after != before {
		t.Errorf("processors %v afterwards, %v before", after, before)
	}
}
