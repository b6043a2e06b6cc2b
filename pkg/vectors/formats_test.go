package vectors

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestFormatsAreGensims loads what gensim wrote in both formats and writes it back
// byte for byte.
func TestFormatsAreGensims(t *testing.T) {
	text, err := LoadText("testdata/gensim/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	binary, err := LoadBinary("testdata/gensim/vectors.word2vec")
	if err != nil {
		t.Fatal(err)
	}
	if text.Len() != 16 || text.Size() != 5 || text.Words()[7] != "ñandú" || !reflect.DeepEqual(text, binary) {
		t.Errorf("read %d words of %d dimensions from the text, %+v from the binary file", text.Len(), text.Size(), binary)
	}
	for name, save := range map[string]func(string) error{"vectors.txt": text.SaveText, "vectors.word2vec": text.SaveBinary} {
		path := filepath.Join(t.TempDir(), name)
		if err := save(path); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", "gensim", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: saved %d bytes that differ from gensim's %d", name, len(got), len(want))
		}
	}
}

// TestOriginalFormats reads the files as word2vec.c itself writes them: a space
// after each component of a text, a line break after each word of a binary file.
func TestOriginalFormats(t *testing.T) {
	want := []float32{0.5, -2}
	for name, read := range map[string]func() (*Model, error){
		"text":   func() (*Model, error) { return ReadText(strings.NewReader("1 2\nmar 0.500000 -2.000000 \n")) },
		"dos":    func() (*Model, error) { return ReadText(strings.NewReader("1 2\r\nmar 0.5 -2\r\nmore")) },
		"no end": func() (*Model, error) { return ReadText(strings.NewReader("1 2\nmar 0.5 -2")) },
		"binary": func() (*Model, error) {
			return ReadBinary(strings.NewReader("1 2\nmar \x00\x00\x00?\x00\x00\x00\xc0\n"))
		},
		"second": func() (*Model, error) {
			return ReadBinary(strings.NewReader("2 2\nx \x00\x00\x00?\x00\x00\x00?\nmar \x00\x00\x00?\x00\x00\x00\xc0\n"))
		},
	} {
		m, err := read()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := m.Vector("mar"); !slices.Equal(got, want) || m.Count("mar") != 0 {
			t.Errorf("%s: %v, occurring %d times", name, got, m.Count("mar"))
		}
	}
}

func TestFormatsHoldNGrams(t *testing.T) {
	model := func(words ...string) *Model {
		return modelOf(t, words, slices.Repeat([][]float64{{0}}, len(words)))
	}
	path := filepath.Join(t.TempDir(), "vectors")
	if err := model("el mar", "", "sal").SaveText(path); err != nil {
		t.Fatal(err)
	}
	if m, err := LoadText(path); err != nil || !slices.Equal(m.Words(), []string{"el_mar", "sal"}) {
		t.Errorf("read back %v, %v", m, err)
	}
	for _, words := range [][]string{{"el mar", "el_mar"}, {"a\nb"}, {"a\xff"}} {
		if err := model(words...).SaveBinary(path); err == nil || !strings.Contains(err.Error(), "Parquet") {
			t.Errorf("saving %q gave %v", words, err)
		}
	}
}

func TestFormatsRefuse(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"", "first line"},
		{"mar 1 2\n", "first line"},
		{"0 2\n", "first line"},
		{"1 -2\n", "first line"},
		{"70000 70000\n", "first line"},
		{"1 70000\n", "first line"},
		{strings.Repeat("9", 100), "first line"},
		{"2 2\nmar 1 2\n", "word 2 of 2"},
		{"1 2\nmar 1\n", "components"},
		{"1 2\nmar 1 2 3\n", "components"},
		{"1 2\nmar 1 x\n", "not a number"},
		{"1 2\nmar 1 nan\n", "not finite"},
		{"1 2\n 1 2\n", "empty"},
		{"1 2\nma\tr 1 2\n", "white space"},
		{"1 2\nm\xff 1 2\n", "UTF-8"},
		{"2 1\nmar 1\nmar 2\n", "more than once"},
		{"1 1\n" + strings.Repeat("m", 5000) + " 1\n", "bytes"},
	} {
		if _, err := ReadText(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ReadText(%.30q) gave %v, which should name %q", c.file, err, c.want)
		}
	}
	if _, err := ReadBinary(strings.NewReader("1 2\nmar \x00\x00\x00?")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a cut binary file gave %v", err)
	}
	if _, err := ReadBinary(strings.NewReader("1 2\n" + strings.Repeat("m", 5000))); err == nil {
		t.Error("an endless word was read")
	}
	for name, load := range map[string]func(string) (*Model, error){"text": LoadText, "binary": LoadBinary} {
		if _, err := load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a missing file gave %v", name, err)
		}
	}
	if _, err := LoadText("testdata/gensim/vectors.word2vec"); err == nil || !strings.Contains(err.Error(), "vectors.word2vec") {
		t.Errorf("the binary file read as text gave %v", err)
	}
}

// FuzzFormats reads anything in both formats: what is accepted must save and load
// to the same again.
func FuzzFormats(f *testing.F) {
	for _, name := range []string{"testdata/gensim/vectors.txt", "testdata/gensim/vectors.word2vec"} {
		seed, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte("2 1\na_b 1\nb 0x1p-2\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, format := range []struct {
			read func(io.Reader) (*Model, error)
			save func(*Model, string) error
			load func(string) (*Model, error)
		}{{ReadText, (*Model).SaveText, LoadText}, {ReadBinary, (*Model).SaveBinary, LoadBinary}} {
			m, err := format.read(bytes.NewReader(file))
			if err != nil {
				continue
			}
			path := filepath.Join(t.TempDir(), "vectors")
			if err := format.save(m, path); err != nil {
				t.Fatal(err)
			}
			if again, err := format.load(path); err != nil || !reflect.DeepEqual(again, m) {
				t.Fatalf("read %+v, saved and loaded %+v, %v", m, again, err)
			}
		}
	})
}
