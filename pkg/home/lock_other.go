//go:build !darwin && !linux

package home

import (
	"errors"
	"os"
)

const exclusive, shared, sharedNow = 0, 0, 0

// flock: files cannot be locked here.
func flock(*os.File, int) (held bool, err error) { return false, errors.ErrUnsupported }
