package generate

import (
	"math"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// possible is a token that is not ruled out.
type possible struct {
	token       int32
	probability float64 // relative to the likeliest's, which is 1
}

// possiblesPart is how many scores are worth a goroutine.
const possiblesPart = 1 << 16

// possibles appends the tokens that are not ruled out to list, and returns the sum
// of their probabilities.
func possibles(list []possible, scores []float32) ([]possible, float64) {
	highest, sum := vec.Max(scores), 0.0
	first := len(list)
	if len(scores) <= possiblesPart {
		list = appendPossibles(list, scores, 0, highest)
	} else {
		parts := make([][]possible, (len(scores)+possiblesPart-1)/possiblesPart)
		vec.Parallel(len(scores), possiblesPart, func(begin, end int) {
			parts[begin/possiblesPart] = appendPossibles(nil, scores[begin:end], begin, highest)
		})
		for _, part := range parts {
			list = append(list, part...)
		}
	}
	for _, p := range list[first:] {
		sum += p.probability
	}
	return list, sum
}

// appendPossibles appends those of a part of the scores that begins at token begin.
func appendPossibles(list []possible, scores []float32, begin int, highest float32) []possible {
	for i, score := range scores {
		if score != ruledOut {
			list = append(list, possible{int32(begin + i), math.Exp(float64(score - highest))})
		}
	}
	return list
}
