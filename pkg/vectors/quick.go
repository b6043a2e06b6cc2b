package vectors

import (
	"encoding/gob"
	"fmt"
	"io"
)

// quick is a model as [Model.Write] writes it.
type quick struct {
	Words   []string
	Counts  []int64
	Size    int
	Vectors []float32
}

// Write writes the model in a form that [Read] reads quickly. It is for the project's own
// programs; others should use Parquet or word2vec's formats.
func (m *Model) Write(w io.Writer) error {
	return gob.NewEncoder(w).Encode(quick{m.words, m.counts, m.size, m.vectors})
}

// Read reads what [Model.Write] wrote.
func Read(r io.Reader) (*Model, error) {
	var q quick
	if err := gob.NewDecoder(r).Decode(&q); err != nil {
		return nil, fmt.Errorf("vectors: reading the model: %w", err)
	}
	if q.Size < 1 || len(q.Counts) != len(q.Words) || len(q.Vectors) != q.Size*len(q.Words) {
		return nil, fmt.Errorf("vectors: reading the model: %d words, %d counts and %d values of vectors of size %d", len(q.Words), len(q.Counts), len(q.Vectors), q.Size)
	}
	var model Builder
	for i, word := range q.Words {
		if err := model.Add(word, q.Counts[i], q.Vectors[i*q.Size:(i+1)*q.Size]); err != nil {
			return nil, fmt.Errorf("vectors: reading the model: word %d: %w", i+1, err)
		}
	}
	m, err := model.Model()
	if err != nil {
		return nil, fmt.Errorf("vectors: reading the model: %w", err)
	}
	return m, nil
}
