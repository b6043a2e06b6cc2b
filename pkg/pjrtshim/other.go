//go:build !(linux && (amd64 || arm64) && cgo && !noxla)

package pjrtshim

// Register does nothing here: plugins are used as they are, under their paths.
func Register(path, _ string, _ *Cache) (name string, err error) { return path, nil }

// Closed has nothing to forget here.
func Closed(string) {}

// PeakMemory knows nothing here.
func PeakMemory(string) int64 { return 0 }
