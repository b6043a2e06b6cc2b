package gpt2

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// scaleSuffix ends the names of a matrix's scales.
const scaleSuffix = ".scale"

// Write writes the weights as a safetensors file: for each matrix its values in I8, as
// [out,in] or, of an embedding, [tokens,width], and in F32 under its name and ".scale" one
// number for each row, with which the row is to be multiplied; all else in F32.
func (w *Int8) Write(to io.Writer) error {
	var list []tensorfile.Output
	floats := func(name string, dims []int, values []float32) {
		list = append(list, tensorfile.Output{Name: name, DType: "F32", Shape: dims, Write: func(to io.Writer) error {
			return tensorfile.WriteFloat32(to, values)
		}})
	}
	for _, d := range w.Config.declarations() {
		m := w.matrices[d.name]
		if m == nil {
			floats(d.name, d.dims, w.vectors[d.name])
			continue
		}
		list = append(list, tensorfile.Output{Name: d.name, DType: "I8", Shape: []int{m.Rows, m.Cols}, Write: func(to io.Writer) error {
			return tensorfile.WriteInt8(to, m.Values)
		}})
		floats(d.name+scaleSuffix, []int{m.Rows}, m.Scales)
	}
	buffered := bufio.NewWriterSize(to, 1<<20)
	if err := errors.Join(tensorfile.WriteSafetensors(buffered, list), buffered.Flush()); err != nil {
		return fmt.Errorf("writing a GPT-2 in int8: %w", err)
	}
	return nil
}

// ReadInt8 reads the weights of a model of that configuration from a file of size bytes
// that [Int8.Write] wrote. A tensor that is missing, unexpected or of another shape or
// type is an error, as is a number that is not finite.
func ReadInt8(config Config, file io.ReaderAt, size int64) (*Int8, error) {
	w, err := readInt8(config, file, size)
	if err != nil {
		return nil, fmt.Errorf("reading a GPT-2 in int8: %w", err)
	}
	return w, nil
}

func readInt8(config Config, file io.ReaderAt, size int64) (*Int8, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	inFile, err := tensorfile.ReadSafetensors(file, size)
	if err != nil {
		return nil, err
	}
	take := func(name, dtype string, dims ...int) (tensorfile.Tensor, error) {
		tensor, present := inFile[name]
		switch {
		case !present:
			return tensor, fmt.Errorf("tensor %s is missing", name)
		case tensor.DType != dtype || !slices.Equal(tensor.Shape, dims):
			return tensor, fmt.Errorf("tensor %s is %s %v: must be %s %v", name, tensor.DType, tensor.Shape, dtype, dims)
		}
		delete(inFile, name)
		return tensor, nil
	}
	floats := func(name string, dims ...int) ([]float32, error) {
		tensor, err := take(name, "F32", dims...)
		if err != nil {
			return nil, err
		}
		values := make([]float32, tensor.Len())
		if err := errors.Join(tensor.ReadFloat32(values), checkFinite(values)); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", name, err)
		}
		return values, nil
	}
	w := &Int8{config, map[string]*vec.Matrix{}, map[string][]float32{}}
	for _, d := range config.declarations() {
		if !d.isLinear() && !d.isEmbedding() {
			if w.vectors[d.name], err = floats(d.name, d.dims...); err != nil {
				return nil, err
			}
			continue
		}
		m := &vec.Matrix{Rows: d.dims[0], Cols: d.dims[1]}
		if d.isLinear() {
			m.Rows, m.Cols = m.Cols, m.Rows
		}
		tensor, err := take(d.name, "I8", m.Rows, m.Cols)
		if err != nil {
			return nil, err
		}
		m.Values = make([]int8, tensor.Len())
		if err := tensor.ReadInt8(m.Values); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", d.name, err)
		}
		if m.Scales, err = floats(d.name+scaleSuffix, m.Rows); err != nil {
			return nil, err
		}
		w.matrices[d.name] = m
	}
	if len(inFile) > 0 {
		names := slices.Sorted(maps.Keys(inFile))
		return nil, errors.New("unexpected tensors: " + strings.Join(names, ", "))
	}
	return w, nil
}

// checkFinite refuses weights that would make every result NaN.
func checkFinite(values []float32) error {
	for i, value := range values {
		if value-value != 0 { // True of NaN and of both infinities.
			return fmt.Errorf("value %d is %v: the file is damaged, or the training that made it diverged", i, value)
		}
	}
	return nil
}
