package word2vec

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// record is a row of the file: one word.
type record struct {
	Word   string    `parquet:"word"`
	Count  int64     `parquet:"count"`
	Vector []float32 `parquet:"vector,list"`
}

// maxFileValues bounds the vector components that Load takes from a file.
const maxFileValues = math.MaxInt32

// Save writes the model as a Parquet file with the columns word, count and vector
// (a list of floats), the most frequent word first. The file is replaced as a
// whole or not at all.
func (m *Model) Save(path string) error {
	err := home.WriteFile(path, func(w io.Writer) error {
		writer := parquet.NewGenericWriter[record](w, parquet.Compression(&parquet.Zstd))
		rows := make([]record, 0, 1024)
		for begin := 0; begin < m.Len(); begin += cap(rows) {
			rows = rows[:0]
			for i := begin; i < min(begin+cap(rows), m.Len()); i++ {
				rows = append(rows, record{m.words[i], m.counts[i], m.row(int32(i))})
			}
			if _, err := writer.Write(rows); err != nil {
				return err
			}
		}
		return writer.Close()
	})
	if err != nil {
		return fmt.Errorf("word2vec: saving the model: %w", err)
	}
	return nil
}

// Load reads a model that [Model.Save] wrote. A file that is not one, or that is
// damaged, is an error that names the file and, where it can, the row.
func Load(path string) (m *Model, err error) {
	defer func() {
		// The Parquet reader panics on some kinds of damage.
		if thrown := recover(); thrown != nil {
			m, err = nil, fmt.Errorf("word2vec: loading %s: damaged Parquet file: %v", path, thrown)
		}
	}()
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("word2vec: loading the model: %w", err)
	}
	defer func() { _ = file.Close() }()
	if m, err = read(file); err != nil {
		return nil, fmt.Errorf("word2vec: loading %s: %w", path, err)
	}
	return m, nil
}

// read takes a model from an open Parquet file.
func read(file *os.File) (*Model, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	opened, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"word", "count", "vector"} {
		if _, found := opened.Schema().Lookup(columnPath(name)...); !found {
			return nil, fmt.Errorf("no column %q of the kind that word2vec saves; was another file meant?", name)
		}
	}
	reader := parquet.NewGenericReader[record](opened)
	defer func() { _ = reader.Close() }()
	model := &Model{}
	rows := make([]record, 256)
	for {
		n, err := reader.Read(rows)
		for i := range rows[:n] {
			if err := model.add(rows[i]); err != nil {
				return nil, fmt.Errorf("row %d: %w", model.Len()+1, err)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if err := model.finish(); err != nil {
		return nil, err
	}
	return model, nil
}

// finish checks what was read as a whole and makes the model ready for use.
func (m *Model) finish() error {
	if m.Len() == 0 {
		return errors.New("it holds no words")
	}
	m.index = indexOf(m.words)
	if len(m.index) != m.Len() {
		return fmt.Errorf("%d of its words occur more than once", m.Len()-len(m.index))
	}
	return nil
}

// columnPath returns where a column's values lie in the file's schema.
func columnPath(name string) []string {
	if name == "vector" {
		return []string{name, "list", "element"}
	}
	return []string{name}
}

// add appends one row of a file to the model, after checking it.
func (m *Model) add(r record) error {
	if m.Len() == 0 {
		m.size = len(r.Vector)
	}
	switch {
	case len(r.Vector) == 0:
		return errors.New("its vector is empty")
	case len(r.Vector) != m.size:
		return fmt.Errorf("its vector has %d dimensions, those before it %d", len(r.Vector), m.size)
	case len(m.vectors)+m.size > maxFileValues:
		return fmt.Errorf("more than %d vector components", maxFileValues)
	case r.Count < 0:
		return fmt.Errorf("its count is %d", r.Count)
	}
	for _, x := range r.Vector {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return errors.New("its vector holds a value that is not finite")
		}
	}
	m.words = append(m.words, r.Word)
	m.counts = append(m.counts, r.Count)
	m.vectors = append(m.vectors, r.Vector...)
	return nil
}
