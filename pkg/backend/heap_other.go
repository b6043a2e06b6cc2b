//go:build !cgo || !linux

package backend

// OneHeap tells whether C's allocator uses one heap for all threads, which can be set only
// for glibc.
func OneHeap() bool { return false }
