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

// TestOneHeap asks new processes, which run this test too, how they began.
func TestOneHeap(t *testing.T) {
	const child = "HEMICICLO_TEST_HEAP"
	if os.Getenv(child) != "" {
		fmt.Printf("one heap: %t\n", OneHeap())
		return
	}
	if libc, _ := exec.Command("getconf", "GNU_LIBC_VERSION").Output(); len(libc) == 0 {
		t.Skip("the C library is not glibc")
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
		process := exec.Command(os.Args[0], "-test.run=^TestOneHeap$")
		process.Env = append(os.Environ(), child+"=1", compute.ConfigEnvVar+"="+wish)
		out, err := process.CombinedOutput()
		if err != nil || !strings.Contains(string(out), fmt.Sprintf("one heap: %t\n", want)) {
			t.Errorf("%q: want one heap %t: %v\n%s", wish, want, err, out)
		}
	}
}
