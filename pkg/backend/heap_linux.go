//go:build cgo && linux

package backend

/*
#include <glob.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static int oneHeap;

#ifdef __GLIBC__
static int found(const char *pattern) {
	glob_t paths;
	int failed = glob(pattern, GLOB_NOSORT, NULL, &paths);
	globfree(&paths);
	return !failed;
}

// The files are those of gpuFiles.
static int gpuIsThere(void) {
	return found("/dev/nvidia[0-9]*") || (found("/dev/dxg") && found("/usr/lib/wsl/lib/libcuda.so*"));
}

// onCPU tells whether the engine that GOMLX_BACKEND asks for is sure to compute on the CPU.
// If it names no plugin, CUDA may be chosen.
static int onCPU(const char *wish) {
	if (!wish) wish = "";
	const char *plugin = wish + (strncmp(wish, "xla", 3) ? 0 : 3);
	if (*plugin == ':') plugin++;
	if (!*plugin || *plugin == ',') return !gpuIsThere();
	return !strstr(plugin, "cuda");
}

__attribute__((constructor)) static void start(void) {
	oneHeap = onCPU(getenv("GOMLX_BACKEND"));
	if (oneHeap) mallopt(M_ARENA_MAX, 1);
}
#endif

static int hasOneHeap(void) { return oneHeap; }
*/
import "C"

// OneHeap tells whether C's allocator, from which XLA on the CPU takes its memory, uses one
// heap for all threads. Memory that one thread frees can then be reused by another, and
// training needs a third less. This is set when the process starts, before there are
// threads, since each keeps the heap that it started with. It is not done if XLA may
// compute on a GPU: XLA's GPU compiler allocates from many threads at once, and with a
// single heap it does not finish.
func OneHeap() bool { return C.hasOneHeap() != 0 }
