package generate

import (
	"math"
	"slices"
)

// TopP keeps the most likely tokens that together have at least probability p: the
// unlikeliest go, as long as all that went have at most 1-p together. One token is
// always kept. (transformers' TopPLogitsWarper; Holtzman et al., 2019)
func TopP(p float64) Processor {
	type candidate struct {
		token       int32
		probability float64
	}
	var candidates []candidate
	return func(_ []int32, _ int, scores []float32) {
		highest := slices.Max(scores)
		candidates = candidates[:0]
		sum := 0.0
		for token, score := range scores {
			if score != ruledOut {
				probability := math.Exp(float64(score - highest))
				sum += probability
				candidates = append(candidates, candidate{int32(token), probability})
			}
		}
		// From the likeliest down; of equals the higher token goes first.
		slices.SortFunc(candidates, func(a, b candidate) int {
			switch {
			case a.probability > b.probability:
				return -1
			case a.probability < b.probability:
				return 1
			}
			return int(b.token - a.token)
		})
		rest := sum
		for i, c := range candidates {
			if i > 0 && rest <= (1-p)*sum {
				for _, gone := range candidates[i:] {
					scores[gone.token] = ruledOut
				}
				return
			}
			rest -= c.probability
		}
	}
}
