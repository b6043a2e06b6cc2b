package tensorfile

import (
	"bytes"
	"encoding/binary"
	"math"
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
