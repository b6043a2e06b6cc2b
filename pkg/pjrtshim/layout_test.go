//go:build linux && (amd64 || arm64) && cgo && !noxla

package pjrtshim

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// layoutCheck is a C program that compiles only if shim.h has the layout of the header
// that go-xla was built with.
const layoutCheck = `
#include "pjrt_c_api.h"
#include "shim.h"
#define SAME_PLACE(name, call) _Static_assert(offsetof(pjrt_api, calls) + (name) * sizeof(void *) == offsetof(PJRT_Api, call), #call)
#define SAME(ours, field, theirs, their_field) _Static_assert(offsetof(ours, field) == offsetof(theirs, their_field), #theirs "." #their_field)
#define SAME_SIZE(ours, theirs) _Static_assert(sizeof(ours) == sizeof(theirs), #theirs)
SAME_PLACE(ERROR_DESTROY, PJRT_Error_Destroy);
SAME_PLACE(ERROR_MESSAGE, PJRT_Error_Message);
SAME_PLACE(CLIENT_PLATFORM_VERSION, PJRT_Client_PlatformVersion);
SAME_PLACE(CLIENT_ADDRESSABLE_DEVICES, PJRT_Client_AddressableDevices);
SAME_PLACE(CLIENT_COMPILE, PJRT_Client_Compile);
SAME_PLACE(DEVICE_DESCRIPTION_KIND, PJRT_DeviceDescription_Kind);
SAME_SIZE(describe_args, PJRT_DeviceDescription_Kind_Args);
SAME(describe_args, description, PJRT_DeviceDescription_Kind_Args, device_description);
SAME(describe_args, text, PJRT_DeviceDescription_Kind_Args, device_kind);
SAME(describe_args, size, PJRT_DeviceDescription_Kind_Args, device_kind_size);
SAME_PLACE(DEVICE_DESCRIPTION_DEBUG_STRING, PJRT_DeviceDescription_DebugString);
SAME_PLACE(DEVICE_GET_DESCRIPTION, PJRT_Device_GetDescription);
SAME_PLACE(EXECUTABLE_DESTROY, PJRT_Executable_Destroy);
SAME_PLACE(EXECUTABLE_SERIALIZE, PJRT_Executable_Serialize);
SAME_PLACE(LOADED_EXECUTABLE_GET_EXECUTABLE, PJRT_LoadedExecutable_GetExecutable);
SAME_PLACE(DEVICE_MEMORY_STATS, PJRT_Device_MemoryStats);
SAME_PLACE(LOADED_EXECUTABLE_EXECUTE, PJRT_LoadedExecutable_Execute);
SAME_PLACE(EXECUTABLE_DESERIALIZE_AND_LOAD, PJRT_Executable_DeserializeAndLoad);
SAME(pjrt_api, version.major_version, PJRT_Api, pjrt_api_version.major_version);
SAME(pjrt_api, version.minor_version, PJRT_Api, pjrt_api_version.minor_version);
SAME_SIZE(error_destroy_args, PJRT_Error_Destroy_Args);
SAME(error_destroy_args, error, PJRT_Error_Destroy_Args, error);
SAME_SIZE(error_message_args, PJRT_Error_Message_Args);
SAME(error_message_args, error, PJRT_Error_Message_Args, error);
SAME(error_message_args, message, PJRT_Error_Message_Args, message);
SAME(error_message_args, message_size, PJRT_Error_Message_Args, message_size);
SAME_SIZE(platform_version_args, PJRT_Client_PlatformVersion_Args);
SAME(platform_version_args, client, PJRT_Client_PlatformVersion_Args, client);
SAME(platform_version_args, text, PJRT_Client_PlatformVersion_Args, platform_version);
SAME(platform_version_args, size, PJRT_Client_PlatformVersion_Args, platform_version_size);
SAME_SIZE(addressable_devices_args, PJRT_Client_AddressableDevices_Args);
SAME(addressable_devices_args, client, PJRT_Client_AddressableDevices_Args, client);
SAME(addressable_devices_args, devices, PJRT_Client_AddressableDevices_Args, addressable_devices);
SAME(addressable_devices_args, count, PJRT_Client_AddressableDevices_Args, num_addressable_devices);
SAME_SIZE(get_description_args, PJRT_Device_GetDescription_Args);
SAME(get_description_args, device, PJRT_Device_GetDescription_Args, device);
SAME(get_description_args, description, PJRT_Device_GetDescription_Args, device_description);
SAME_SIZE(describe_args, PJRT_DeviceDescription_DebugString_Args);
SAME(describe_args, description, PJRT_DeviceDescription_DebugString_Args, device_description);
SAME(describe_args, text, PJRT_DeviceDescription_DebugString_Args, debug_string);
SAME(describe_args, size, PJRT_DeviceDescription_DebugString_Args, debug_string_size);
SAME_SIZE(program_args, PJRT_Program);
SAME(program_args, code, PJRT_Program, code);
SAME(program_args, code_size, PJRT_Program, code_size);
SAME(program_args, format, PJRT_Program, format);
SAME(program_args, format_size, PJRT_Program, format_size);
SAME_SIZE(compile_args, PJRT_Client_Compile_Args);
SAME(compile_args, client, PJRT_Client_Compile_Args, client);
SAME(compile_args, program, PJRT_Client_Compile_Args, program);
SAME(compile_args, options, PJRT_Client_Compile_Args, compile_options);
SAME(compile_args, options_size, PJRT_Client_Compile_Args, compile_options_size);
SAME(compile_args, executable, PJRT_Client_Compile_Args, executable);
SAME_SIZE(get_executable_args, PJRT_LoadedExecutable_GetExecutable_Args);
SAME(get_executable_args, loaded, PJRT_LoadedExecutable_GetExecutable_Args, loaded_executable);
SAME(get_executable_args, executable, PJRT_LoadedExecutable_GetExecutable_Args, executable);
SAME_SIZE(executable_destroy_args, PJRT_Executable_Destroy_Args);
SAME(executable_destroy_args, executable, PJRT_Executable_Destroy_Args, executable);
SAME_SIZE(serialize_args, PJRT_Executable_Serialize_Args);
SAME(serialize_args, executable, PJRT_Executable_Serialize_Args, executable);
SAME(serialize_args, bytes, PJRT_Executable_Serialize_Args, serialized_bytes);
SAME(serialize_args, size, PJRT_Executable_Serialize_Args, serialized_bytes_size);
SAME(serialize_args, backing, PJRT_Executable_Serialize_Args, serialized_executable);
SAME(serialize_args, release, PJRT_Executable_Serialize_Args, serialized_executable_deleter);
SAME_SIZE(execute_args, PJRT_LoadedExecutable_Execute_Args);
SAME(execute_args, completed, PJRT_LoadedExecutable_Execute_Args, device_complete_events);
SAME_SIZE(memory_stats_args, PJRT_Device_MemoryStats_Args);
SAME(memory_stats_args, device, PJRT_Device_MemoryStats_Args, device);
SAME(memory_stats_args, peak, PJRT_Device_MemoryStats_Args, peak_bytes_in_use);
SAME(memory_stats_args, peak_is_set, PJRT_Device_MemoryStats_Args, peak_bytes_in_use_is_set);
SAME_SIZE(load_args, PJRT_Executable_DeserializeAndLoad_Args);
SAME(load_args, client, PJRT_Executable_DeserializeAndLoad_Args, client);
SAME(load_args, bytes, PJRT_Executable_DeserializeAndLoad_Args, serialized_executable);
SAME(load_args, size, PJRT_Executable_DeserializeAndLoad_Args, serialized_executable_size);
SAME(load_args, loaded, PJRT_Executable_DeserializeAndLoad_Args, loaded_executable);
SAME(load_args, options, PJRT_Executable_DeserializeAndLoad_Args, overridden_serialized_compile_options);
SAME(load_args, options_size, PJRT_Executable_DeserializeAndLoad_Args, overridden_serialized_compile_options_size);
`

// TestLayout compares shim.h with the header of the PJRT C API that go-xla brings.
func TestLayout(t *testing.T) {
	ask := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).Output()
		if err != nil {
			t.Fatalf("%s %q: %v", name, args, err)
		}
		return strings.TrimSpace(string(out))
	}
	goxla := ask("go", "list", "-m", "-f", "{{.Dir}}", "github.com/gomlx/go-xla")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "layout.c")
	if err := os.WriteFile(file, []byte(layoutCheck), 0o600); err != nil {
		t.Fatal(err)
	}
	compiler := strings.Fields(ask("go", "env", "CC"))
	args := append(compiler[1:], "-std=c11", "-fsyntax-only", "-I", filepath.Join(goxla, "pjrt"), "-I", here, file)
	if out, err := exec.Command(compiler[0], args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
