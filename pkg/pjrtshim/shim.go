//go:build linux && (amd64 || arm64) && cgo && !noxla

package pjrtshim

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/gomlx/go-xla/pjrt"
)

// plugin is a plugin wrapped by this package.
type plugin struct {
	path    string
	name    string // under which go-xla knows it
	cache   *atomic.Pointer[Cache]
	machine func() (machine, error) // asked at the first program, when XLA has read its flags
	client  *atomic.Pointer[byte]   // the last that compiled a program
}

var (
	registering sync.Mutex
	registered  atomic.Pointer[[]plugin] // by number; only ever longer
)

// Register opens the PJRT plugin at an absolute path and makes go-xla use it through this
// package, under the name that it returns. Compiled programs are kept in cache, which may
// be nil. Later calls with the same path only change the cache. XLA reads its flags
// (XLA_FLAGS) with the first program that is compiled.
//
// On CUDA the host does not wait while a program runs; go-xla by itself would, leaving the
// GPU idle while the next program is prepared. Whoever reads an output waits for it, and
// gets any error of running the program there. (On the CPU, programs and host share memory,
// which the host may change once it has waited.)
//
// The name contains the platform ("cpu", "cuda") but nothing of the path, because go-xla
// infers the platform from such a word anywhere in the name, even in that of a parent
// folder.
func Register(path, platform string, cache *Cache) (name string, err error) {
	registering.Lock()
	defer registering.Unlock()
	var all []plugin
	if before := registered.Load(); before != nil {
		all = *before
	}
	for _, p := range all {
		if p.path == path {
			p.cache.Store(cache)
			return p.name, nil
		}
	}
	if len(all) == C.MOST_PLUGINS {
		return "", fmt.Errorf("%s: there are %d PJRT plugins already", path, len(all))
	}
	number := C.int(len(all))
	file := C.CString(path)
	defer C.free(unsafe.Pointer(file))
	var failure *C.char
	table := C.shim_open(number, file, C.bool(platform == "cuda"), &failure)
	if table == nil {
		return "", fmt.Errorf("%s: %s", path, C.GoString(failure))
	}
	name = fmt.Sprintf("/%s/%d", platform, number) // a path, for go-xla searches for all other names
	version := fmt.Sprint(C.shim_version(number))
	p := plugin{path, name, new(atomic.Pointer[Cache]), sync.OnceValues(func() (machine, error) { return thisMachine(path, version) }), new(atomic.Pointer[byte])}
	p.cache.Store(cache)
	if err := pjrt.RegisterPreloadedPlugin(name, uintptr(unsafe.Pointer(table))); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	all = append(all[:len(all):len(all)], p)
	registered.Store(&all)
	return name, nil
}

// Closed forgets the client of the plugin with this name, which is about to be destroyed.
func Closed(name string) {
	if _, p, found := named(name); found {
		p.client.Store(nil)
	}
}

// PeakMemory returns the peak memory use, in bytes, of the device of the plugin with this
// name, as [Register] returned it; 0 if it is not known, or if no program was compiled
// since a client was [Closed].
func PeakMemory(name string) int64 {
	number, p, found := named(name)
	if !found {
		return 0
	}
	client := p.client.Load()
	if client == nil {
		return 0
	}
	var bytes C.int64_t
	if err := C.shim_peak(number, unsafe.Pointer(client), &bytes); err != nil {
		C.shim_forget(number, err)
		return 0
	}
	return int64(bytes)
}

// named returns the plugin with a name that [Register] returned, and its number.
func named(name string) (number C.int, p plugin, found bool) {
	if all := registered.Load(); all != nil {
		for i, p := range *all {
			if p.name == name {
				return C.int(i), p, true
			}
		}
	}
	return 0, plugin{}, false
}

// pjrtshimCompile replaces the plugin's own compile function: it fills in args.executable
// or returns an error of the plugin's.
//
//export pjrtshimCompile
func pjrtshimCompile(number C.int, arguments unsafe.Pointer) unsafe.Pointer {
	args := (*C.compile_args)(arguments)
	p := (*registered.Load())[number]
	p.client.Store((*byte)(args.client))
	code := C.GoBytes(unsafe.Pointer(args.program.code), C.int(args.program.code_size))
	var name string
	if C.GoStringN(args.program.format, C.int(args.program.format_size)) == "mlir" {
		code, name = prepare(code)
	}
	cache := p.cache.Load()
	var key []byte
	if cache != nil {
		key = p.key(number, args, code)
	}
	if key != nil {
		if program := cache.get(key); program != nil {
			err := C.shim_load(number, args.client, (*C.char)(unsafe.Pointer(unsafe.SliceData(program))), C.size_t(len(program)), &args.executable)
			if err == nil {
				loadedPrograms.Add(1)
				return nil
			}
			C.shim_forget(number, err)
			cache.drop(key)
		}
	}
	compiledPrograms.Add(1)
	done := tell(name)
	err := C.shim_compile(number, args, (*C.char)(unsafe.Pointer(unsafe.SliceData(code))), C.size_t(len(code)))
	done()
	if err == nil && key != nil {
		keep(cache, number, key, args.executable)
	}
	return unsafe.Pointer(err)
}

// key returns the key of a program, or nil if something that it depends on is unknown.
func (p plugin) key(number C.int, args *C.compile_args, code []byte) []byte {
	m, err := p.machine()
	if err != nil {
		return nil
	}
	var text *C.char
	var size C.size_t
	if err := C.shim_platform(number, args.client, &text, &size); err != nil {
		C.shim_forget(number, err)
		return nil
	}
	platform := C.GoStringN(text, C.int(size))
	var devices []string
	for _, what := range []C.int{C.DEVICE_DESCRIPTION_KIND, C.DEVICE_DESCRIPTION_DEBUG_STRING} {
		for device := C.size_t(0); ; device++ {
			if err := C.shim_device(number, args.client, device, what, &text, &size); err != nil {
				C.shim_forget(number, err)
				return nil
			}
			if text == nil {
				break
			}
			devices = append(devices, C.GoStringN(text, C.int(size)))
		}
	}
	options := C.GoBytes(unsafe.Pointer(args.options), C.int(args.options_size))
	key, err := m.key(platform, devices, code, options)
	if err != nil {
		return nil
	}
	return key
}

// keep puts a compiled program into a cache. If that fails, the program is run all the
// same.
func keep(cache *Cache, number C.int, key []byte, executable unsafe.Pointer) {
	var serialized C.serialize_args
	if err := C.shim_serialize(number, executable, &serialized); err != nil {
		C.shim_forget(number, err)
		return
	}
	defer C.shim_release(number, &serialized)
	_ = cache.put(key, unsafe.Slice((*byte)(unsafe.Pointer(serialized.bytes)), int(serialized.size)))
}
