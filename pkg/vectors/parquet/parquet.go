package parquet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// record is a row of the file: one word.
type record struct {
	Word   string    `parquet:"word"`
	Count  int64     `parquet:"count"`
	Vector []float32 `parquet:"vector,list"`
}

// Save writes the model. The file is replaced as a whole or not at all.
func Save(path string, m *vectors.Model) error {
	err := home.WriteFile(path, func(w io.Writer) error {
		writer := parquet.NewGenericWriter[record](w, parquet.Compression(&parquet.Zstd))
		for words := range slices.Chunk(m.Words(), 1024) {
			rows := make([]record, len(words))
			for i, word := range words {
				vector, _ := m.Vector(word)
				rows[i] = record{word, m.Count(word), vector}
			}
			if _, err := writer.Write(rows); err != nil {
				return err
			}
		}
		return writer.Close()
	})
	if err != nil {
		return fmt.Errorf("vectors: saving the model: %w", err)
	}
	return nil
}

// Load reads a model that [Save] wrote. For any other file, or a damaged one, the error
// names the file and, if possible, the row.
func Load(path string) (m *vectors.Model, err error) {
	defer func() {
		// The Parquet reader panics on some kinds of damage.
		if thrown := recover(); thrown != nil {
			m, err = nil, fmt.Errorf("vectors: loading %s: damaged Parquet file: %v", path, thrown)
		}
	}()
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("vectors: loading the model: %w", err)
	}
	defer func() { _ = file.Close() }()
	if m, err = read(file); err != nil {
		return nil, fmt.Errorf("vectors: loading %s: %w", path, err)
	}
	return m, nil
}

// read takes a model from an open file.
func read(file *os.File) (*vectors.Model, error) {
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
			return nil, fmt.Errorf("no column %q of the kind that vectors are saved in; was another file meant?", name)
		}
	}
	reader := parquet.NewGenericReader[record](opened)
	defer func() { _ = reader.Close() }()
	var model vectors.Builder
	rows := make([]record, 256)
	for done := 0; ; {
		n, err := reader.Read(rows)
		for _, row := range rows[:n] {
			done++
			if err := model.Add(row.Word, row.Count, row.Vector); err != nil {
				return nil, fmt.Errorf("row %d: %w", done, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return model.Model()
		}
		if err != nil {
			return nil, err
		}
	}
}

// columnPath returns where a column's values lie in the file's schema.
func columnPath(name string) []string {
	if name == "vector" {
		return []string{name, "list", "element"}
	}
	return []string{name}
}
