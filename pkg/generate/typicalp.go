package generate

import (
	"math"
	"slices"
)

// TypicalP keeps the tokens whose surprise is nearest to the expected one (the entropy),
// until they have probability p together; at least keep of them, and any that tie with the
// last. (transformers' TypicalLogitsWarper; Meister et al., "Locally Typical Sampling",
// 2022)
func TypicalP(p float64, keep int) Processor {
	type candidate struct {
		possible
		distance float64 // from the entropy
	}
	var list []possible
	var candidates []candidate
	return func(_ []int32, _ int, scores []float32) {
		var sum float64
		list, sum = possibles(list[:0], scores)
		entropy := 0.0
		for _, c := range list {
			if share := c.probability / sum; share > 0 {
				entropy -= share * math.Log(share)
			}
		}
		candidates = candidates[:0]
		for _, c := range list {
			candidates = append(candidates, candidate{c, math.Abs(-math.Log(c.probability/sum) - entropy)})
		}
		slices.SortStableFunc(candidates, func(a, b candidate) int {
			switch {
			case a.distance < b.distance:
				return -1
			case a.distance > b.distance:
				return 1
			}
			return 0
		})
		last, together := 0, 0.0
		for last < len(candidates) {
			if together += candidates[last].probability; together >= p*sum {
				break
			}
			last++
		}
		for i := last + 1; i < len(candidates); i++ {
			if i >= keep && candidates[i].distance > candidates[last].distance {
				scores[candidates[i].token] = ruledOut
			}
		}
	}
}
