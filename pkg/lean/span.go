package lean

import "math"

// ShortestSpan returns the shortest run of words, [begin, end), whose leans add up to at least
// a share, in (0, 1], of the sum of all leans. Of several such runs it is the one with the
// largest sum, then the first. Words that lean the other way count against a run. If all leans
// add up to 0, the run is empty.
func ShortestSpan(leans []float64, share float64) (begin, end int) {
	total := 0.0
	for _, lean := range leans {
		total += lean
	}
	if total == 0 {
		return 0, 0
	}
	wanted := share * math.Abs(total)
	// The whole adds up to the total, however it is rounded.
	end = len(leans)
	most := math.Abs(total)
	for i := range leans {
		run := 0.0
		for j := i; j < len(leans) && j+1-i <= end-begin; j++ {
			run += leans[j] * math.Copysign(1, total)
			if shorter := j+1-i < end-begin; run >= wanted && (shorter || run > most) {
				begin, end, most = i, j+1, run
			}
		}
	}
	return begin, end
}
