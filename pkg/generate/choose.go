package generate

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

var errNothingLeft = errors.New("every token is ruled out: the processors leave none to choose from")

// likeliest returns the token with the highest score, the lowest of equals.
func likeliest(scores []float32) (int32, error) {
	best := 0
	for token, score := range scores {
		if score > scores[best] {
			best = token
		}
	}
	if math.IsInf(float64(scores[best]), -1) || scores[best] != scores[best] {
		return 0, errNothingLeft
	}
	return int32(best), nil
}

// draw returns a token drawn from the probabilities that the scores stand for.
func draw(scores []float32, random *rand.Rand) (int32, error) {
	highest := slices.Max(scores)
	if math.IsInf(float64(highest), -1) || highest != highest {
		return 0, errNothingLeft
	}
	sum := 0.0
	for _, score := range scores {
		sum += math.Exp(float64(score - highest))
	}
	left := random.Float64() * sum
	last := int32(0)
	for token, score := range scores {
		probability := math.Exp(float64(score - highest))
		if probability == 0 {
			continue
		}
		if last = int32(token); left < probability {
			return last, nil
		}
		left -= probability
	}
	return last, nil // Rounding took the draw past the end.
}

// stream returns the source of the draws of one text.
func stream(seed uint64, prompt, index int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(prompt)<<32|uint64(uint32(index))))
}
