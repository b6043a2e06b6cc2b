//go:build cgo && !noxla && linux && amd64

package backend

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

// The functions of NVIDIA's driver, of which each returns 0 or a number of an error.
typedef int (*init_function)(unsigned flags);
typedef int (*get_function)(int *value);
typedef int (*device_function)(int *device, int number);
typedef int (*name_function)(char *name, int size, int device);
typedef int (*attribute_function)(int *value, int attribute, int device);
typedef int (*text_function)(int error, const char **text);

enum { MAJOR = 75, MINOR = 76, NO_DEVICE = 100, NO_FUNCTION = 500 };

#define FIND(type, name) type name = (type)dlsym(library, #name); if (!name) return NO_FUNCTION

static int driver_release(void *library, int *release) {
	FIND(get_function, cuDriverGetVersion);
	return cuDriverGetVersion(release);
}

static int driver_gpus(void *library, int *count, char *name, int size, int *major, int *minor) {
	FIND(init_function, cuInit);
	FIND(get_function, cuDeviceGetCount);
	FIND(device_function, cuDeviceGet);
	FIND(name_function, cuDeviceGetName);
	FIND(attribute_function, cuDeviceGetAttribute);
	int device, error;
	if ((error = cuInit(0)) || (error = cuDeviceGetCount(count))) return error;
	if (*count == 0) return NO_DEVICE;
	(error = cuDeviceGet(&device, 0)) || (error = cuDeviceGetName(name, size, device)) ||
		(error = cuDeviceGetAttribute(major, MAJOR, device)) || (error = cuDeviceGetAttribute(minor, MINOR, device));
	return error;
}

static const char *driver_error(void *library, int error) {
	text_function cuGetErrorString = (text_function)dlsym(library, "cuGetErrorString");
	const char *text = NULL;
	if (cuGetErrorString) cuGetErrorString(error, &text);
	return text ? text : "an error that it has no text for";
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// driverLibrary is how the library of NVIDIA's driver is called; tests have one of their own.
var driverLibrary = "libcuda.so.1"

// openDriver opens the driver's library. It is never closed: XLA uses it too.
func openDriver() (unsafe.Pointer, error) {
	name := C.CString(driverLibrary)
	defer C.free(unsafe.Pointer(name))
	library := C.dlopen(name, C.RTLD_NOW|C.RTLD_LOCAL)
	if library == nil {
		return nil, fmt.Errorf("%w (%s)", ErrNoDriver, C.GoString(C.dlerror()))
	}
	return library, nil
}

// driverRelease returns the newest release of CUDA that the driver knows, as 12040 for 12.4.
func driverRelease() (int, error) {
	library, err := openDriver()
	if err != nil {
		return 0, err
	}
	var release C.int
	err = driverError(library, C.driver_release(library, &release))
	return int(release), err
}

// visibleGPUs asks the driver for the GPUs that this process may use.
func visibleGPUs() (gpuInfo, error) {
	library, err := openDriver()
	if err != nil {
		return gpuInfo{}, err
	}
	var count, major, minor C.int
	var name [256]C.char
	if err := driverError(library, C.driver_gpus(library, &count, &name[0], C.int(len(name)), &major, &minor)); err != nil {
		return gpuInfo{}, err
	}
	return gpuInfo{int(count), C.GoString(&name[0]), 10*int(major) + int(minor)}, nil
}

func driverError(library unsafe.Pointer, number C.int) error {
	switch number {
	case 0:
		return nil
	case C.NO_DEVICE:
		return ErrHiddenGPU
	}
	return fmt.Errorf("NVIDIA's driver: error %d, %s", int(number), C.GoString(C.driver_error(library, number)))
}
