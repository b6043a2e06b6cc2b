package backend_test

import (
	"testing"
	"unsafe"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// where returns the address of a tensor's values on an engine that shares memory with us.
func where(t *testing.T, x *tensors.Tensor) uintptr {
	t.Helper()
	var at uintptr
	err := tensors.ConstFlatData(x, func(flat []float32) { at = uintptr(unsafe.Pointer(&flat[0])) })
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// onDevice returns a tensor of n values on the engine's device.
func onDevice(t *testing.T, engine *backend.Engine, value float32, n int) *tensors.Tensor {
	t.Helper()
	x, err := graph.CallOnce(engine.Backend, func(x *graph.Node) *graph.Node {
		return graph.BroadcastToDims(x, n)
	}, value)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestInPlace runs (rate, a, b, c) → (a + rate, b·rate, c's sum) with a and b replaced.
func TestInPlace(t *testing.T) {
	engine := open(t)
	const n = 1 << 16
	for _, c := range []struct {
		name  string
		given bool // whether the caller gives the memory up
	}{{"donated", true}, {"kept", false}} {
		t.Run(c.name, func(t *testing.T) {
			exec, err := graph.NewExec(engine.Backend, func(inputs []*graph.Node) []*graph.Node {
				rate, a, b := inputs[0], inputs[1], inputs[2]
				return []*graph.Node{graph.Add(a, rate), graph.Mul(b, rate), graph.ReduceAllSum(inputs[3])}
			})
			if err != nil {
				t.Fatal(err)
			}
			defer exec.Finalize()
			exec.WithName(backend.InPlace("test", 1, 3)) // the third has another shape
			a, b, last := onDevice(t, engine, 1, n), onDevice(t, engine, 3, n), onDevice(t, engine, 1, n)
			inputs := []any{float32(2), a, b, last}
			var before [2]uintptr
			if engine.Backend.HasSharedBuffers() {
				before = [2]uintptr{where(t, a), where(t, b)}
			}
			if c.given {
				for i := 1; i < 4; i++ {
					inputs[i], err = graph.DonateTensorBuffer(inputs[i].(*tensors.Tensor), engine.Backend, 0)
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			out, err := exec.Call(inputs...)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []float32{3, 6, n} {
				if got := tensors.MustCopyFlatData[float32](out[i]); got[0] != want || got[len(got)-1] != want {
					t.Errorf("output %d is %v … %v, want %v", i, got[0], got[len(got)-1], want)
				}
			}
			if !c.given {
				for i, x := range []*tensors.Tensor{a, b} {
					if got, want := tensors.MustCopyFlatData[float32](x)[n-1], float32(1+2*i); got != want {
						t.Errorf("argument %d was not given up and is now %v, not %v", i, got, want)
					}
				}
			}
			if engine.Name == "xla" && engine.Backend.HasSharedBuffers() {
				after := [2]uintptr{where(t, out[0]), where(t, out[1])}
				if reused := after == before; reused != c.given {
					t.Errorf("outputs at %x, arguments at %x", after, before)
				}
			}
		})
	}
}
