package word2vec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sequential is word2vec as its papers and programs define it, one pair after the
// other: the reference that Train is held against. It draws the same first vectors
// and windows as Train does from the same seed.
func sequential(t testing.TB, sentences [][]string, o Options) *Model {
	t.Helper()
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	v := countWords(sentences, o.MinCount)
	paths, err := huffmanPaths(v.counts)
	if err != nil {
		t.Fatal(err)
	}
	c := v.encode(sentences, o.MaxSentenceLength)
	rng := rand.New(rand.NewPCG(o.Seed, seedStream))
	input := firstVectors(len(v.words), o.VectorSize, rng)
	output := make([]float32, len(input))
	l := layout{steps: 1, positions: stretchLimit, window: o.Window}
	for b := range c.batches(l, o, rng) {
		trainInOrder(b, l, paths, input, output, o.VectorSize)
	}
	return newModel(v, o.VectorSize, input)
}

// trainInOrder trains the vectors on a batch in place, one pair after the other.
func trainInOrder(b *batch, l layout, paths []path, input, output []float32, size int) {
	change := make([]float32, size)
	for at := range b.words {
		row, place := b.row(l, at/l.positions), at%l.positions
		word := row[l.window+place]
		left, right := int(row[l.halo()+place]), int(row[l.halo()+l.positions+place])
		for offset := -left; offset <= right; offset++ {
			if offset == 0 {
				continue
			}
			h := input[int(row[l.window+place+offset])*size:][:size]
			clear(change)
			for i, point := range paths[word].points {
				u := output[int(point)*size:][:size]
				var f float64
				for d := range h {
					f += float64(h[d]) * float64(u[d])
				}
				if math.Abs(f) >= maxLogit {
					continue
				}
				slope := float32((1 - float64(paths[word].codes[i]) - 1/(1+math.Exp(-f))) * b.rate)
				for d := range h {
					change[d] += slope * u[d]
					u[d] += slope * h[d]
				}
			}
			for d := range h {
				h[d] += change[d]
			}
		}
	}
}
