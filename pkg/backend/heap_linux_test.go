//go:build cgo

package backend

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gomlx/compute"
)

// TestFewHeaps asks new processes, which run this test too, how they began.
func TestFewHeaps(t *testing.T) {
	const child = "HEMICICLO_TEST_HEAP"
	if os.Getenv(child) != "" {
		fmt.Printf("few heaps: %t\n", FewHeaps())
		return
	}
	if libc, _ := exec.Command("getconf", "GNU_LIBC_VERSION").Output(); len(libc) == 0 {
		t.Skip("the C library is not glibc")
	}
	few := func(variables ...string) string {
		process := exec.Command(os.Args[0], "-test.run=^TestFewHeaps$")
		process.Env = append(append(os.Environ(), child+"=1"), variables...)
		out, err := process.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	for wish, want := range map[string]bool{
		"go":                          true,
		"xla:cpu":                     true,
		"xla:cpu,shared_buffer=false": true,
		"xla:cuda":                    false,
		"xla:cuda,tf32=true":          false,
		"xla:/lib/pjrt_cpu.so":        true,
		"xla:/nvidia/cuda_plugin.so":  false,
		"":                            !gpuIsThere(),
		"xla":                         !gpuIsThere(),
		"xla:":                        !gpuIsThere(),
		"xla:,shared_buffer=false":    !gpuIsThere(),
	} {
		if out := few(compute.ConfigEnvVar + "=" + wish); !strings.Contains(out, fmt.Sprintf("few heaps: %t\n", want)) {
			t.Errorf("%q: want few heaps %t:\n%s", wish, want, out)
		}
	}
	if out := few(compute.ConfigEnvVar+"=xla:cpu", HeapsEnv+"=64"); !strings.Contains(out, "few heaps: false\n") {
		t.Errorf("with many heaps:\n%s", out)
	}
}
