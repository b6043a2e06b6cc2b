package generate

import "math"

// possible is a token that is not ruled out.
type possible struct {
	token       int32
	probability float64 // relative to the likeliest's, which is 1
}

// possibles appends the tokens that are not ruled out to list, and returns the sum
// of their probabilities.
func possibles(list []possible, scores []float32) ([]possible, float64) {
	highest, sum := maximum(scores), 0.0
	for token, score := range scores {
		if score != ruledOut {
			probability := math.Exp(float64(score - highest))
			sum += probability
			list = append(list, possible{int32(token), probability})
		}
	}
	return list, sum
}

// maximum is the highest score, or NaN if there is one.
func maximum(scores []float32) float32 {
	highest := ruledOut
	for _, score := range scores {
		if score > highest || score != score {
			highest = score
		}
	}
	return highest
}
