//go:build cgo && !noxla && linux && amd64

package backend

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
)

// fakeDriver has the package ask a library of the test's for NVIDIA's driver. It tells what
// the environment variables FAKE_… say.
func fakeDriver(t *testing.T) {
	t.Helper()
	folder := t.TempDir()
	source := filepath.Join(folder, "driver.c")
	if err := os.WriteFile(source, []byte(`
#include <stdlib.h>
#include <string.h>
static int number(const char *name) { return atoi(getenv(name)); }
int cuDriverGetVersion(int *release) { *release = number("FAKE_RELEASE"); return 0; }
int cuInit(unsigned flags) { return number("FAKE_INIT"); }
int cuDeviceGetCount(int *count) { *count = number("FAKE_COUNT"); return 0; }
int cuDeviceGet(int *device, int i) { *device = i; return 0; }
int cuDeviceGetName(char *name, int size, int device) { strncpy(name, "NVIDIA Fake", size); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) { *value = attribute == 75 ? number("FAKE_CAPABILITY") / 10 : number("FAKE_CAPABILITY") % 10; return 0; }
int cuGetErrorString(int error, const char **text) { *text = "system has unsupported display driver"; return 0; }
`), 0o600); err != nil {
		t.Fatal(err)
	}
	library := filepath.Join(folder, "libcuda.so.1")
	compile(t, library, source)
	before := driverLibrary
	t.Cleanup(func() { driverLibrary = before })
	driverLibrary = library
	tell(t, 13000, 0, 1, 90)
}

func tell(t *testing.T, release, failure, count, capability int) {
	t.Helper()
	for name, value := range map[string]int{"RELEASE": release, "INIT": failure, "COUNT": count, "CAPABILITY": capability} {
		t.Setenv("FAKE_"+name, strconv.Itoa(value))
	}
}

// cudaOnCPU builds the plugin that is taken for CUDA's and computes on the CPU.
func cudaOnCPU(t *testing.T, path string) {
	t.Helper()
	cpu, err := findCPU()
	if err != nil {
		t.Skip(err)
	}
	goxla, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/gomlx/go-xla").Output()
	if err != nil {
		t.Skip(err)
	}
	compile(t, path, "../../scripts/tests/cuda_on_cpu.c", "-I"+filepath.Join(strings.TrimSpace(string(goxla)), "pjrt"), "-DCPU_PLUGIN=\""+cpu+"\"")
}

// compile makes a library of C.
func compile(t *testing.T, library, source string, options ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "cc", append(options, "-shared", "-fPIC", "-o", library, source)...).CombinedOutput(); err != nil {
		t.Skipf("no C compiler: %v: %s", err, out)
	}
}

// jaxPlugin makes what JAX's wheel for a release of CUDA has, with a file that is no library
// for the plugin, and the link to it that scripts/setup makes.
func jaxPlugin(t *testing.T, folder, release string) (plugin, link string) {
	t.Helper()
	plugin = write(t, filepath.Join(folder, "jax_plugins", "xla_cuda"+release, "xla_cuda_plugin.so"))
	link = filepath.Join(folder, "nvidia", cudaPlugin)
	if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(plugin, link); err != nil {
		t.Fatal(err)
	}
	return plugin, link
}

func TestWhyNoGPU(t *testing.T) {
	fakeDriver(t)
	root := t.TempDir()
	_, for12 := jaxPlugin(t, filepath.Join(root, "12"), "12")
	_, for13 := jaxPlugin(t, filepath.Join(root, "13"), "13")
	for _, c := range []struct {
		release, failure, count int
		plugin                  string
		want                    error
	}{
		{13000, 0, 1, for13, nil},
		{12040, 0, 1, for12, nil},
		{12040, 0, 1, for13, ErrOtherCUDA},
		{12040, 0, 1, "", nil},
		{11040, 0, 1, "", ErrOldDriver},
		{11040, 0, 1, for13, ErrOldDriver},
		{13000, 100, 0, for13, ErrHiddenGPU},
		{13000, 0, 0, for13, ErrHiddenGPU},
	} {
		tell(t, c.release, c.failure, c.count, 90)
		if err := whyNoGPU(c.plugin); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	tell(t, 13000, 803, 1, 90)
	if err := whyNoGPU(for13); err == nil || !strings.Contains(err.Error(), "unsupported display driver") {
		t.Errorf("%v, want what the driver says", err)
	}
	driverLibrary = filepath.Join(root, "no such library")
	if err := whyNoGPU(for13); !errors.Is(err, ErrNoDriver) {
		t.Errorf("without the driver's library: %v", err)
	}
}

// TestGPUThatIsUsed opens the CPU's plugin in place of CUDA's: the engine has the GPU's name,
// unless the plugin is for newer GPUs, whose programs would fail one after the other. It has
// flash attention if the GPU is new enough for that. One that computes nothing is not used.
func TestGPUThatIsUsed(t *testing.T) {
	fakeDriver(t)
	folder := t.TempDir()
	plugin, _ := jaxPlugin(t, folder, "13")
	cudaOnCPU(t, plugin)
	root := fakeGPU(t)
	t.Setenv(pluginPathEnv, folder)
	write(t, filepath.Join(root, "dev", "nvidia0"))
	t.Setenv(xlaFlagsEnv, "")
	for capability, want := range map[int]error{75: nil, 80: nil, 120: nil, 70: ErrOtherCUDA} {
		tell(t, 13000, 0, 2, capability)
		engine, err := OpenWith(Options{FlashAttention: true})
		if err != nil {
			t.Fatal(err)
		}
		if !errors.Is(engine.UnusedGPU, want) {
			t.Errorf("capability %d: %v, want %v", capability, engine.UnusedGPU, want)
		}
		if want == nil {
			if engine.GPU != "NVIDIA Fake" || engine.GPUs != 2 {
				t.Errorf("computes on %q of %d", engine.GPU, engine.GPUs)
			}
			if config := engine.Backend.(*xla.Backend).Config(); !strings.Contains(config, "visible_devices=0") {
				t.Errorf("with two GPUs the engine is opened with %q", config)
			}
		}
		if has := HasFlashAttention(engine.Backend); has != (capability >= 80) {
			t.Errorf("capability %d: flash attention %t", capability, has)
		}
		engine.Close()
	}
	tell(t, 13000, 0, 1, 90)
	t.Setenv("FAKE_BROKEN", "1")
	t.Setenv(cacheEnv, "off")
	if err := whyUnused(t); !errors.Is(err, ErrBusyGPU) || !strings.Contains(err.Error(), "a first computation fails: PJRT error") || strings.Contains(err.Error(), "\n") {
		t.Errorf("with a plugin that compiles nothing: %v", err)
	}
}

// whyUnused opens the engine, which must not be a GPU's, and returns why it is none.
func whyUnused(t *testing.T) error {
	t.Helper()
	engine, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if engine.Platform == "cuda" {
		t.Fatal("a GPU computes that is not there")
	}
	return engine.UnusedGPU
}

func TestUnusedGPU(t *testing.T) {
	fakeDriver(t)
	cpu, noCPU := findCPU()
	root := fakeGPU(t)
	if err := whyUnused(t); err != nil {
		t.Errorf("without a GPU: %v", err)
	}
	write(t, filepath.Join(root, "dev", "nvidia0"))
	if err := whyUnused(t); !errors.Is(err, ErrNoPlugin) {
		t.Errorf("without the plugin: %v, want %v", err, ErrNoPlugin)
	}
	if noCPU == nil {
		lib := filepath.Join(root, ".tools", "lib")
		if err := os.MkdirAll(lib, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(cpu, filepath.Join(lib, cpuPlugin)); err != nil {
			t.Fatal(err)
		}
		for wish, want := range map[string]error{"": ErrNoPlugin, "xla": ErrNoPlugin, "xla:cpu": nil} {
			t.Setenv(compute.ConfigEnvVar, wish)
			if err := whyUnused(t); !errors.Is(err, want) {
				t.Errorf("with the CPU's plugin and the wish %q: %v, want %v", wish, err, want)
			}
		}
		t.Setenv(compute.ConfigEnvVar, "")
	}
	plugin := write(t, filepath.Join(root, ".tools", "lib", "cuda", "nvidia", cudaPlugin))
	if err := whyUnused(t); errors.Is(err, ErrNoPlugin) || err == nil || !strings.Contains(err.Error(), plugin) {
		t.Errorf("with a plugin that is none: %v, want an error that names %s", err, plugin)
	}
	t.Setenv(compute.ConfigEnvVar, "go")
	if err := whyUnused(t); err != nil {
		t.Errorf("another engine was asked for: %v", err)
	}
}

// TestGPUThatIsNotUsed: what is missing is said, and with a plugin that cannot be opened,
// though the driver finds nothing wrong, also what XLA says.
func TestGPUThatIsNotUsed(t *testing.T) {
	fakeDriver(t)
	root := fakeGPU(t)
	card := filepath.Join(root, "sys", "bus", "pci", "devices", "0000:01:00.0")
	for _, file := range []struct{ name, text string }{{"vendor", "0x10de"}, {"class", "0x040300"}} {
		write(t, filepath.Join(card, file.name))
		if err := os.WriteFile(filepath.Join(card, file.name), []byte(file.text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := whyUnused(t); err != nil {
		t.Errorf("with a card's sound alone: %v", err)
	}
	if err := os.WriteFile(filepath.Join(card, "class"), []byte("0x030200\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := whyUnused(t); !errors.Is(err, ErrNoDevice) {
		t.Errorf("without a device: %v", err)
	}
	write(t, filepath.Join(root, "dev", "nvidia0"))
	tell(t, 11040, 0, 1, 70)
	if err := whyUnused(t); !errors.Is(err, ErrOldDriver) {
		t.Errorf("with an old driver and no plugin: %v", err)
	}
	tell(t, 12040, 0, 1, 70)
	if err := whyUnused(t); !errors.Is(err, ErrNoPlugin) {
		t.Errorf("without a plugin: %v", err)
	}
	_, link := jaxPlugin(t, filepath.Join(root, "named"), "12")
	if err := whyUnused(t); !errors.Is(err, ErrBusyGPU) || !strings.Contains(err.Error(), link) {
		t.Errorf("with a plugin that cannot be opened: %v", err)
	}
	t.Setenv(compute.ConfigEnvVar, "xla:cuda")
	tell(t, 12040, 100, 0, 70)
	if _, err := Open(); !errors.Is(err, ErrHiddenGPU) {
		t.Errorf("asked for a GPU that is hidden: %v", err)
	}
}
