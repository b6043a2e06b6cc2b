//go:build darwin || linux

package home

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

const (
	exclusive = unix.LOCK_EX | unix.LOCK_NB
	shared    = unix.LOCK_SH // waits
	sharedNow = unix.LOCK_SH | unix.LOCK_NB
)

// flock takes the lock, and tells whether it did: not where another process has it,
// and with [errors.ErrUnsupported] where the disk knows no locks.
func flock(file *os.File, how int) (held bool, err error) {
	for {
		err = unix.Flock(int(file.Fd()), how)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, unix.ENOLCK): // network disks without their lock service
			return false, errors.ErrUnsupported
		}
		return err == nil, err
	}
}
