package tensorfile_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

// A folder's weights are listed first; each is read into a slice of the caller's.
func ExampleOpen() {
	w, err := tensorfile.Open("testdata/sharded")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	for _, name := range slices.Sorted(maps.Keys(w.Tensors))[24:] {
		tensor := w.Tensors[name]
		values := make([]float32, tensor.Len())
		if err := tensor.ReadFloat32(values); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name, tensor.DType, tensor.Shape, len(values))
	}
	// Output:
	// transformer.ln_f.bias F32 [8] 8
	// transformer.ln_f.weight F32 [8] 8
	// transformer.wpe.weight F32 [8 8] 64
	// transformer.wte.weight F32 [24 8] 192
}

// The values of a tensor are asked for when it is its turn to be written.
func ExampleWriteSafetensors() {
	var file bytes.Buffer
	err := tensorfile.WriteSafetensors(&file, []tensorfile.Output{{
		Name: "embedding", DType: "F32", Shape: []int{2, 3},
		Write: func(w io.Writer) error { return tensorfile.WriteFloat32(w, []float32{1, 2, 3, 4, 5, 6}) },
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := tensorfile.ReadSafetensors(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	values := make([]float32, list["embedding"].Len())
	if err := list["embedding"].ReadFloat32(values); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list["embedding"].Shape, values)
	// Output: [2 3] [1 2 3 4 5 6]
}
