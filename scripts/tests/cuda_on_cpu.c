// An XLA plugin that is taken for CUDA's by its name and computes on the CPU, so that the
// programs made for GPUs can be tested without one: see gpu_programs in scripts/test.
//
// It is the CPU's plugin, the file that CPU_PLUGIN names, but takes any options. With
// FAKE_BROKEN in the environment it opens and compiles nothing.

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pjrt_c_api.h"

static const PJRT_Api *cpu;

static PJRT_Error *create_client(PJRT_Client_Create_Args *args) {
	args->create_options = NULL;
	args->num_options = 0;
	return cpu->PJRT_Client_Create(args);
}

static PJRT_Error *compile(PJRT_Client_Compile_Args *args) {
	PJRT_Program nothing = *args->program;
	nothing.code_size = 0;
	if (getenv("FAKE_BROKEN") != NULL) args->program = &nothing;
	return cpu->PJRT_Client_Compile(args);
}

const PJRT_Api *GetPjrtApi(void) {
	static PJRT_Api api;
	if (cpu == NULL) {
		void *plugin = dlopen(CPU_PLUGIN, RTLD_NOW | RTLD_LOCAL);
		const PJRT_Api *(*get)(void) = plugin == NULL ? NULL : dlsym(plugin, "GetPjrtApi");
		if (get == NULL) {
			fprintf(stderr, "%s\n", dlerror());
			abort();
		}
		cpu = get();
		memcpy(&api, cpu, cpu->struct_size < sizeof api ? cpu->struct_size : sizeof api);
		api.PJRT_Client_Create = create_client;
		api.PJRT_Client_Compile = compile;
	}
	return &api;
}
