package word2vec

import (
	"math"
	"math/rand/v2"
)

// pathTo predicts words by their Huffman paths.
func pathTo(paths []path) way {
	return func(word int32, _ *rand.Rand) path { return paths[word] }
}

// noisePower flattens the word counts that negative samples are drawn by, as in
// Mikolov et al. 2013 and all programs since.
const noisePower = 0.75

// amongNoise predicts words by negative sampling: the word itself has label 1, and
// number words drawn in proportion to count^¾ have label 0. A drawn word that is
// the word itself is left out, as in word2vec.c.
//
// The words drawn serve the whole window, whereas word2vec.c draws new ones for every pair
// in it: just as many pairs, but as matrix products rather than vector by vector (Ji,
// Satish, Li and Dubey, "Parallelizing Word2Vec in Shared and Distributed Memory", 2016).
func amongNoise(counts []int64, number int) way {
	weights := make([]float64, len(counts))
	for i, n := range counts {
		weights[i] = math.Pow(float64(n), noisePower)
	}
	noise := newLottery(weights)
	drawn := path{points: make([]int32, 0, number+1), codes: make([]uint8, 0, number+1)}
	return func(word int32, rng *rand.Rand) path {
		drawn.points, drawn.codes = append(drawn.points[:0], word), append(drawn.codes[:0], 0)
		for range number {
			if other := noise.draw(rng); other != word {
				drawn.points, drawn.codes = append(drawn.points, other), append(drawn.codes, 1)
			}
		}
		return drawn
	}
}

// lottery draws numbers in proportion to their weights in constant time: the alias
// method in the form of Vose, "A linear algorithm for generating random numbers with
// a given distribution" (1991).
type lottery struct {
	stays []float64 // chance that number i stays i
	alias []int32   // what it becomes otherwise
}

func newLottery(weights []float64) lottery {
	n := len(weights)
	l := lottery{stays: make([]float64, n), alias: make([]int32, n)}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	var below, above []int32
	for i, w := range weights {
		l.stays[i] = w / total * float64(n)
		if l.stays[i] < 1 {
			below = append(below, int32(i))
		} else {
			above = append(above, int32(i))
		}
	}
	for len(below) > 0 && len(above) > 0 {
		small, large := below[len(below)-1], above[len(above)-1]
		below = below[:len(below)-1]
		l.alias[small] = large
		if l.stays[large] -= 1 - l.stays[small]; l.stays[large] < 1 {
			above = above[:len(above)-1]
			below = append(below, large)
		}
	}
	// What is left differs from 1 by rounding only.
	for _, i := range append(below, above...) {
		l.stays[i] = 1
	}
	return l
}

func (l lottery) draw(rng *rand.Rand) int32 {
	i := int32(rng.IntN(len(l.stays)))
	if rng.Float64() < l.stays[i] {
		return i
	}
	return l.alias[i]
}

// keepChances returns, for every word, the chance that an occurrence is kept when
// words more frequent than the share sample of the text are thinned out: √(s/f) + s/f
// for a word of share f, as word2vec.c and gensim have it; nil for sample 0.
func keepChances(counts []int64, sample float64) []float64 {
	if sample == 0 {
		return nil
	}
	var total int64
	for _, n := range counts {
		total += n
	}
	chances := make([]float64, len(counts))
	for i, n := range counts {
		share := sample * float64(total) / float64(n)
		chances[i] = math.Sqrt(share) + share
	}
	return chances
}
