//go:build cgo && linux

package finetune

/*
#include <malloc.h>

static void keep(int mappings) {
#ifdef __GLIBC__
	mallopt(M_TRIM_THRESHOLD, -1);
	mallopt(M_MMAP_THRESHOLD, 32 << 20); // the highest that glibc takes
	mallopt(M_MMAP_MAX, mappings);
#endif
}

static void trim(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

// keep makes C's allocator, from which XLA takes its buffers, retain freed memory, so that
// the next step need not have it mapped and zeroed again page by page. Blocks of 32 MiB or
// more are retained only if largeBlocks is true.
func keep(largeBlocks bool) {
	if largeBlocks {
		C.keep(0)
	} else {
		C.keep(65536) // separate mappings: glibc's default
	}
}

// trim returns the free memory of C's allocator to the system: freed gradients leave holes,
// which glibc would keep.
func trim() { C.trim() }
