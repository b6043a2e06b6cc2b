package tensorfile

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Tensor is a tensor as it lies in a file. Nothing of it is in memory yet.
type Tensor struct {
	DType   string // as safetensors names it, such as "F32", whatever the format
	Shape   []int  // its product times the size of an element fits in an int64
	strides []int  // in elements; nil where the values lie row by row
	file    io.ReaderAt
	offset  int64 // of the first value, in bytes
}

// Len returns the number of values: the product of the shape.
func (t Tensor) Len() int {
	count := 1
	for _, dim := range t.Shape {
		count *= dim
	}
	return count
}

// elementBytes is the size of an element of each type, by its name in safetensors.
var elementBytes = map[string]int64{
	"F64": 8, "F32": 4, "F16": 2, "BF16": 2,
	"I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
	"F8_E4M3": 1, "F8_E5M2": 1, "C64": 8,
}

// chunkBytes is how much of a file is in memory at a time; a multiple of the size
// of every element.
const chunkBytes = 1 << 20

// ReadFloat32 fills values, as many as [Tensor.Len] says, with those of a tensor of
// "F32", "F16" or "BF16", row by row; another type is an error. Beside values it holds
// a mebibyte at most.
func (t Tensor) ReadFloat32(values []float32) error {
	convert, known := floatReaders[t.DType]
	if !known {
		return fmt.Errorf("type %s: only F32, F16 and BF16 can be read as weights", t.DType)
	}
	return read(t, values, convert)
}

// ReadFinite is [Tensor.ReadFloat32] that refuses NaN and infinities: weights that would
// make every result NaN.
func (t Tensor) ReadFinite(values []float32) error {
	if err := t.ReadFloat32(values); err != nil {
		return err
	}
	for i, value := range values {
		if value-value != 0 { // True of NaN and of both infinities.
			return fmt.Errorf("value %d is %v: the file is damaged, or the training that made it diverged", i, value)
		}
	}
	return nil
}

// ReadInt8 is [Tensor.ReadFloat32] for a tensor of "I8".
func (t Tensor) ReadInt8(values []int8) error {
	if t.DType != "I8" {
		return fmt.Errorf("type %s: only I8 can be read as int8", t.DType)
	}
	return read(t, values, func(values []int8, data []byte) {
		for i := range values {
			values[i] = int8(data[i])
		}
	})
}

// read fills values, which convert makes of bytes. Beside them it holds chunkBytes at
// most.
func read[V float32 | int8](t Tensor, values []V, convert func([]V, []byte)) error {
	if len(values) != t.Len() {
		return fmt.Errorf("room for %d values: shape %v has %d", len(values), t.Shape, t.Len())
	}
	if t.strides != nil {
		return gather(t, values, convert)
	}
	width := int(elementBytes[t.DType])
	chunk := make([]byte, min(chunkBytes, width*len(values)))
	at := t.offset
	for len(values) > 0 {
		part := chunk[:min(len(chunk), width*len(values))]
		if n, err := t.file.ReadAt(part, at); n < len(part) {
			return cutShort(err)
		}
		count := len(part) / width
		convert(values[:count], part)
		values, at = values[count:], at+int64(len(part))
	}
	return nil
}

// axis is one dimension of a strided tensor.
type axis struct {
	dim      int
	from, to int // stride in the file and in the result, in elements
	index    int // where the walk is
}

// gather reads a tensor whose values do not lie row by row, such as a transposed
// one. It walks through the values in their order in the file, so that a window
// that moves on is all it needs of it.
func gather[V float32 | int8](t Tensor, values []V, convert func([]V, []byte)) error {
	var axes []axis
	for i, step := len(t.Shape)-1, 1; i >= 0; i-- {
		if dim := t.Shape[i]; dim > 1 {
			axes = append(axes, axis{dim: dim, from: t.strides[i], to: step})
			step *= dim
		}
	}
	slices.SortFunc(axes, func(a, b axis) int { return cmp.Compare(b.from, a.from) })
	width := int(elementBytes[t.DType])
	var (
		window   []byte
		start    int // of the window, in bytes after t.offset
		from, to int
	)
	chunk := make([]byte, chunkBytes)
	for range values {
		if at := from * width; at < start || at+width > start+len(window) {
			n, err := t.file.ReadAt(chunk, t.offset+int64(at))
			if n < width {
				return cutShort(err)
			}
			window, start = chunk[:n], at
		}
		convert(values[to:to+1], window[from*width-start:])
		for i := len(axes) - 1; i >= 0; i-- {
			a := &axes[i]
			a.index, from, to = a.index+1, from+a.from, to+a.to
			if a.index < a.dim {
				break
			}
			a.index, from, to = 0, from-a.dim*a.from, to-a.dim*a.to
		}
	}
	return nil
}

// cutShort says what the end of a file means here.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the file ends before the tensor does: is it cut short?")
	}
	return err
}

// floatReaders turn little-endian bytes of a type into float32.
var floatReaders = map[string]func(values []float32, data []byte){
	"F32": func(values []float32, data []byte) {
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	},
	"F16": func(values []float32, data []byte) {
		for i := range values {
			values[i] = halfToFloat(binary.LittleEndian.Uint16(data[2*i:]))
		}
	},
	"BF16": func(values []float32, data []byte) {
		for i := range values {
			values[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(data[2*i:])) << 16)
		}
	},
}

// halfToFloat converts an IEEE 754 half to single precision, exactly.
func halfToFloat(half uint16) float32 {
	sign := uint32(half&0x8000) << 16
	exponent, fraction := uint32(half>>10&0x1f), uint32(half&0x3ff)
	switch exponent {
	case 0: // Zero or subnormal: fraction · 2⁻²⁴.
		magnitude := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(magnitude) | sign)
	case 0x1f: // Infinity or NaN.
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
