package tensorfile

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestHalfToFloat(t *testing.T) {
	// Values from the definition of IEEE 754 binary16.
	for half, want := range map[uint16]float32{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x3555: 0.333251953125,
		0x0001: 1.0 / (1 << 24), 0x03ff: 1023.0 / (1 << 24), 0x0400: 1.0 / (1 << 14), 0x8001: -1.0 / (1 << 24),
		0x7c00: float32(math.Inf(1)), 0xfc00: float32(math.Inf(-1)),
	} {
		if got := halfToFloat(half); got != want {
			t.Errorf("%#04x is %v, want %v", half, got, want)
		}
	}
	if got := halfToFloat(0x8000); got != 0 || !math.Signbit(float64(got)) {
		t.Errorf("0x8000 is %v, want -0", got)
	}
	if got := halfToFloat(0x7e00); got == got {
		t.Errorf("0x7e00 is %v, want NaN", got)
	}
}

func TestReadConverts(t *testing.T) {
	data := []byte{
		0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1, // F32: 1, -10
		0, 0x3c, 0, 0xc9, // F16: 1, -10
		0x80, 0x3f, 0x20, 0xc1, // BF16: 1, -10
	}
	for dtype, offsets := range map[string][2]int64{"F32": {0, 8}, "F16": {8, 12}, "BF16": {12, 16}} {
		got := make([]float32, 2)
		err := entry{DType: dtype, Shape: []int{2}, Offsets: offsets}.tensor(bytes.NewReader(data), 0).ReadFloat32(got)
		if err != nil || got[0] != 1 || got[1] != -10 {
			t.Errorf("%s: %v, %v; want [1 -10]", dtype, got, err)
		}
	}
}

func file(header string, body int) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), make([]byte, body)...)
}

// Whatever the bytes, readHeader returns an error or tensors that fill the file
// exactly, so that reading them cannot fail or exhaust memory.
func FuzzReadHeader(f *testing.F) {
	f.Add(file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]}}`, 12))
	f.Add(file(`{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 4))
	f.Add(file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}`, 0))
	f.Add(file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4))
	f.Add(file(`{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 4))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, start, err := readHeader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		total := start
		for name, e := range entries {
			total += e.Offsets[1] - e.Offsets[0]
			if _, known := floatReaders[e.DType]; !known {
				continue
			}
			tensor := e.tensor(bytes.NewReader(data), start)
			if err := tensor.ReadFloat32(make([]float32, tensor.Len())); err != nil {
				t.Fatalf("tensor %q was accepted, but cannot be read: %v", name, err)
			}
		}
		if total != int64(len(data)) {
			t.Fatalf("tensors and header make %d bytes of %d", total, len(data))
		}
	})
}

func TestReadHeaderRefusesNamesTwice(t *testing.T) {
	tensor := `"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	data := file("{"+tensor+","+tensor+"}", 4)
	if _, _, err := readHeader(bytes.NewReader(data), int64(len(data))); err == nil {
		t.Error("a name that comes twice was accepted")
	}
}

// What was written is read as it was, also of more values than are written at a time, and
// from a reader that says with the last bytes that they are the last.
func TestWriteThenRead(t *testing.T) {
	floats, ints := make([]float32, chunkBytes/2+3), make([]int8, chunkBytes+5)
	for i := range floats {
		floats[i] = float32(i) - 0.5
	}
	for i := range ints {
		ints[i] = int8(i * 7)
	}
	var out bytes.Buffer
	err := WriteSafetensors(&out, []Output{
		{"scalar", "F32", nil, func(w io.Writer) error { return WriteFloat32(w, floats[3:4]) }},
		{"empty", "F32", []int{0, 2}, func(w io.Writer) error { return WriteFloat32(w, nil) }},
		{"small", "I8", []int{len(ints)}, func(w io.Writer) error { return WriteInt8(w, ints) }},
		{"ñ \"x\"", "F32", []int{1, len(floats)}, func(w io.Writer) error { return WriteFloat32(w, floats) }},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := ReadSafetensors(eager{bytes.NewReader(out.Bytes())}, int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 4 {
		t.Errorf("%d tensors, want 4", len(list))
	}
	for name, want := range map[string][]float32{"scalar": floats[3:4], "empty": {}, "ñ \"x\"": floats} {
		got := make([]float32, list[name].Len())
		if err := list[name].ReadFloat32(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s came back otherwise, with the error %v", name, err)
		}
	}
	got := make([]int8, list["small"].Len())
	if err := list["small"].ReadInt8(got); err != nil || !slices.Equal(got, ints) {
		t.Errorf("small came back otherwise, with the error %v", err)
	}

	for what, err := range map[string]error{
		"int8 as float32": list["small"].ReadFloat32(make([]float32, len(ints))),
		"float32 as int8": list["scalar"].ReadInt8(make([]int8, 1)),
		"too little room": list["small"].ReadInt8(got[1:]),
		"too much room":   list["scalar"].ReadFloat32(make([]float32, 2)),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// eager returns io.EOF together with the last bytes, as an io.ReaderAt may.
type eager struct{ *bytes.Reader }

func (r eager) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.Reader.ReadAt(p, at)
	if err == nil && at+int64(n) == r.Size() {
		err = io.EOF
	}
	return n, err
}

func TestWriteSafetensorsRefusesWhatCannotBeRead(t *testing.T) {
	for what, tensor := range map[string]Output{
		"unknown type":       {Name: "a", DType: "F99", Shape: []int{1}},
		"negative dimension": {Name: "a", DType: "F32", Shape: []int{-1, -1}},
		"too large":          {Name: "a", DType: "F32", Shape: []int{1 << 31, 1 << 31, 1 << 31}},
	} {
		tensor.Write = func(io.Writer) error { return nil }
		if err := WriteSafetensors(io.Discard, []Output{tensor}); err == nil || !strings.Contains(err.Error(), `tensor "a"`) {
			t.Errorf("%s: error = %v, want one that names the tensor", what, err)
		}
	}
}
