package generate

import (
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// beam is a beginning that a search follows.
type beam struct {
	text  []int32
	score float32 // sum of the log-probabilities, as the search reshaped them
}

// with returns the beam's text with one token more, in memory of its own.
func (b beam) with(token int32) []int32 {
	return append(slices.Clone(b.text), token)
}

// candidate is a continuation of a beam by one token.
type candidate struct {
	beam  int
	token int32
	score float32
}

// accumulate scores the continuations of all beams: [beams·V], one beam after the
// other. score turns the logits of the i-th beam's next token into the scores of its
// continuations; it is called for several beams at a time.
func accumulate(flat []float32, beams []beam, scores [][]float32, score func(i int, b beam, scores []float32)) []float32 {
	vocabulary := len(scores[0])
	flat = slices.Grow(flat[:0], len(beams)*vocabulary)[:len(beams)*vocabulary]
	vec.Parallel(len(beams), 1, func(i, _ int) {
		score(i, beams[i], scores[i])
		copy(flat[i*vocabulary:], scores[i])
	})
	return flat
}

// choose returns n candidates: drawn ones, in the order of the draws, or the best ones in
// descending order.
func (j *job) choose(flat []float32, beams, n int) ([]candidate, error) {
	vocabulary := len(flat) / beams
	n = min(n, len(flat))
	var places []int
	if j.options.DoSample {
		var err error
		if places, err = j.draw(flat, n); err != nil {
			return nil, err
		}
	} else {
		if best := float64(vec.Max(flat)); math.IsInf(best, 0) || math.IsNaN(best) {
			return nil, errNothingLeft
		}
		places = highest(flat, n)
	}
	list := make([]candidate, len(places))
	for i, place := range places {
		list[i] = candidate{place / vocabulary, int32(place % vocabulary), flat[place]}
	}
	return list, nil
}

// highest returns the indices of the n highest scores in descending order; ties keep their
// order.
func highest(scores []float32, n int) []int {
	lowest := heapOfHighest(nil, scores, n)[0]
	var places, ties []int
	for i, score := range scores {
		switch {
		case score > lowest:
			places = append(places, i)
		case score == lowest && len(ties) < n:
			ties = append(ties, i)
		}
	}
	places = append(places, ties[:min(len(ties), n-len(places))]...)
	slices.SortStableFunc(places, func(a, b int) int { return descending(scores[a], scores[b]) })
	return places
}

// descending sorts from the highest down.
func descending[T float32 | float64](a, b T) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// logSoftmax turns logits into log-probabilities, in place.
func logSoftmax(scores []float32) {
	most := vec.Max(scores)
	logarithm := float32(math.Log(vec.SumExp(scores, most)))
	for i, score := range scores {
		scores[i] = score - most - logarithm
	}
}
