package memory

import (
	"errors"
	"testing"
)

func TestExhausted(t *testing.T) {
	for text, want := range map[string]bool{
		"PJRT error (code=8): Allocator (GPU_0_bfc) has no room for 80000000000 bytes": true,
		"RESOURCE_EXHAUSTED: while trying to allocate 80000000000 bytes":               true,
		"PJRT error (code=13): CUDA_ERROR_OUT_OF_MEMORY: out of memory":                true,
		"PJRT error (code=13): CUDNN_STATUS_NOT_SUPPORTED: no plan of the graph works": false,
		"PJRT error (code=13): anything else":                                          false,
	} {
		if got := Exhausted(errors.New(text)); got != want {
			t.Errorf("%q: memory ran out %t, want %t", text, got, want)
		}
	}
	if Exhausted(nil) {
		t.Error("without an error memory ran out")
	}
}
