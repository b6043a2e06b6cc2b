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
*/
import "C"

// keep makes C's allocator, where XLA takes its buffers, hold on to what is freed: in
// the next step it need not be mapped and zeroed again, page by page. Blocks from 32 MiB
// on are held only where large is true.
func keep(large bool) {
	if large {
		C.keep(0)
	} else {
		C.keep(65536) // separate mappings: glibc's default
	}
}
