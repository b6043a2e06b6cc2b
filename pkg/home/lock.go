package home

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// longestPause bounds the time until a lock that another process holds is tried again.
const longestPause = 200 * time.Millisecond

// Lock holds the lock file at path, which is made where it is missing, until
// release is called or the process ends, however it ends. While another holds it,
// Lock waits, and calls waiting once. On a disk that knows no locks it holds nothing.
func Lock(ctx context.Context, path string, waiting func()) (release func(), err error) {
	file, err := openLock(path)
	if err != nil {
		return nil, err
	}
	for pause := time.Duration(0); ; pause = min(2*pause, longestPause) {
		held, err := flock(file, exclusive)
		if held || errors.Is(err, errors.ErrUnsupported) {
			return func() { _ = file.Close() }, nil // Closing lets go of it.
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
		}
		if pause == 0 {
			waiting()
			pause = time.Millisecond
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), file.Close())
		case <-time.After(pause):
		}
	}
}

// TryLock is [Lock] that does not wait, and tells whether it holds the lock. The folder must
// be there. On a disk that knows no locks the error is [errors.ErrUnsupported].
func TryLock(path string) (release func(), held bool, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	held, err = flock(file, exclusive)
	if err != nil || !held {
		return func() {}, false, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, true, nil
}

// Held tells whether a process holds the lock file at path. Those who ask do not stand in each
// other's way, but for a moment keep [TryLock] from the lock. On a disk that knows no locks the
// error is [errors.ErrUnsupported].
func Held(path string) (bool, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	free, err := flock(file, sharedNow)
	if err = errors.Join(err, file.Close()); err != nil {
		return false, err
	}
	return !free, nil
}

// Join makes this process one of those that share the lock file at path, until it
// ends or the file that Join returns is closed. The first of them calls alone, before
// any other has joined; none does on a disk that knows no locks.
func Join(path string, alone func() error) (*os.File, error) {
	file, err := openLock(path)
	if err != nil {
		return nil, err
	}
	first, err := flock(file, exclusive)
	if first {
		err = alone()
	}
	if err == nil {
		_, err = flock(file, shared)
	}
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, errors.Join(fmt.Errorf("joining %s: %w", path, err), file.Close())
	}
	return file, nil
}

// openLock opens a lock file. None is ever removed: another process may just have
// opened it.
func openLock(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}
