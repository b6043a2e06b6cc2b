//go:build linux && (amd64 || arm64) && !noxla

#include "shim.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

static const pjrt_api *plugins[MOST_PLUGINS];

// The plugin's functions are not told whose they are, so each plugin gets one of its own.
#define COMPILE(n) static pjrt_error compile_##n(void *args) { return pjrtshimCompile(n, args); }
COMPILE(0)
COMPILE(1)
COMPILE(2)
COMPILE(3)
static pjrt_error (*const compile[MOST_PLUGINS])(void *) = {compile_0, compile_1, compile_2, compile_3};

// execute leaves out the events by which go-xla, where it gets them, waits until a program
// has run.
static pjrt_error execute(int plugin, execute_args *args) {
	args->completed = NULL;
	return plugins[plugin]->calls[LOADED_EXECUTABLE_EXECUTE](args);
}
#define EXECUTE(n) static pjrt_error execute_##n(void *args) { return execute(n, args); }
EXECUTE(0)
EXECUTE(1)
EXECUTE(2)
EXECUTE(3)
static pjrt_error (*const executes[MOST_PLUGINS])(void *) = {execute_0, execute_1, execute_2, execute_3};

// shim_open opens a plugin and returns a copy of its table that compiles through us and, if
// the host may run ahead of it, executes through us. The table's own size says how much
// there is to copy: a plugin may be newer than we are.
pjrt_api *shim_open(int plugin, const char *path, bool ahead, const char **failure) {
	void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	if (!library) {
		*failure = dlerror();
		return NULL;
	}
	const pjrt_api *(*get)(void) = (const pjrt_api *(*)(void))dlsym(library, "GetPjrtApi");
	const pjrt_api *real = get ? get() : NULL;
	size_t needed = offsetof(pjrt_api, calls) + (EXECUTABLE_DESERIALIZE_AND_LOAD + 1) * sizeof real->calls[0];
	if (!real || real->struct_size < needed) {
		*failure = "it is no PJRT plugin that can be used here";
		dlclose(library);
		return NULL;
	}
	pjrt_api *copy = malloc(real->struct_size);
	if (!copy) abort();
	memcpy(copy, real, real->struct_size);
	copy->calls[CLIENT_COMPILE] = compile[plugin];
	if (ahead) copy->calls[LOADED_EXECUTABLE_EXECUTE] = executes[plugin];
	plugins[plugin] = real;
	return copy;
}

int shim_version(int plugin) {
	return plugins[plugin]->version.major_version * 1000 + plugins[plugin]->version.minor_version;
}

#define CALL(function, args) (args.struct_size = sizeof args, plugins[plugin]->calls[function](&args))
// What an error is asked returns nothing.
#define ASK(function, args) (args.struct_size = sizeof args, ((void (*)(void *))plugins[plugin]->calls[function])(&args))

// shim_compile compiles other code than args say.
pjrt_error shim_compile(int plugin, compile_args *args, char *code, size_t size) {
	program_args program = *args->program;
	program.code = code;
	program.code_size = size;
	compile_args changed = *args;
	changed.program = &program;
	pjrt_error error = plugins[plugin]->calls[CLIENT_COMPILE](&changed);
	args->executable = changed.executable;
	return error;
}

pjrt_error shim_load(int plugin, void *client, const char *bytes, size_t size, void **loaded) {
	load_args args = {.client = client, .bytes = bytes, .size = size};
	pjrt_error error = CALL(EXECUTABLE_DESERIALIZE_AND_LOAD, args);
	*loaded = args.loaded;
	return error;
}

// shim_serialize fills in serialized, which shim_release gives back unless there is an error.
pjrt_error shim_serialize(int plugin, void *loaded, serialize_args *serialized) {
	get_executable_args got = {.loaded = loaded};
	pjrt_error error = CALL(LOADED_EXECUTABLE_GET_EXECUTABLE, got);
	if (error) return error;
	serialize_args args = {.executable = got.executable};
	error = CALL(EXECUTABLE_SERIALIZE, args);
	*serialized = args;
	if (error) {
		serialized->release = NULL;
		shim_release(plugin, serialized);
	}
	return error;
}

void shim_release(int plugin, serialize_args *serialized) {
	if (serialized->release) serialized->release(serialized->backing);
	executable_destroy_args args = {.executable = (void *)serialized->executable};
	shim_forget(plugin, CALL(EXECUTABLE_DESTROY, args));
}

// shim_platform returns the platform's version, which the client owns.
pjrt_error shim_platform(int plugin, void *client, const char **text, size_t *size) {
	platform_version_args args = {.client = client};
	pjrt_error error = CALL(CLIENT_PLATFORM_VERSION, args);
	*text = args.text;
	*size = args.size;
	return error;
}

// shim_device returns what a device says of itself, its kind or all, which the client owns;
// no text if there are fewer devices.
pjrt_error shim_device(int plugin, void *client, size_t number, int what, const char **text, size_t *size) {
	addressable_devices_args all = {.client = client};
	*text = NULL;
	pjrt_error error = CALL(CLIENT_ADDRESSABLE_DEVICES, all);
	if (error || number >= all.count) return error;
	get_description_args of = {.device = all.devices[number]};
	error = CALL(DEVICE_GET_DESCRIPTION, of);
	if (error) return error;
	describe_args args = {.description = of.description};
	error = CALL(what, args);
	*text = args.text;
	*size = args.size;
	return error;
}

// shim_peak returns the most memory that was in use at once on the client's first device;
// 0 if that is not known.
pjrt_error shim_peak(int plugin, void *client, int64_t *bytes) {
	*bytes = 0;
	addressable_devices_args all = {.client = client};
	pjrt_error error = CALL(CLIENT_ADDRESSABLE_DEVICES, all);
	if (error || all.count == 0) return error;
	memory_stats_args stats = {.device = all.devices[0]};
	error = CALL(DEVICE_MEMORY_STATS, stats);
	if (!error && stats.peak_is_set) *bytes = stats.peak;
	return error;
}

// shim_message returns an error's message, which lives as long as the error.
void shim_message(int plugin, pjrt_error error, const char **text, size_t *size) {
	error_message_args args = {.error = error};
	ASK(ERROR_MESSAGE, args);
	*text = args.message;
	*size = args.message_size;
}

void shim_forget(int plugin, pjrt_error error) {
	error_destroy_args args = {.error = error};
	if (error) ASK(ERROR_DESTROY, args);
}
