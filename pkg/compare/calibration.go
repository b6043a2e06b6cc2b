package compare

import (
	"errors"
	"math"
	"slices"
)

// Calibration says how well scores can be read as odds, and by what they must be multiplied
// for that. Scores are natural logarithms of odds, above 0 for the first side; both sides
// have the same weight, however many texts they have.
type Calibration struct {
	// HeldOut are the texts, of each side, that the scale was estimated on.
	HeldOut [2]int `json:"held_out"`
	// Scale is what scores are multiplied by: 1 divided by the temperature. Below 1, the
	// scores are overconfident.
	Scale Measure `json:"scale"`
	// Scales are the least and the greatest scale used for any text. Each text's is
	// estimated on all held-out texts except those of its own account.
	Scales Interval `json:"scales"`
	// WithOwn counts the texts judged by the scale of all held-out texts, their own
	// account's included, because no other account of their side has any.
	WithOwn int    `json:"with_own"`
	Texts   [2]int `json:"texts"` // judged, of each side

	Before CalibrationErrors `json:"before"` // of the scores as they are
	After  CalibrationErrors `json:"after"`  // of the scores times their scale
	// Brier and LogLoss are the errors after less those before.
	Brier   Measure `json:"brier"`
	LogLoss Measure `json:"log_loss"`
}

// CalibrationErrors say how far predicted probabilities are from what is true.
type CalibrationErrors struct {
	// Brier is the mean squared difference between the probability and the truth, 1 or 0: ¼
	// where all probabilities are ½ (Brier, "Verification of forecasts expressed in terms
	// of probability", 1950).
	Brier Measure `json:"brier"`
	// LogLoss is the mean of −log₂ of the probability given to the truth: 1 where all are
	// ½.
	LogLoss Measure `json:"log_loss"`
	// Bins are the points of the reliability curve, by increasing probability, of about the
	// same weight.
	Bins []CalibrationBin `json:"bins"`
}

// CalibrationBin groups texts of neighbouring probabilities.
type CalibrationBin struct {
	Texts     [2]int  `json:"texts"`
	Predicted float64 `json:"predicted"` // mean probability of the first side
	Greatest  float64 `json:"greatest"`  // of their probabilities
	Observed  Measure `json:"observed"`  // share of the first side
}

// Like returns the bin of texts of about such a probability.
func (e CalibrationErrors) Like(probability float64) CalibrationBin {
	for _, bin := range e.Bins {
		if probability <= bin.Greatest {
			return bin
		}
	}
	return e.Bins[len(e.Bins)-1]
}

// greatestScale bounds the scale where the held-out texts are perfectly separated.
const greatestScale = 10

// Calibrate finds the temperature that turns scores into probabilities: the number by which
// to divide them so that the log loss on held-out texts is least (Guo, Pleiss, Sun and
// Weinberger, "On Calibration of Modern Neural Networks", 2017). The models must not have
// learnt from them. It then measures the scores of other texts before and after scaling.
// Each text is scaled by a temperature estimated without its own account's texts, so that a
// scaled score owes nothing to who wrote the text. held and judged have the texts of the
// first side and of the second; they may be the same.
//
// A temperature changes neither which side a text is assigned to nor, apart from small
// differences between accounts, which of two texts is assigned with more certainty.
func Calibrate(held, judged [2][]ScoredText, seed uint64) (Calibration, error) {
	for _, texts := range []([2][]ScoredText){held, judged} {
		if len(texts[0]) == 0 || len(texts[1]) == 0 {
			return Calibration{}, errors.New("compare: a calibration needs texts of both sides, to learn from and to judge")
		}
	}
	c := Calibration{HeldOut: [2]int{len(held[0]), len(held[1])}, Texts: [2]int{len(judged[0]), len(judged[1])}}
	c.Scale = MeasuresOf(ownersOf(held), 1, seed, func(samples [][]int, values []float64) {
		values[0] = scaleOf(drawn(held, samples))
	})[0]
	scales := c.scalesWithout(held, judged)

	mended := judged
	for side, texts := range judged {
		mended[side] = slices.Clone(texts)
		for i := range texts {
			mended[side][i].Score *= scales[side][i]
		}
	}
	errorsOf := [4][2][]float64{losses(judged, brier), losses(mended, brier), losses(judged, logLoss), losses(mended, logLoss)}
	owners := ownersOf(judged)
	measures := MeasuresOf(owners, 6, seed, func(samples [][]int, values []float64) {
		for k, of := range errorsOf {
			values[k] = 0
			for side, sample := range samples {
				total := 0.0
				for _, i := range sample {
					total += of[side][i]
				}
				values[k] += total / float64(len(sample)) / 2
			}
		}
		values[4], values[5] = values[1]-values[0], values[3]-values[2]
	})
	c.Before = CalibrationErrors{measures[0], measures[2], reliability(judged, owners, seed)}
	c.After = CalibrationErrors{measures[1], measures[3], reliability(mended, owners, seed)}
	c.Brier, c.LogLoss = measures[4], measures[5]
	return c, nil
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// losses are the texts' losses, each given the log-odds of its true side.
func losses(texts [2][]ScoredText, loss func(score float64) float64) (out [2][]float64) {
	for side, list := range texts {
		for _, t := range list {
			score := t.Score
			if side == 1 {
				score = -score
			}
			out[side] = append(out[side], loss(score))
		}
	}
	return out
}

func brier(score float64) float64 { return sigmoid(-score) * sigmoid(-score) }

// logLoss is −log₂ of the probability, in a form that does not overflow.
func logLoss(score float64) float64 {
	return (max(-score, 0) + math.Log1p(math.Exp(-math.Abs(score)))) / math.Ln2
}

func ownersOf(texts [2][]ScoredText) [][]string {
	owners := make([][]string, len(texts))
	for side, list := range texts {
		for _, t := range list {
			owners[side] = append(owners[side], t.Owner)
		}
	}
	return owners
}

// drawn are scores, towards the first side, of the texts of a sample.
func drawn(texts [2][]ScoredText, samples [][]int) (scores [2][]float64) {
	for side, sample := range samples {
		for _, i := range sample {
			scores[side] = append(scores[side], texts[side][i].Score)
		}
	}
	return scores
}

// scalesWithout gives each judged text the scale of the held-out texts of other accounts.
func (c *Calibration) scalesWithout(held, judged [2][]ScoredText) (scales [2][]float64) {
	c.Scales = Interval{math.Inf(1), 0}
	known := map[string]float64{} // by account
	for side, texts := range judged {
		for _, t := range texts {
			scale, ok := known[t.Owner]
			if !ok {
				var others [2][]float64
				for of, list := range held {
					for _, h := range list {
						if h.Owner != t.Owner {
							others[of] = append(others[of], h.Score)
						}
					}
				}
				scale = math.NaN() // there are none
				if len(others[0]) > 0 && len(others[1]) > 0 {
					scale = scaleOf(others)
				}
				known[t.Owner] = scale
			}
			if math.IsNaN(scale) {
				c.WithOwn++
				scale = c.Scale.Value
			}
			c.Scales.Low, c.Scales.High = min(c.Scales.Low, scale), max(c.Scales.High, scale)
			scales[side] = append(scales[side], scale)
		}
	}
	return scales
}

// scaleOf is the number from 0 to greatestScale by which to multiply scores for the least
// log loss. The loss is convex, so the root of its slope is found by Newton's method, with
// bisection where a step would leave the bracket.
func scaleOf(scores [2][]float64) float64 {
	slope := func(scale float64) (first, second float64) {
		for side, list := range scores {
			sign := 1 - 2*float64(side) // scores are towards the first side
			weight := 1 / float64(len(list))
			for _, s := range list {
				s *= sign
				wrong := sigmoid(-s * scale)
				first -= weight * s * wrong
				second += weight * s * s * wrong * (1 - wrong)
			}
		}
		return first, second
	}
	low, high := 0.0, float64(greatestScale)
	if first, _ := slope(low); first >= 0 {
		return low
	}
	if first, _ := slope(high); first <= 0 {
		return high
	}
	scale := 1.0
	for range 100 {
		first, second := slope(scale)
		if first < 0 {
			low = scale
		} else {
			high = scale
		}
		next := scale - first/second
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-scale) < 1e-12 {
			return next
		}
		scale = next
	}
	return scale
}

const (
	mostBins      = 10
	textsOfOneBin = 20 // at least, of both sides
)

// reliability groups texts of neighbouring probabilities in bins of equal weight, and
// measures the share of the first side in each. Texts of equal scores are in one bin.
func reliability(texts [2][]ScoredText, owners [][]string, seed uint64) []CalibrationBin {
	n := max(2, min(mostBins, (len(texts[0])+len(texts[1]))/textsOfOneBin))
	bins := make([]CalibrationBin, n)
	weight := [2]float64{0.5 / float64(len(texts[0])), 0.5 / float64(len(texts[1]))}
	of := [2][]int{make([]int, len(texts[0])), make([]int, len(texts[1]))} // the bin of each text
	weights := make([]float64, n)
	before := 0.0
	for _, equal := range ranked(texts) {
		share := 0.0 // of the weight of all texts
		for _, t := range equal {
			share += weight[t.side]
		}
		b := min(n-1, int((before+share/2)*float64(n)))
		before += share
		for _, t := range equal {
			of[t.side][t.index] = b
			bins[b].Texts[t.side]++
			bins[b].Greatest = sigmoid(t.score)
			bins[b].Predicted += weight[t.side] * bins[b].Greatest
			weights[b] += weight[t.side]
		}
	}
	counts := make([][2]float64, n)
	observed := MeasuresOf(owners, n, seed, func(samples [][]int, values []float64) {
		clear(counts)
		for side, sample := range samples {
			for _, i := range sample {
				counts[of[side][i]][side] += 1 / float64(len(sample))
			}
		}
		for b, c := range counts {
			values[b] = c[0] / (c[0] + c[1])
		}
	})
	for b := range bins {
		if weights[b] == 0 {
			continue
		}
		bins[b].Predicted /= weights[b]
		if share := observed[b].Value; share == 0 || share == 1 {
			// Every draw is like the texts themselves: see [ShareOf].
			total := bins[b].Texts[0] + bins[b].Texts[1]
			observed[b] = Measure{Value: share, Within: Wilson(bins[b].Texts[0], total)}
		}
		bins[b].Observed = observed[b]
	}
	// Texts of equal scores, or one text of a side with few, may weigh as much as several bins.
	return slices.DeleteFunc(bins, func(bin CalibrationBin) bool { return bin.Texts == [2]int{} })
}
