package backend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
)

func TestSettings(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "nvidia"), 0o700); err != nil {
		t.Fatal(err)
	}
	cuda := filepath.Join(root, "nvidia", "plugin.so")
	data := "--xla_gpu_cuda_data_dir=" + filepath.Join(root, "nvidia")
	loops := fmt.Sprintf("--xla_backend_extra_options=%s=%d", wholeLoopsOption, wholeLoopBytes)
	const cublas = "--xla_gpu_enable_triton_gemm=false "
	const ours = cublas + "--xla_gpu_deterministic_ops=true "
	theirLoops := "--xla_backend_extra_options=" + wholeLoopsOption + "=0"
	for _, c := range []struct {
		name, platform, plugin string
		o                      Options
		options, flags         string // what GOMLX_BACKEND and XLA_FLAGS say
		wantOptions, wantFlags string
	}{
		{gobackend.BackendName, "cpu", "", Options{}, "", "", "ops_sequential", ""},
		{gobackend.BackendName, "cpu", "", Options{TF32: true}, "ops_parallel=2", "", "ops_parallel=2", ""},
		{gobackend.BackendName, "cpu", "", Options{}, "parallelism=1", "", "ops_sequential,parallelism=1", ""},

		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{}, "", "", "", loops},
		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{TF32: true}, "", "", "", loops},
		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{}, "shared_buffer=false", "", "shared_buffer=false", loops},
		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{}, "", " --xla_dump_to=/folder", "", loops + " --xla_dump_to=/folder"}, // XLA takes the last of two.
		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{}, "", theirLoops, "", theirLoops},
		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{}, "", loops, "", loops}, // opened again
		{xlaName, "cpu", "/lib/pjrt_cpu.so", Options{}, "", "/file/of/flags", "", "/file/of/flags"},

		{xlaName, "cuda", cuda, Options{}, "", "", "tf32=false,preallocate=false", ours + data},
		{xlaName, "cuda", cuda, Options{TF32: true}, "", "", "tf32=true,preallocate=false", ours + data},
		{xlaName, "cuda", cuda, Options{TF32: true}, "tf32=false", "", "preallocate=false,tf32=false", ours + data},
		{xlaName, "cuda", cuda, Options{TF32: true}, "notf32", "", "preallocate=false,notf32", ours + data},
		{xlaName, "cuda", cuda, Options{}, "tf32,preallocate=true", "", "tf32,preallocate=true", ours + data},
		{xlaName, "cuda", cuda, Options{}, "", "--xla_gpu_cuda_data_dir=/opt", "tf32=false,preallocate=false", ours + "--xla_gpu_cuda_data_dir=/opt"},
		{xlaName, "cuda", cuda, Options{}, "", theirLoops, "tf32=false,preallocate=false", ours + data + " " + theirLoops},
		{xlaName, "cuda", "/no/such/folder/plugin.so", Options{}, "", "", "tf32=false,preallocate=false", strings.TrimSpace(ours)},

		{xlaName, "cuda", cuda, Options{FlashAttention: true}, "", "", "tf32=false,preallocate=false", cublas + data},
		{xlaName, "cuda", cuda, Options{}, "", "--xla_gpu_deterministic_ops=false", "tf32=false,preallocate=false", cublas + data + " --xla_gpu_deterministic_ops=false"},

		{xlaName, "tpu", "tpu", Options{TF32: true}, "", "", "", ""},
	} {
		t.Setenv(xlaFlagsEnv, c.flags)
		options, flags := settingsFor(c.name, c.platform, c.plugin, 1, c.o)
		if err := setFlags(flags); err != nil {
			t.Fatal(err)
		}
		if got := merge(options, c.options, ","); got != c.wantOptions {
			t.Errorf("%s on %s, %+v, with %q: options %q, want %q", c.name, c.platform, c.o, c.options, got, c.wantOptions)
		}
		if got := os.Getenv(xlaFlagsEnv); got != c.wantFlags {
			t.Errorf("%s on %s with %q: flags %q, want %q", c.name, c.platform, c.flags, got, c.wantFlags)
		}
	}
	options, _ := settingsFor(xlaName, "cuda", cuda, 2, Options{})
	for theirs, want := range map[string]string{
		"":                  "tf32=false,preallocate=false,visible_devices=0",
		"visible_devices=1": "tf32=false,preallocate=false,visible_devices=1",
	} {
		if got := merge(options, theirs, ","); got != want {
			t.Errorf("with two GPUs and %q: options %q, want %q", theirs, got, want)
		}
	}
}

func TestWholeLoops(t *testing.T) {
	engine, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if got, want := WholeLoops(engine.Backend), engine.Name == xlaName && engine.Platform == "cpu"; got != want {
		t.Errorf("%s: whole loops %t, want %t", engine.Describe(), got, want)
	}
}

// TestTF32 asks for TF32 where there is no CUDA: the option alone changes nothing, a wish
// in GOMLX_BACKEND is met.
func TestTF32(t *testing.T) {
	if _, err := findCPU(); err != nil {
		t.Skip(err)
	}
	for wish, want := range map[string]bool{"xla:cpu": false, "xla:cpu,tf32=true": true} {
		t.Setenv(compute.ConfigEnvVar, wish)
		engine, err := OpenWith(Options{TF32: true})
		if err != nil {
			t.Fatal(err)
		}
		if engine.TF32 != want {
			t.Errorf("%s: TF32 %t, want %t", wish, engine.TF32, want)
		}
		engine.Close()
	}
}
