//go:build !cgo || !linux

package backend

// OneHeap tells whether C's allocator keeps one heap for all threads, which is asked of
// glibc alone.
func OneHeap() bool { return false }
