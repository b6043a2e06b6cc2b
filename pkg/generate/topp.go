package generate

import "slices"

// TopP keeps the likeliest tokens that together have at least probability p: it rules out
// the unlikeliest ones as long as they add up to at most 1-p and at least keep tokens are
// left. (transformers' TopPLogitsWarper; Holtzman et al., 2019)
func TopP(p float64, keep int) Processor {
	var list []possible
	return func(_ []int32, _ int, scores []float32) {
		var sum float64
		list, sum = possibles(list[:0], scores)
		// From the likeliest down; of equals the higher token goes first.
		slices.SortFunc(list, func(a, b possible) int {
			switch {
			case a.probability > b.probability:
				return -1
			case a.probability < b.probability:
				return 1
			}
			return int(b.token - a.token)
		})
		rest := sum
		for i, candidate := range list {
			if i >= keep && rest <= (1-p)*sum {
				for _, gone := range list[i:] {
					scores[gone.token] = ruledOut
				}
				return
			}
			rest -= candidate.probability
		}
	}
}
