package tensorfile

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever the bytes, readTorch returns an error or tensors that lie in the file, so
// that reading them cannot fail or take more memory than the file has bytes.
func FuzzReadTorch(f *testing.F) {
	for _, name := range []string{"zip.bin", "legacy.bin", "bfloat16.bin", "strided.bin", "strided_legacy.bin"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R."))
	f.Add([]byte("\x80\x02X\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := readTorch(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for name, tensor := range found {
			if tensor.Len() > len(data) {
				t.Fatalf("tensor %q has %d values in a file of %d bytes", name, tensor.Len(), len(data))
			}
			if _, float := floatReaders[tensor.DType]; !float {
				continue
			}
			if err := tensor.ReadFloat32(make([]float32, tensor.Len())); err != nil {
				t.Fatalf("tensor %q was accepted, but cannot be read: %v", name, err)
			}
		}
	})
}

// A list that contains itself is refused wherever a name or a number belongs. To print it
// would overflow the stack, from which Go does not recover.
func TestListsThatContainThemselves(t *testing.T) {
	const endless = "]q\x00h\x00a" // a list whose only item is the list
	program, err := readPickle(bufio.NewReader(strings.NewReader("\x80\x02}" + endless + "Ns.")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readStateDict(program); err == nil || !strings.Contains(err.Error(), "not a string") {
		t.Errorf("error %v, want one that says that a name is no string", err)
	}
	key, err := interpret([]byte("\x80\x02]"+endless+"a."), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&stateDict{}).legacySpans(nil, 0, 0, key); err == nil || !strings.Contains(err.Error(), "no tensor uses") {
		t.Errorf("error %v, want one that says that no tensor uses the storage", err)
	}
	legacy := "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02" + endless + "."
	if _, err := readTorch(strings.NewReader(legacy), int64(len(legacy))); err == nil || !strings.Contains(err.Error(), "PyTorch format") {
		t.Errorf("error %v, want one that says that the format is unknown", err)
	}
}

func TestViewStaysInItsStorage(t *testing.T) {
	const all = 1 << 62
	for name, c := range map[string]struct {
		v  view
		ok bool
	}{
		"whole":           {view{offset: 0, shape: []int{2, 3}, strides: []int{3, 1}}, true},
		"transposed":      {view{offset: 0, shape: []int{3, 2}, strides: []int{1, 3}}, true},
		"every second":    {view{offset: 1, shape: []int{3}, strides: []int{2}}, true},
		"scalar":          {view{offset: 5}, true},
		"one of any step": {view{offset: 0, shape: []int{1, 6}, strides: []int{all, 1}}, true},
		"empty":           {view{offset: 6, shape: []int{0}, strides: []int{1}}, true},
		"scalar after":    {view{offset: 6}, false},
		"too long":        {view{offset: 0, shape: []int{7}, strides: []int{1}}, false},
		"too far":         {view{offset: 1, shape: []int{2, 3}, strides: []int{3, 1}}, false},
		"before":          {view{offset: -1, shape: []int{2}, strides: []int{1}}, false},
		"backwards":       {view{offset: 5, shape: []int{2}, strides: []int{-1}}, false},
		"repeated":        {view{offset: 0, shape: []int{all}, strides: []int{0}}, false},
		"overlapping":     {view{offset: 0, shape: []int{2, 2}, strides: []int{1, 1}}, false},
		"overflowing":     {view{offset: 0, shape: []int{4, 4, 4, 4}, strides: []int{all, all, all, all}}, false},
		"negative":        {view{offset: 0, shape: []int{-1}, strides: []int{1}}, false},
		"lopsided":        {view{offset: 0, shape: []int{2}, strides: nil}, false},
	} {
		c.v.storage = &storage{size: 6, dtype: "F32"}
		if _, err := c.v.check(); (err == nil) != c.ok {
			t.Errorf("%s: error = %v, want one: %v", name, err, !c.ok)
		}
	}
}
