package gpt2

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// scaleSuffix ends the names of a matrix's scales.
const scaleSuffix = ".scale"

// Write writes the weights as a safetensors file: for each matrix its values in I8, as
// [out,in] or, of an embedding, [tokens,width], and in F32 under its name and ".scale" one
// number for each row, with which the row is to be multiplied; all else in F32.
func (w *Int8) Write(to io.Writer) error {
	var list []namedTensor
	floats := func(name string, dims []int, values []float32) {
		list = append(list, namedTensor{name, "F32", dims, func(to io.Writer) error { return writeFloats(to, values) }})
	}
	for _, d := range w.Config.declarations() {
		m := w.matrices[d.name]
		if m == nil {
			floats(d.name, d.dims, w.vectors[d.name])
			continue
		}
		list = append(list, namedTensor{d.name, "I8", []int{m.Rows, m.Cols}, func(to io.Writer) error { return writeInt8(to, m.Values) }})
		floats(d.name+scaleSuffix, []int{m.Rows}, m.Scales)
	}
	buffered := bufio.NewWriterSize(to, chunkBytes)
	if err := errors.Join(writeSafetensors(buffered, list), buffered.Flush()); err != nil {
		return fmt.Errorf("writing a GPT-2 in int8: %w", err)
	}
	return nil
}

func writeInt8(w io.Writer, values []int8) error {
	chunk := make([]byte, min(chunkBytes, len(values)))
	for part := range slices.Chunk(values, chunkBytes) {
		for i, v := range part {
			chunk[i] = byte(v)
		}
		if _, err := w.Write(chunk[:len(part)]); err != nil {
			return err
		}
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
	entries, start, err := readHeader(io.NewSectionReader(file, 0, size), size)
	if err != nil {
		return nil, err
	}
	take := func(name, dtype string, dims ...int) (stored, error) {
		e, present := entries[name]
		switch {
		case !present:
			return stored{}, fmt.Errorf("tensor %s is missing", name)
		case e.DType != dtype || !sameDims(e.Shape, dims):
			return stored{}, fmt.Errorf("tensor %s is %s %v: must be %s %v", name, e.DType, e.Shape, dtype, dims)
		}
		delete(entries, name)
		return e.stored(file, start), nil
	}
	floats := func(name string, dims ...int) ([]float32, error) {
		tensor, err := take(name, "F32", dims...)
		if err != nil {
			return nil, err
		}
		count := 1
		for _, dim := range dims {
			count *= dim
		}
		values := make([]float32, count)
		if err := errors.Join(tensor.read(values), checkFinite(values)); err != nil {
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
		if m.Values, err = tensor.int8s(m.Rows * m.Cols); err != nil {
			return nil, fmt.Errorf("tensor %s: %w", d.name, err)
		}
		if m.Scales, err = floats(d.name+scaleSuffix, m.Rows); err != nil {
			return nil, err
		}
		w.matrices[d.name] = m
	}
	if len(entries) > 0 {
		var names []string
		for name := range entries {
			names = append(names, name)
		}
		slices.Sort(names)
		return nil, errors.New("unexpected tensors: " + strings.Join(names, ", "))
	}
	return w, nil
}

// int8s reads the values of a tensor of I8.
func (s stored) int8s(count int) ([]int8, error) {
	data := make([]byte, count)
	if _, err := s.file.ReadAt(data, s.offset); err != nil {
		return nil, cutShort(err)
	}
	values := make([]int8, count)
	for i, b := range data {
		values[i] = int8(b)
	}
	return values, nil
}
