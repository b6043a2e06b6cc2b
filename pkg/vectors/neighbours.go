package vectors

import (
	"fmt"
	"math"
	"slices"
)

// Neighbour is a word and how close it lies: the cosine of the angle between its
// vector and the one asked about, from −1 to 1.
type Neighbour struct {
	Word       string
	Similarity float64
}

// UnknownWordError says that a word has no vector in a model.
type UnknownWordError struct{ Word string }

func (e *UnknownWordError) Error() string {
	return fmt.Sprintf("vectors: %q has no vector: it is not in the training text, or too rare there", e.Word)
}

// Cosine returns the cosine of the angle between the vectors of two words, 0 where
// one of them is zero. A word without a vector is an [*UnknownWordError].
func (m *Model) Cosine(a, b string) (float64, error) {
	rows, err := m.rows(a, b)
	if err != nil {
		return 0, err
	}
	return cosine(rows[0], rows[1]), nil
}

// Nearest returns the n words whose vectors lie closest to the word's, closest
// first, the word itself left out; fewer where the model has no more. A word
// without a vector is an [*UnknownWordError].
func (m *Model) Nearest(word string, n int) ([]Neighbour, error) {
	rows, err := m.rows(word)
	if err != nil {
		return nil, err
	}
	return m.NearestTo(rows[0], n, word)
}

// Analogy answers "a is to b as c is to …": the n words closest to b − a + c, those
// three left out. Each vector is first brought to length 1, as in Mikolov, Yih and
// Zweig, "Linguistic Regularities in Continuous Space Word Representations" (2013),
// and gensim's most_similar.
func (m *Model) Analogy(a, b, c string, n int) ([]Neighbour, error) {
	rows, err := m.rows(a, b, c)
	if err != nil {
		return nil, err
	}
	target := make([]float32, m.size)
	for i, sign := range []float32{-1, 1, 1} {
		if length := norm(rows[i]); length > 0 {
			for d, x := range rows[i] {
				target[d] += sign * x / float32(length)
			}
		}
	}
	return m.NearestTo(target, n, a, b, c)
}

// NearestTo returns the n words whose vectors lie closest to vector [Size], closest
// first, without those in except. Words equally close come in the model's order.
func (m *Model) NearestTo(vector []float32, n int, except ...string) ([]Neighbour, error) {
	if len(vector) != m.size {
		return nil, fmt.Errorf("vectors: a vector of %d dimensions was asked for its neighbours in a model of %d", len(vector), m.size)
	}
	best := closest{most: n}
	for i, word := range m.words {
		if !slices.Contains(except, word) {
			best.offer(int32(i), cosine(vector, m.row(int32(i))))
		}
	}
	neighbours := make([]Neighbour, len(best.found))
	for i, f := range best.found {
		neighbours[i] = Neighbour{m.words[f.index], f.similarity}
	}
	return neighbours, nil
}

// rows returns the vectors of words in place.
func (m *Model) rows(words ...string) ([][]float32, error) {
	rows := make([][]float32, len(words))
	for i, word := range words {
		index, known := m.index[word]
		if !known {
			return nil, &UnknownWordError{word}
		}
		rows[i] = m.row(index)
	}
	return rows, nil
}

// closest keeps the most similar of the candidates offered, best first; of ties, the one
// offered first. Few are kept, so they are kept sorted.
type closest struct {
	most  int
	found []candidate
}

type candidate struct {
	index      int32
	similarity float64
}

func (c *closest) offer(index int32, similarity float64) {
	if len(c.found) >= c.most && (c.most <= 0 || similarity <= c.found[len(c.found)-1].similarity) {
		return
	}
	at, _ := slices.BinarySearchFunc(c.found, similarity, func(f candidate, s float64) int {
		if f.similarity >= s {
			return -1
		}
		return 1
	})
	if len(c.found) == c.most {
		c.found = c.found[:c.most-1]
	}
	c.found = slices.Insert(c.found, at, candidate{index, similarity})
}

// cosine of the angle between two vectors of one length, 0 where one is zero.
func cosine(a, b []float32) float64 {
	lengths := norm(a) * norm(b)
	if lengths == 0 {
		return 0
	}
	return max(-1, min(1, dot(a, b)/lengths))
}

func dot(a, b []float32) (sum float64) {
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}

func norm(a []float32) float64 { return math.Sqrt(dot(a, a)) }
