//go:build !linux

package pjrtshim

import "errors"

// Cache keeps nothing here.
type Cache struct{}

// OpenCache returns an error: what a program depends on is known on Linux alone.
func OpenCache(string, int64) (*Cache, error) {
	return nil, errors.New("compiled programs are kept on Linux alone")
}
