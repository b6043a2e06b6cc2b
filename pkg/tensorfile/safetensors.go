package tensorfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// A safetensors file is 8 bytes with the length N of the header (little endian),
// N bytes of JSON that map each tensor's name to its type, shape and place, and
// the tensors' bytes, little endian, row by row, without gaps. See
// https://github.com/huggingface/safetensors.

// SafetensorsFile is the name of the file that holds all weights of a model in a
// Hugging Face folder.
const SafetensorsFile = "model.safetensors"

const (
	// maxHeaderBytes is the format's own bound on the header.
	maxHeaderBytes = 100_000_000
	// maxRank bounds the number of dimensions of a tensor.
	maxRank = 16
	// metadataKey holds text about the file instead of a tensor.
	metadataKey = "__metadata__"
)

// entry is a tensor's line in the header.
type entry struct {
	DType   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// ReadSafetensors finds the tensors of a safetensors file of size bytes, by name. It
// reads and checks the header alone: every tensor lies within the file, is as long as
// its shape says, and overlaps no other. Values are read when [Tensor.ReadFloat32] or
// [Tensor.ReadInt8] is called, as long as file can be read from.
func ReadSafetensors(file io.ReaderAt, size int64) (map[string]Tensor, error) {
	entries, start, err := readHeader(io.NewSectionReader(file, 0, size), size)
	if err != nil {
		return nil, err
	}
	list := make(map[string]Tensor, len(entries))
	for name, e := range entries {
		list[name] = e.tensor(file, start)
	}
	return list, nil
}

// readHeader reads the header of a safetensors file of size bytes and checks that
// every tensor lies within the file, is as long as its shape says, and overlaps no
// other. It returns the tensors and where their bytes begin.
func readHeader(r io.Reader, size int64) (entries map[string]entry, start int64, err error) {
	var prefix [8]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return nil, 0, fmt.Errorf("too short for a safetensors file: %w", err)
	}
	length := binary.LittleEndian.Uint64(prefix[:])
	if length > maxHeaderBytes || int64(length) > size-8 {
		return nil, 0, fmt.Errorf("not a safetensors file, or cut short: its header should have %d bytes, the file has %d", length, size)
	}
	header, err := io.ReadAll(io.LimitReader(r, int64(length)))
	if err != nil {
		return nil, 0, fmt.Errorf("header: %w", err)
	}
	if uint64(len(header)) != length {
		return nil, 0, errors.New("header: cut short")
	}
	entries, err = parseHeader(header)
	if err != nil {
		return nil, 0, err
	}
	start = 8 + int64(length)
	if err := checkLayout(entries, size-start); err != nil {
		return nil, 0, err
	}
	return entries, start, nil
}

// parseHeader decodes the header's JSON. Names that come twice are refused:
// decoders would disagree on which one counts.
func parseHeader(header []byte) (map[string]entry, error) {
	decoder := json.NewDecoder(bytes.NewReader(header))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("header: not a JSON object")
	}
	entries := make(map[string]entry)
	seen := make(map[string]bool)
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("header: %w", err)
		}
		name, isString := token.(string)
		if !isString {
			return nil, errors.New("header: a tensor's name is not a string")
		}
		if seen[name] {
			return nil, fmt.Errorf("tensor %q is in the header twice", name)
		}
		seen[name] = true
		if name == metadataKey {
			var metadata map[string]string
			if err := decoder.Decode(&metadata); err != nil {
				return nil, fmt.Errorf("header: %s: %w", metadataKey, err)
			}
			continue
		}
		var tensor entry
		if err := decoder.Decode(&tensor); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		entries[name] = tensor
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if rest := bytes.TrimSpace(header[decoder.InputOffset():]); len(rest) > 0 {
		return nil, errors.New("header: something stands after the JSON object")
	}
	return entries, nil
}

// checkLayout checks every tensor against the number of bytes after the header.
func checkLayout(entries map[string]entry, available int64) error {
	names := slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		x, y := entries[a].Offsets, entries[b].Offsets
		return cmp.Or(slices.Compare(x[:], y[:]), strings.Compare(a, b))
	})
	for _, name := range names {
		if err := entries[name].check(available); err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
	}
	end := int64(0)
	for i, name := range names {
		begin := entries[name].Offsets[0]
		if begin < end {
			return fmt.Errorf("tensors %q and %q overlap", names[i-1], name)
		}
		if begin > end {
			return fmt.Errorf("tensor %q: %d bytes before it belong to no tensor", name, begin-end)
		}
		end = entries[name].Offsets[1]
	}
	if end != available {
		return fmt.Errorf("%d bytes at the end belong to no tensor", available-end)
	}
	return nil
}

// check tells whether the tensor's place fits its shape and the file.
func (e entry) check(available int64) error {
	width, known := elementBytes[e.DType]
	if !known {
		return fmt.Errorf("unknown type %q", e.DType)
	}
	if len(e.Shape) > maxRank {
		return fmt.Errorf("%d dimensions: more than %d", len(e.Shape), maxRank)
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if begin < 0 || end < begin || end > available {
		return fmt.Errorf("bytes %d to %d lie outside the file, which has %d for tensors: is it cut short?", begin, end, available)
	}
	size := width
	for _, dim := range e.Shape {
		if dim < 0 {
			return fmt.Errorf("shape %v has a negative dimension", e.Shape)
		}
		if dim != 0 && size > math.MaxInt64/int64(dim) {
			return fmt.Errorf("shape %v is too large", e.Shape)
		}
		size *= int64(dim)
	}
	if size != end-begin {
		return fmt.Errorf("shape %v of %s needs %d bytes, but has %d", e.Shape, e.DType, size, end-begin)
	}
	return nil
}

// tensor returns the tensor as it lies in file, whose tensors begin at start.
func (e entry) tensor(file io.ReaderAt, start int64) Tensor {
	return Tensor{DType: e.DType, Shape: e.Shape, file: file, offset: start + e.Offsets[0]}
}

// Output is a tensor to be written.
type Output struct {
	Name  string
	DType string // as safetensors names it, such as "F32"
	Shape []int
	// Write writes the values row by row, as many bytes as type and shape need:
	// [WriteFloat32] those of "F32", [WriteInt8] those of "I8".
	Write func(w io.Writer) error
}

// WriteSafetensors writes a safetensors file with the tensors in the order given. It
// calls their Write one after the other, so that the values of one tensor at a time
// need to be in memory. To replace a file whole, call it within home.WriteFile.
func WriteSafetensors(w io.Writer, list []Output) error {
	var header bytes.Buffer
	header.WriteString(`{"` + metadataKey + `":{"format":"pt"}`)
	offset := int64(0)
	for _, tensor := range list {
		line := entry{DType: tensor.DType, Shape: append([]int{}, tensor.Shape...)} // Never null.
		size := elementBytes[tensor.DType]
		for _, dim := range tensor.Shape {
			size *= int64(dim)
		}
		line.Offsets = [2]int64{offset, offset + size}
		if err := line.check(line.Offsets[1]); err != nil {
			return fmt.Errorf("tensor %q: %w", tensor.Name, err)
		}
		offset += size
		name, err := json.Marshal(tensor.Name)
		if err != nil {
			return err
		}
		value, err := json.Marshal(line)
		if err != nil {
			return err
		}
		header.WriteByte(',')
		header.Write(name)
		header.WriteByte(':')
		header.Write(value)
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ') // The format wants the tensors aligned.
	}
	length := binary.LittleEndian.AppendUint64(nil, uint64(header.Len()))
	if _, err := w.Write(append(length, header.Bytes()...)); err != nil {
		return err
	}
	for _, tensor := range list {
		if err := tensor.Write(w); err != nil {
			return fmt.Errorf("tensor %s: %w", tensor.Name, err)
		}
	}
	return nil
}

// WriteFloat32 writes values as a safetensors file has them in a tensor of "F32".
func WriteFloat32(w io.Writer, values []float32) error {
	chunk := make([]byte, 0, min(chunkBytes, 4*len(values)))
	for part := range slices.Chunk(values, chunkBytes/4) {
		chunk = chunk[:0]
		for _, value := range part {
			chunk = binary.LittleEndian.AppendUint32(chunk, math.Float32bits(value))
		}
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	return nil
}

// WriteInt8 writes values as a safetensors file has them in a tensor of "I8".
func WriteInt8(w io.Writer, values []int8) error {
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
