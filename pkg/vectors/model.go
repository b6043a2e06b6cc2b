package vectors

import "slices"

// Model holds the vectors of words.
type Model struct {
	words   []string // the most frequent first
	counts  []int64  // beside words
	index   map[string]int32
	size    int
	vectors []float32 // [len(words), size]
}

// Len returns the number of words that have a vector.
func (m *Model) Len() int { return len(m.words) }

// Size returns the number of dimensions of a vector.
func (m *Model) Size() int { return m.size }

// Words returns the words that have a vector, the most frequent first.
func (m *Model) Words() []string { return slices.Clone(m.words) }

// Count returns how often the word occurred in the training text, 0 if it has no
// vector.
func (m *Model) Count(word string) int64 {
	if i, known := m.index[word]; known {
		return m.counts[i]
	}
	return 0
}

// Vector returns a copy of the word's vector, and whether it has one.
func (m *Model) Vector(word string) ([]float32, bool) {
	i, known := m.index[word]
	if !known {
		return nil, false
	}
	return slices.Clone(m.row(i)), true
}

// row returns the vector of word number i in place.
func (m *Model) row(i int32) []float32 {
	return m.vectors[int(i)*m.size : int(i+1)*m.size]
}

// DocumentMean returns the vector of a text as Spark ML's Word2VecModel does: the
// sum of the vectors of its known words, each as often as it occurs, divided by
// the number of all its tokens, known or not. A text without tokens, or without
// known words, gives zeros.
func (m *Model) DocumentMean(tokens []string) []float64 {
	mean := make([]float64, m.size)
	for _, token := range tokens {
		i, known := m.index[token]
		if !known {
			continue
		}
		for d, x := range m.row(i) {
			mean[d] += float64(x)
		}
	}
	if len(tokens) > 0 {
		for d := range mean {
			mean[d] /= float64(len(tokens))
		}
	}
	return mean
}
