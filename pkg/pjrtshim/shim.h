// What this package uses of the PJRT C API: the head of the plugin's table, the places of
// a few functions in it, and the arguments of those. New functions are added at the
// table's end and new fields at the end of arguments, so the layout holds for plugins
// newer and older than the header that it was written after (0.104); TestLayout compares
// it with go-xla's.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void *pjrt_error; // 0: none

typedef struct {
	size_t struct_size;
	void *extension_start;
	struct {
		size_t struct_size;
		void *extension_start;
		int major_version, minor_version;
	} version;
	pjrt_error (*calls[])(void *args);
} pjrt_api;

enum { // Places in pjrt_api.calls.
	ERROR_DESTROY = 0,
	ERROR_MESSAGE = 1,
	CLIENT_PLATFORM_VERSION = 14,
	CLIENT_ADDRESSABLE_DEVICES = 16,
	CLIENT_COMPILE = 20,
	DEVICE_DESCRIPTION_KIND = 26,
	DEVICE_DESCRIPTION_DEBUG_STRING = 27,
	DEVICE_GET_DESCRIPTION = 29,
	DEVICE_MEMORY_STATS = 34,
	EXECUTABLE_DESTROY = 40,
	EXECUTABLE_SERIALIZE = 49,
	LOADED_EXECUTABLE_GET_EXECUTABLE = 51,
	LOADED_EXECUTABLE_EXECUTE = 55,
	EXECUTABLE_DESERIALIZE_AND_LOAD = 56,
};

// ARGS begins the arguments of a call.
#define ARGS size_t struct_size; void *extension_start

typedef struct { ARGS; void *error; } error_destroy_args;
typedef struct { ARGS; const void *error; const char *message; size_t message_size; } error_message_args;
typedef struct { ARGS; void *client; const char *text; size_t size; } platform_version_args;
typedef struct { ARGS; void *client; void *const *devices; size_t count; } addressable_devices_args;
typedef struct { ARGS; void *device; void *description; } get_description_args;
typedef struct { ARGS; void *description; const char *text; size_t size; } describe_args;
typedef struct { ARGS; char *code; size_t code_size; const char *format; size_t format_size; } program_args;
typedef struct {
	ARGS;
	void *client;
	const program_args *program;
	const char *options;
	size_t options_size;
	void *executable; // the result
} compile_args;
typedef struct { ARGS; void *loaded; void *executable; } get_executable_args;
typedef struct { ARGS; void *executable; } executable_destroy_args;
typedef struct {
	ARGS;
	const void *executable;
	const char *bytes;
	size_t size;
	void *backing;
	void (*release)(void *backing);
} serialize_args;
typedef struct {
	ARGS;
	void *client;
	const char *bytes;
	size_t size;
	void *loaded; // the result
	const char *options;
	size_t options_size;
} load_args;

typedef struct {
	ARGS;
	void *loaded;
	void *options;
	void *arguments;
	size_t devices;
	size_t count;
	void *outputs;
	void **completed; // an event of each device, or NULL if nobody waits for them
	void *device;
} execute_args;
typedef struct {
	ARGS;
	void *device;
	int64_t in_use;
	int64_t peak;
	bool peak_is_set;
	int64_t others[18]; // room for what else there is
} memory_stats_args;

enum { MOST_PLUGINS = 4 };

pjrt_api *shim_open(int plugin, const char *path, bool ahead, const char **failure);
int shim_version(int plugin);
pjrt_error shim_compile(int plugin, compile_args *args, char *code, size_t size);
pjrt_error shim_load(int plugin, void *client, const char *bytes, size_t size, void **loaded);
pjrt_error shim_serialize(int plugin, void *loaded, serialize_args *serialized);
void shim_release(int plugin, serialize_args *serialized);
pjrt_error shim_platform(int plugin, void *client, const char **text, size_t *size);
pjrt_error shim_device(int plugin, void *client, size_t number, int what, const char **text, size_t *size);
pjrt_error shim_peak(int plugin, void *client, int64_t *bytes);
void shim_message(int plugin, pjrt_error error, const char **text, size_t *size);
void shim_forget(int plugin, pjrt_error error);
