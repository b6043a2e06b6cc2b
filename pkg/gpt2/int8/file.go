package int8

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// scaleSuffix ends the names of a matrix's scales.
const scaleSuffix = ".scale"

// Write writes the weights as a safetensors file: for each matrix its values in I8, as
// [out,in] or, of an embedding, [tokens,width], and in F32 under its name and ".scale" one
// number for each row, with which the row is to be multiplied; all else in F32.
func (w *Weights) Write(to io.Writer) error {
	var list []tensorfile.Output
	floats := func(name string, dims []int, values []float32) {
		list = append(list, tensorfile.Output{Name: name, DType: "F32", Shape: dims, Write: func(to io.Writer) error {
			return tensorfile.WriteFloat32(to, values)
		}})
	}
	for _, p := range w.Config.Parameters() {
		m := w.matrices[p.Name]
		if m == nil {
			floats(p.Name, p.Dims, w.vectors[p.Name])
			continue
		}
		list = append(list, tensorfile.Output{Name: p.Name, DType: "I8", Shape: []int{m.Rows, m.Cols}, Write: func(to io.Writer) error {
			return tensorfile.WriteInt8(to, m.Values)
		}})
		floats(p.Name+scaleSuffix, []int{m.Rows}, m.Scales)
	}
	buffered := bufio.NewWriterSize(to, 1<<20)
	if err := errors.Join(tensorfile.WriteSafetensors(buffered, list), buffered.Flush()); err != nil {
		return fmt.Errorf("writing a GPT-2 in int8: %w", err)
	}
	return nil
}

// Read reads the weights of a model of that configuration from a file of size bytes
// that [Weights.Write] wrote. A tensor that is missing, unexpected or of another shape or
// type is an error, as is a number that is not finite.
func Read(c config.GPT2, file io.ReaderAt, size int64) (*Weights, error) {
	w, err := read(c, file, size)
	if err != nil {
		return nil, fmt.Errorf("reading a GPT-2 in int8: %w", err)
	}
	return w, nil
}

func read(c config.GPT2, file io.ReaderAt, size int64) (*Weights, error) {
	if err := c.Validate(); err != nil {
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
		if err := tensor.ReadFinite(values); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", name, err)
		}
		return values, nil
	}
	w := newWeights(c)
	for _, p := range c.Parameters() {
		if !isLinear(p) && !isEmbedding(p) {
			if w.vectors[p.Name], err = floats(p.Name, p.Dims...); err != nil {
				return nil, err
			}
			continue
		}
		m := &vec.Matrix{Rows: p.Dims[0], Cols: p.Dims[1]}
		if isLinear(p) {
			m.Rows, m.Cols = m.Cols, m.Rows
		}
		tensor, err := take(p.Name, "I8", m.Rows, m.Cols)
		if err != nil {
			return nil, err
		}
		m.Values = make([]int8, tensor.Len())
		if err := tensor.ReadInt8(m.Values); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", p.Name, err)
		}
		if m.Scales, err = floats(p.Name+scaleSuffix, m.Rows); err != nil {
			return nil, err
		}
		w.matrices[p.Name] = m
	}
	if len(inFile) > 0 {
		names := slices.Sorted(maps.Keys(inFile))
		return nil, errors.New("unexpected tensors: " + strings.Join(names, ", "))
	}
	return w, nil
}
