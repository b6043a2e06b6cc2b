//go:build cgo && linux

package finetune

/*
#include <malloc.h>
#include <stdlib.h>

static void trim(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

// trim gives the free memory of C's allocator back to the system. XLA takes its
// buffers there; new weights beside the old ones leave holes, which glibc keeps.
func trim() { C.trim() }
