package vectors

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Alignment holds two models in one space, so that their vectors of a word can be compared.
// Even on the same text, two trainings give spaces that differ by at least a rotation; only
// what a rotation cannot explain is a difference in use.
type Alignment struct {
	// A is the first model as given; B is the second one rotated onto it. All words of both
	// are kept, shared or not.
	A, B *Model
	// Shared are the words that have a vector in both, in A's order.
	Shared []string
	// Rotation [Size, Size] is what B's vectors, as rows, were multiplied by.
	Rotation [][]float64
	// Fit is the mean cosine between A's and B's vectors of the shared words: 1 if the
	// spaces differ only by a rotation.
	Fit float64
}

// Align rotates the space of b onto that of a: it finds the rotation (or reflection) R that
// minimises Σ |b_w·R − a_w|² over the words w that both models have, the orthogonal
// Procrustes problem, whose solution is R = U·Vᵀ with U·S·Vᵀ the singular value
// decomposition of Bᵀ·A (Schönemann, "A generalized solution of the orthogonal Procrustes
// problem", 1966). Vectors are normalised to length 1 first, so that frequent words, whose
// vectors are long, do not dominate. Hamilton, Leskovec and Jurafsky, "Diachronic Word
// Embeddings Reveal Statistical Laws of Semantic Change" (2016), compare the texts of
// different times in this way.
//
// The models need the same number of dimensions, and at least as many shared words.
func Align(a, b *Model) (*Alignment, error) {
	if a.size != b.size {
		return nil, fmt.Errorf("vectors: aligning models of %d and %d dimensions: train both with the same VectorSize", a.size, b.size)
	}
	l := &Alignment{A: a}
	for _, word := range a.words {
		if _, known := b.index[word]; known {
			l.Shared = append(l.Shared, word)
		}
	}
	if len(l.Shared) < a.size {
		return nil, fmt.Errorf("vectors: aligning models of %d dimensions that share %d words: at least as many words are needed; lower MinCount or VectorSize", a.size, len(l.Shared))
	}
	product := mat.NewDense(a.size, a.size, nil) // Bᵀ·A
	for _, word := range l.Shared {
		one, other := a.row(a.index[word]), b.row(b.index[word])
		lengths := norm(one) * norm(other)
		if lengths == 0 {
			continue
		}
		for i, y := range other {
			for j, x := range one {
				product.Set(i, j, product.At(i, j)+float64(y)*float64(x)/lengths)
			}
		}
	}
	rotation, err := nearestRotation(product)
	if err != nil {
		return nil, fmt.Errorf("vectors: aligning models: %w", err)
	}
	l.Rotation = make([][]float64, a.size)
	for i := range l.Rotation {
		l.Rotation[i] = mat.Row(nil, i, rotation)
	}
	l.B = b.rotated(rotation)
	for _, word := range l.Shared {
		l.Fit += l.cosine(word) / float64(len(l.Shared))
	}
	return l, nil
}

// nearestRotation returns U·Vᵀ for the singular value decomposition U·S·Vᵀ of m.
func nearestRotation(m *mat.Dense) (*mat.Dense, error) {
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDFull) {
		return nil, errors.New("the singular value decomposition did not converge; are the vectors finite?")
	}
	var u, v, rotation mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	rotation.Mul(&u, v.T())
	return &rotation, nil
}

// rotated returns a copy of the model, every vector multiplied by rotation.
func (m *Model) rotated(rotation *mat.Dense) *Model {
	turned := *m
	turned.vectors = make([]float32, len(m.vectors))
	sum := make([]float64, m.size)
	for i := range int32(m.Len()) {
		clear(sum)
		for k, x := range m.row(i) {
			for d, r := range rotation.RawRowView(k) {
				sum[d] += float64(x) * r
			}
		}
		for d, x := range sum {
			turned.row(i)[d] = float32(x)
		}
	}
	return &turned
}

// cosine between the two models' vectors of a shared word.
func (l *Alignment) cosine(word string) float64 {
	return cosine(l.A.row(l.A.index[word]), l.B.row(l.B.index[word]))
}
