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

// keep makes C's allocator, where XLA takes its buffers, hold on to what is freed: in
// the next step it need not be mapped and zeroed again, page by page. Blocks from 32 MiB
// on are held only where largeBlocks is true.
func keep(largeBlocks bool) {
	if largeBlocks {
		C.keep(0)
	} else {
		C.keep(65536) // separate mappings: glibc's default
	}
}

// trim gives the free memory of C's allocator back to the system: gradients that were freed
// leave holes, which glibc keeps.
func trim() { C.trim() }
