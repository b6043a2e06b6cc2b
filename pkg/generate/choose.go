package generate

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math"
	"math/rand/v2"
)

var errNothingLeft = errors.New("every token is ruled out: the processors leave none to choose from")

// likeliest returns the token with the highest score; of ties, the lowest token.
func likeliest(scores []float32) (int, error) {
	best := 0
	for token, score := range scores {
		if score > scores[best] {
			best = token
		}
	}
	if math.IsInf(float64(scores[best]), -1) || scores[best] != scores[best] {
		return 0, errNothingLeft
	}
	return best, nil
}

// drawer draws n indices of scores without replacement, with the probabilities given by the
// softmax of the remaining scores.
type drawer func(scores []float32, n int) ([]int, error)

// drawFrom returns a drawer that takes one number from random for each draw. If fewer than
// n indices have a probability above 0, the first of the others follow.
func drawFrom(random *rand.Rand) drawer {
	var list []possible
	return func(scores []float32, n int) ([]int, error) {
		var sum float64
		list, sum = possibles(list[:0], scores)
		if !(sum > 0) { // nothing is left, or not a number
			return nil, errNothingLeft
		}
		drawn := make([]int, 0, n)
		for len(drawn) < n {
			at := pick(list, random.Float64()*sum)
			if at < 0 {
				return fillUp(drawn, n, len(scores)), nil
			}
			drawn = append(drawn, int(list[at].token))
			sum -= list[at].probability
			list[at].probability = 0
		}
		return drawn, nil
	}
}

// pick returns the place in list at which the sum of probabilities passes left, or
// -1 if none has any.
func pick(list []possible, left float64) int {
	last := -1
	for i, c := range list {
		if c.probability == 0 {
			continue
		}
		if last = i; left < c.probability {
			return last
		}
		left -= c.probability
	}
	return last // Rounding took the draw past the end.
}

// fillUp adds the first of the places that were not drawn.
func fillUp(drawn []int, n, places int) []int {
	taken := make(map[int]bool, n)
	for _, place := range drawn {
		taken[place] = true
	}
	for place := 0; place < places && len(drawn) < n; place++ {
		if !taken[place] {
			drawn = append(drawn, place)
		}
	}
	return drawn
}

// stream returns the source of the draws of a prompt's text or search: it depends
// on the seed, the prompt and that number.
func stream(seed uint64, prompt []int32, index int) *rand.Rand {
	hash := fnv.New64a()
	for _, number := range append(prompt[:len(prompt):len(prompt)], int32(index)) {
		var bytes [4]byte
		binary.LittleEndian.PutUint32(bytes[:], uint32(number))
		_, _ = hash.Write(bytes[:])
	}
	return rand.New(rand.NewPCG(seed, hash.Sum64()))
}
