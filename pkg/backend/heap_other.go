//go:build !cgo || !linux

package backend

// FewHeaps tells whether the heaps of C's allocator are bounded, which can be done only for
// glibc.
func FewHeaps() bool { return false }
