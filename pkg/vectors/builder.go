package vectors

import (
	"errors"
	"fmt"
	"math"
)

// maxValues bounds the vector components of a model.
const maxValues = math.MaxInt32

// Builder makes a model word by word. The zero value is ready for use.
type Builder struct{ m Model }

// Add appends a word, how often it occurred in the training text, and a copy of its
// vector. The most frequent word comes first. The first vector sets the dimensions of
// all; its components are finite.
func (b *Builder) Add(word string, count int64, vector []float32) error {
	m := &b.m
	if m.Len() == 0 {
		m.size = len(vector)
	}
	switch {
	case len(vector) == 0:
		return errors.New("its vector is empty")
	case len(vector) != m.size:
		return fmt.Errorf("its vector has %d dimensions, those before it %d", len(vector), m.size)
	case len(m.vectors)+m.size > maxValues:
		return fmt.Errorf("more than %d vector components", maxValues)
	case count < 0:
		return fmt.Errorf("its count is %d", count)
	}
	for _, x := range vector {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return errors.New("its vector holds a value that is not finite")
		}
	}
	m.words = append(m.words, word)
	m.counts = append(m.counts, count)
	m.vectors = append(m.vectors, vector...)
	return nil
}

// Model returns the model of the words added. There must be at least one and no duplicates.
// The builder must not be used again.
func (b *Builder) Model() (*Model, error) {
	m := &b.m
	if m.Len() == 0 {
		return nil, errors.New("it holds no words")
	}
	m.index = make(map[string]int32, m.Len())
	for i, word := range m.words {
		m.index[word] = int32(i)
	}
	if len(m.index) != m.Len() {
		return nil, fmt.Errorf("%d of its words occur more than once", m.Len()-len(m.index))
	}
	return m, nil
}
