package vectors

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// The formats of word2vec.c, which gensim and most other programs read and write.
// Both begin with a line "words dimensions". In the text format a line follows for
// each word, "word x1 x2 …"; in the binary one the word, a space and the components
// as little-endian float32, with a line break after them (word2vec.c) or without
// (gensim).
//
// Neither has a place for counts, for spaces within a word or for the empty word.

const (
	maxFileSize = 1 << 16 // dimensions that are taken from a file
	maxFileWord = 1 << 12 // bytes of a word that are taken from a file
)

// SaveText writes the vectors in word2vec's text format, readable by gensim's
// KeyedVectors.load_word2vec_format. The components read back exactly; counts are
// lost, the words of an n-gram are joined by "_" as word2phrase does, and the empty
// word is left out. The file is replaced as a whole or not at all.
func (m *Model) SaveText(path string) error {
	return m.saveAs(path, func(w *bufio.Writer, row []float32) error {
		var digits [32]byte
		for _, x := range row {
			_ = w.WriteByte(' ')
			_, _ = w.Write(strconv.AppendFloat(digits[:0], float64(x), 'g', -1, 32))
		}
		return w.WriteByte('\n')
	})
}

// SaveBinary writes the vectors in word2vec's binary format, as gensim does, which
// reads it with binary=True. What [Model.SaveText] says of words and counts holds.
func (m *Model) SaveBinary(path string) error {
	return m.saveAs(path, func(w *bufio.Writer, row []float32) error {
		_ = w.WriteByte(' ')
		return binary.Write(w, binary.LittleEndian, row)
	})
}

// saveAs writes the header and every word, followed by what vector writes. Errors
// of a bufio.Writer last until it is flushed.
func (m *Model) saveAs(path string, vector func(w *bufio.Writer, row []float32) error) error {
	names, err := m.fileWords()
	if err != nil {
		return fmt.Errorf("vectors: saving the model: %w", err)
	}
	number := len(names)
	if _, hasEmpty := m.index[""]; hasEmpty {
		number--
	}
	err = home.WriteFile(path, func(file io.Writer) error {
		w := bufio.NewWriter(file)
		_, _ = fmt.Fprintf(w, "%d %d\n", number, m.size)
		for i, name := range names {
			if name == "" {
				continue
			}
			_, _ = w.WriteString(name)
			if err := vector(w, m.row(int32(i))); err != nil {
				return err
			}
		}
		return w.Flush()
	})
	if err != nil {
		return fmt.Errorf("vectors: saving the model: %w", err)
	}
	return nil
}

// fileWords returns the words as the formats can hold them.
func (m *Model) fileWords() ([]string, error) {
	names := make([]string, m.Len())
	from := make(map[string]string, m.Len())
	for i, word := range m.words {
		name := strings.ReplaceAll(word, " ", "_")
		if err := checkFileWord(name); err != nil && word != "" {
			return nil, fmt.Errorf("word %q: %w; save it as Parquet", word, err)
		}
		if other, taken := from[name]; taken {
			return nil, fmt.Errorf("%q and %q would both be written as %q; save as Parquet", other, word, name)
		}
		from[name] = word
		names[i] = name
	}
	return names, nil
}

// checkFileWord rejects words that readers of the formats would misread.
func checkFileWord(word string) error {
	switch {
	case word == "":
		return errors.New("it is empty")
	case len(word) > maxFileWord:
		return fmt.Errorf("it has more than %d bytes", maxFileWord)
	case !utf8.ValidString(word):
		return errors.New("it is not UTF-8")
	case strings.ContainsAny(word, " \t\n\v\f\r"):
		return errors.New("it holds white space")
	}
	return nil
}

// LoadText reads word2vec's text format, as word2vec.c, gensim and [Model.SaveText] write
// it. Every count of the model is 0, since the format has none. For a damaged file the
// error names the file and the row.
func LoadText(path string) (*Model, error) { return loadAs(path, ReadText) }

// LoadBinary reads word2vec's binary format, as word2vec.c, gensim and
// [Model.SaveBinary] write it; otherwise as [LoadText].
func LoadBinary(path string) (*Model, error) { return loadAs(path, ReadBinary) }

func loadAs(path string, read func(io.Reader) (*Model, error)) (*Model, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("vectors: loading the model: %w", err)
	}
	defer func() { _ = file.Close() }()
	m, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("vectors: loading %s: %w", path, err)
	}
	return m, nil
}

// ReadText is [LoadText] from a stream. It reads no further than the words that the
// first line promises, and takes no more memory than what it has read.
func ReadText(r io.Reader) (*Model, error) {
	return readAs(r, func(r *bufio.Reader, row []float32) (string, error) {
		line, err := readUntil(r, '\n', maxFileWord+32*len(row))
		if err != nil {
			return "", err
		}
		fields := strings.Split(strings.TrimRight(line, " \r"), " ")
		if len(fields) != len(row)+1 {
			return "", fmt.Errorf("it has %d components, not %d", len(fields)-1, len(row))
		}
		for i, digits := range fields[1:] {
			x, err := strconv.ParseFloat(digits, 32)
			if err != nil {
				return "", fmt.Errorf("component %d is %q, not a number", i+1, clip(digits))
			}
			row[i] = float32(x)
		}
		return fields[0], nil
	})
}

// ReadBinary is [LoadBinary] from a stream, with the limits of [ReadText].
func ReadBinary(r io.Reader) (*Model, error) {
	return readAs(r, func(r *bufio.Reader, row []float32) (string, error) {
		word, err := readUntil(r, ' ', maxFileWord+1)
		if err != nil {
			return "", err
		}
		bits := make([]byte, 4*len(row))
		if _, err := io.ReadFull(r, bits); err != nil {
			return "", cut(err)
		}
		for i := range row {
			row[i] = math.Float32frombits(binary.LittleEndian.Uint32(bits[4*i:]))
		}
		return strings.TrimLeft(word, "\n"), nil
	})
}

// readAs reads the first line, then as many words as it promises.
func readAs(from io.Reader, next func(r *bufio.Reader, row []float32) (string, error)) (*Model, error) {
	r := bufio.NewReader(from)
	line, err := readUntil(r, '\n', 64)
	if err != nil {
		return nil, fmt.Errorf("first line: %w", err)
	}
	words, size, err := header(line)
	if err != nil {
		return nil, err
	}
	var b Builder
	row := make([]float32, size)
	for i := range words {
		word, err := next(r, row)
		if err == nil {
			err = checkFileWord(word)
		}
		if err == nil {
			err = b.Add(word, 0, row)
		}
		if err != nil {
			return nil, fmt.Errorf("word %d of %d: %w", i+1, words, err)
		}
	}
	return b.Model()
}

// header reads the first line of both formats.
func header(line string) (words, size int, err error) {
	fields := strings.Fields(line)
	if len(fields) == 2 {
		var errWords, errSize error
		words, errWords = strconv.Atoi(fields[0])
		size, errSize = strconv.Atoi(fields[1])
		if errWords == nil && errSize == nil && words > 0 && size > 0 && size <= maxFileSize && words <= maxValues/size {
			return words, size, nil
		}
	}
	return 0, 0, fmt.Errorf("the first line is %q; it should be the number of words and of dimensions (at most %d; together at most %d components), as word2vec and gensim write it", clip(line), maxFileSize, maxValues)
}

// readUntil returns what comes before the next end byte, at most limit bytes. The
// last line of a text may lack its end.
func readUntil(r *bufio.Reader, end byte, limit int) (string, error) {
	var text []byte
	for {
		b, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && end == '\n' && len(text) > 0, err == nil && b == end:
			return string(text), nil
		case err != nil:
			return "", cut(err)
		case len(text) == limit:
			return "", fmt.Errorf("more than %d bytes without an end; is it another format?", limit)
		}
		text = append(text, b)
	}
}

// cut turns an end of file into an error that says that the file ends too early.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file ends here: was its download cut short? %w", io.ErrUnexpectedEOF)
	}
	return err
}

// clip shortens what an error shows of a file.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
