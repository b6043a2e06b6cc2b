//go:build darwin || linux

package home_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// TestLockWaits: a second holder is told that it waits, once, and has the lock when
// the first lets go of it. Two open files are to the system as two processes.
func TestLockWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "lock")
	release, err := home.Lock(t.Context(), path, func() { t.Error("waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	waited := 0
	second, err := home.Lock(t.Context(), path, func() {
		waited++
		release()
	})
	if err != nil || waited != 1 {
		t.Fatalf("waited %d times: %v", waited, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := home.Lock(ctx, path, cancel); !errors.Is(err, context.Canceled) {
		t.Errorf("held by another and interrupted: %v", err)
	}
	second()
	if _, err := home.Lock(t.Context(), path, func() { t.Error("waits for who is gone") }); err != nil {
		t.Error(err)
	}
}

// TestJoin: the first is alone, the second is not, nor is it after the first is gone;
// the next one after both is alone again.
func TestJoin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	alone := 0
	join := func() (leave func() error) {
		t.Helper()
		file, err := home.Join(path, func() error { alone++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		return file.Close
	}
	check := func(want int) {
		t.Helper()
		if alone != want {
			t.Errorf("%d were alone, want %d", alone, want)
		}
	}
	first := join()
	check(1)
	second := join()
	check(1)
	if err := first(); err != nil {
		t.Fatal(err)
	}
	third := join()
	check(1)
	if err := errors.Join(second(), third()); err != nil {
		t.Fatal(err)
	}
	if err := join()(); err != nil {
		t.Fatal(err)
	}
	check(2)
	broken := errors.New("broken")
	if _, err := home.Join(path, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of who is alone", err)
	}
}

// TestHeld: who asks is told who holds the lock, and not of others who ask.
func TestHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	check := func(want bool) {
		t.Helper()
		if held, err := home.Held(path); held != want || err != nil {
			t.Errorf("held: %v (%v), want %v", held, err, want)
		}
	}
	check(false) // There is no file, nor does asking make one.
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("asking left a file: %v", err)
	}
	release, held, err := home.TryLock(path)
	if err != nil || !held {
		t.Fatalf("held: %v (%v)", held, err)
	}
	check(true)
	if _, second, err := home.TryLock(path); second || err != nil {
		t.Errorf("a second one holds the lock: %v (%v)", second, err)
	}
	release()
	check(false)
	joined, err := home.Join(path, func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	check(false) // As one who asks at the same moment.
	if err := joined.Close(); err != nil {
		t.Fatal(err)
	}
}
