//go:build cgo && linux

package backend

/*
#include <glob.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static int fewHeaps;

#ifdef __GLIBC__
static int found(const char *pattern) {
	glob_t paths;
	int failed = glob(pattern, GLOB_NOSORT, NULL, &paths);
	globfree(&paths);
	return !failed;
}

// The files are those of gpuFiles.
static int gpuIsThere(void) {
	return found("/dev/nvidia[0-9]*") ||
		(found("/dev/dxg") && (found("/usr/lib/wsl/lib/libcuda.so*") || found("/usr/lib/wsl/drivers/*" "/libcuda.so*")));
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
	fewHeaps = onCPU(getenv("GOMLX_BACKEND")) && !getenv("MALLOC_ARENA_MAX");
	if (fewHeaps) mallopt(M_ARENA_MAX, 2);
}
#endif

static int hasFewHeaps(void) { return fewHeaps; }
*/
import "C"

// FewHeaps tells whether C's allocator, from which XLA on the CPU takes its memory, has two
// heaps for all threads, where glibc would make eight for each processor. Memory that one
// thread frees can then be reused by another. With a single heap threads wait for each other
// all the time: small models train 5 % slower, and compiling takes a third longer. This is
// set when the process starts, before there are threads, since each keeps the heap that it
// started with. It is not done if XLA may compute on a GPU, since XLA's GPU compiler allocates
// from many threads at once, nor if [HeapsEnv] is set.
func FewHeaps() bool { return C.hasFewHeaps() != 0 }
