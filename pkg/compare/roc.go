package compare

import (
	"cmp"
	"errors"
	"slices"
)

// ScoredText is a text's score and who wrote the text.
type ScoredText struct {
	Owner string
	Score float64
}

// ROC says how well a score tells the texts of one side from those of the other.
type ROC struct {
	Positives int `json:"positives"`
	Negatives int `json:"negatives"`
	// Accuracy is the share of texts that the sign of their score puts on the right
	// side; 0 puts them on neither.
	Accuracy Measure `json:"accuracy"`
	AUC      Measure `json:"auc"`
	// The curve goes from (0, 0) to (1, 1) as the score above which a text counts
	// as positive falls: shares of the negatives and of the positives above it.
	FalsePositives []float64 `json:"false_positives"`
	TruePositives  []float64 `json:"true_positives"`
}

// ROCOf gives the receiver operating characteristic of scores, higher ones for what is held
// for positive, its area (the chance that a positive text scores above a negative one, ties
// counting half: Hanley and McNeil, "The meaning and use of the area under a receiver
// operating characteristic (ROC) curve", 1982), and the accuracy at a threshold of 0.
// Intervals come from resampling the texts, or the accounts, of each side separately.
//
// Where no text is out of place, or all are, every sample gives the same accuracy or area, and
// a bootstrap interval would have no width: [Wilson]'s is given instead, for the area that of
// as many pairs as the side with fewer has texts, or accounts: no more are independent.
func ROCOf(positive, negative []ScoredText, seed uint64) (ROC, error) {
	if len(positive) == 0 || len(negative) == 0 {
		return ROC{}, errors.New("compare: a ROC curve needs texts of both sides")
	}
	r := ROC{Positives: len(positive), Negatives: len(negative)}
	texts := [2][]ScoredText{positive, negative}
	ranked := ranked(texts)

	weights := once(texts)
	walk(ranked, weights, r.corner)
	owners := ownersOf(texts)
	measures := MeasuresOf(owners, 2, seed, func(samples [][]int, values []float64) {
		for side, sample := range samples {
			clear(weights[side])
			for _, i := range sample {
				weights[side][i]++
			}
		}
		values[0], values[1] = walk(ranked, weights, func(x, y float64) {})
	})
	accounts := [2]int{countDistinct(owners[0]), countDistinct(owners[1])}
	r.Accuracy = measures[0].widened(r.Positives+r.Negatives, accounts[0]+accounts[1])
	r.AUC = measures[1].widened(min(r.Positives, r.Negatives), min(accounts[0], accounts[1]))
	return r, nil
}

// AreaOf is the area of [ROCOf], without intervals; NaN where a side has no texts.
func AreaOf(positive, negative []ScoredText) float64 {
	texts := [2][]ScoredText{positive, negative}
	_, area := walk(ranked(texts), once(texts), func(x, y float64) {})
	return area
}

// once has each text stand once.
func once(texts [2][]ScoredText) (weights [2][]float64) {
	for side := range weights {
		weights[side] = slices.Repeat([]float64{1}, len(texts[side]))
	}
	return weights
}

// walk gives the accuracy and the area of texts that each stand weight times, and the points
// of the curve.
func walk(ranked [][]rankedText, weights [2][]float64, point func(x, y float64)) (accuracy, area float64) {
	var all, seen [2]float64
	for side := range weights {
		all[side] = sum(weights[side])
	}
	point(0, 0)
	for _, equal := range slices.Backward(ranked) { // from the highest score down
		var group [2]float64
		for _, t := range equal {
			group[t.side] += weights[t.side][t.index]
		}
		area += group[1] * (seen[0] + group[0]/2)
		switch score := equal[0].score; {
		case score > 0:
			accuracy += group[0]
		case score < 0:
			accuracy += group[1]
		}
		seen[0], seen[1] = seen[0]+group[0], seen[1]+group[1]
		point(seen[1]/all[1], seen[0]/all[0])
	}
	return accuracy / (all[0] + all[1]), area / (all[0] * all[1])
}

// corner appends a point of the curve; one that lies on the way from the point
// before to the next, straight up or across, is left out.
func (r *ROC) corner(x, y float64) {
	if n := len(r.FalsePositives); n > 1 {
		up := r.FalsePositives[n-2] == r.FalsePositives[n-1] && r.FalsePositives[n-1] == x
		across := r.TruePositives[n-2] == r.TruePositives[n-1] && r.TruePositives[n-1] == y
		if up || across {
			r.FalsePositives[n-1], r.TruePositives[n-1] = x, y
			return
		}
	}
	r.FalsePositives, r.TruePositives = append(r.FalsePositives, x), append(r.TruePositives, y)
}

// rankedText is a text among those of both sides.
type rankedText struct {
	side, index int
	score       float64
}

// ranked are the texts of both sides from the lowest score up, those of equal scores together.
func ranked(texts [2][]ScoredText) (groups [][]rankedText) {
	var list []rankedText
	for side, scored := range texts {
		for i, t := range scored {
			list = append(list, rankedText{side, i, t.Score})
		}
	}
	slices.SortStableFunc(list, func(a, b rankedText) int { return cmp.Compare(a.score, b.score) })
	for begin := 0; begin < len(list); {
		end := begin + 1
		for end < len(list) && cmp.Compare(list[begin].score, list[end].score) == 0 { // also of NaN
			end++
		}
		groups = append(groups, list[begin:end])
		begin = end
	}
	return groups
}
