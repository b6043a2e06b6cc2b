package word2vec

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// vocabulary holds the words that get a vector, the most frequent first and
// equally frequent ones in the order of their bytes. (Spark, too, sorts by
// count, but leaves ties in the order in which its partitions answer.)
type vocabulary struct {
	words  []string
	counts []int64 // beside words, falling
	index  map[string]int32
}

// countWords builds the vocabulary of the words that occur at least minCount
// times in the sentences.
func countWords(sentences [][]string, minCount int) vocabulary {
	counts := make(map[string]int64)
	for _, sentence := range sentences {
		for _, word := range sentence {
			counts[word]++
		}
	}
	var v vocabulary
	for word, n := range counts {
		if n >= int64(minCount) {
			v.words = append(v.words, word)
		}
	}
	slices.SortFunc(v.words, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	v.counts = make([]int64, len(v.words))
	for i, word := range v.words {
		v.counts[i] = counts[word]
	}
	v.index = make(map[string]int32, len(v.words))
	for i, word := range v.words {
		v.index[word] = int32(i)
	}
	return v
}

// model gives every word its row of vectors.
func (v vocabulary) model(rows []float32) (*vectors.Model, error) {
	var b vectors.Builder
	size := len(rows) / len(v.words)
	for i, word := range v.words {
		if err := b.Add(word, v.counts[i], rows[i*size:][:size]); err != nil {
			return nil, fmt.Errorf("word %q: %w", word, err)
		}
	}
	return b.Model()
}

// corpus is the training text as one run of word indices, cut into sentences.
type corpus struct {
	tokens []int32
	ends   []int     // end of each sentence in tokens, rising; none is empty
	keep   []float64 // chance of each word to be kept; nil: all are
}

// encode drops the words that have no vector, then cuts what is left of each
// sentence into pieces of at most maxLength words.
func (v vocabulary) encode(sentences [][]string, maxLength int) corpus {
	var total int64
	for _, n := range v.counts {
		total += n
	}
	c := corpus{tokens: make([]int32, 0, total)}
	for _, sentence := range sentences {
		start := len(c.tokens)
		for _, word := range sentence {
			if i, known := v.index[word]; known {
				c.tokens = append(c.tokens, i)
			}
		}
		for end := start + maxLength; end < len(c.tokens); end += maxLength {
			c.ends = append(c.ends, end)
		}
		if len(c.tokens) > start {
			c.ends = append(c.ends, len(c.tokens))
		}
	}
	return c
}
