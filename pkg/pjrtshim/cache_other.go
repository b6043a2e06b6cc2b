//go:build !linux

package pjrtshim

import "errors"

// Cache keeps nothing here.
type Cache struct{}

// OpenCache returns an error: only on Linux is it known what a program depends on.
func OpenCache(string, int64) (*Cache, error) {
	return nil, errors.New("compiled programs are kept on Linux alone")
}
