package vectors

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Usage says how differently two texts use a word.
type Usage struct {
	Word           string
	CountA, CountB int64 // how often it occurs in each text
	// Cosine is that of the angle between its two vectors after alignment: 1 where
	// they point the same way.
	Cosine float64
	// Overlap is the share of its nearest words that are the same in both models:
	// 1 where all are.
	Overlap float64
	// A and B are its nearest words in each model, closest first.
	A, B []Neighbour
}

// UsageOptions say which words [Alignment.Usages] looks at. The zero value of
// every field stands for the default given beside it.
type UsageOptions struct {
	// Nearest is the number of nearest words that are compared (10).
	Nearest int
	// MinCount is how often a word must occur in each of the two texts to be examined or to
	// count as a neighbour (the models' own minimum). The vectors of rare words say more
	// about chance than about use.
	MinCount int64
	// Words, if not nil, restricts the words examined, and their neighbours, to those of
	// them that both models have. Otherwise all shared words are examined.
	Words []string
}

// Usages examines every word that both models have and that is frequent enough: how well
// its vectors agree after alignment (Hamilton, Leskovec and Jurafsky 2016, see [Align]),
// and how many of its nearest words are the same (Gonen, Jawahar, Seddah and Goldberg,
// "Simple, Interpretable and Stable Method for Detecting Words with Usage Change across
// Corpora", 2020), which needs no alignment and changes less from one training to the next.
// Neighbours are sought among the same words. The order is that of Shared: rank as needed.
//
// The work grows with the square of the number of words, and is shared among the
// processors.
func (l *Alignment) Usages(ctx context.Context, o UsageOptions) ([]Usage, error) {
	if o.Nearest < 0 || o.MinCount < 0 {
		return nil, fmt.Errorf("vectors: usages by %d nearest words of %d occurrences or more: neither may be negative", o.Nearest, o.MinCount)
	}
	if o.Nearest == 0 {
		o.Nearest = 10
	}
	among := l.Shared
	if o.Words != nil {
		wanted := make(map[string]bool, len(o.Words))
		for _, word := range o.Words {
			wanted[word] = true
		}
		among = slices.DeleteFunc(slices.Clone(l.Shared), func(word string) bool { return !wanted[word] })
	}
	var words []string
	for _, word := range among {
		if l.A.Count(word) >= o.MinCount && l.B.Count(word) >= o.MinCount {
			words = append(words, word)
		}
	}
	if len(words) <= o.Nearest {
		return nil, fmt.Errorf("vectors: only %d words are frequent enough in both texts, for %d nearest words of each; lower MinCount or Nearest", len(words), o.Nearest)
	}
	a, b := l.A.directions(words), l.B.directions(words)
	usages := make([]Usage, len(words))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(words) {
					return
				}
				u := Usage{Word: words[i], CountA: l.A.Count(words[i]), CountB: l.B.Count(words[i]), Cosine: l.cosine(words[i])}
				inA, inB := a.nearest(i, o.Nearest), b.nearest(i, o.Nearest)
				u.A, u.B = named(inA, words), named(inB, words)
				u.Overlap = overlap(inA, inB)
				usages[i] = u
			}
		})
	}
	workers.Wait()
	return usages, ctx.Err()
}

// directions are vectors of length 1 [words, size].
type directions struct {
	size   int
	values []float32
}

// directions returns those of words, all of which the model has. The zero vector
// stays what it is.
func (m *Model) directions(words []string) directions {
	d := directions{size: m.size, values: make([]float32, 0, len(words)*m.size)}
	for _, word := range words {
		row := m.row(m.index[word])
		length := norm(row)
		if length == 0 {
			length = 1
		}
		for _, x := range row {
			d.values = append(d.values, float32(float64(x)/length))
		}
	}
	return d
}

// nearest returns the n others closest to number i.
func (d directions) nearest(i, n int) []candidate {
	best := closest{most: n}
	from := d.values[i*d.size:][:d.size]
	for j := range len(d.values) / d.size {
		if j == i {
			continue
		}
		var sum float32
		for k, x := range d.values[j*d.size:][:d.size] {
			sum += from[k] * x
		}
		best.offer(int32(j), float64(sum))
	}
	return best.found
}

// overlap is the share of candidates that are in both lists, which are of one length.
func overlap(a, b []candidate) float64 {
	in := make(map[int32]bool, len(a))
	for _, c := range a {
		in[c.index] = true
	}
	both := 0
	for _, c := range b {
		if in[c.index] {
			both++
		}
	}
	return float64(both) / float64(len(a))
}

// named gives candidates their words.
func named(found []candidate, words []string) []Neighbour {
	neighbours := make([]Neighbour, len(found))
	for i, f := range found {
		neighbours[i] = Neighbour{words[f.index], f.similarity}
	}
	return neighbours
}
