package compare

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Interval is where a figure would lie in 95 of 100 samples like the one it was
// measured on.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// bootstrapStream sets these random numbers apart from all others that are drawn
// from the same seed.
const bootstrapStream = 0x626f6f74 // "boot"

// defaultResamples keep the ends of an interval still to about two per cent of
// its width.
const defaultResamples = 2000

// Bootstrap gives 95 % intervals by the percentile method (Efron, "Bootstrap
// methods: another look at the jackknife", 1979; Efron and Tibshirani, "An
// Introduction to the Bootstrap", 1993, chapter 13).
//
// The texts of each group are drawn anew, with replacement, as many as there are;
// statistic writes what it finds in the drawn texts, samples[group] being their
// indices, into values. The interval of values[i] goes from the 2.5th to the
// 97.5th percentile of what was found, with linear interpolation. What is not a
// number (a share of nothing) is left out; an interval is nil where that is more
// than half of the draws.
//
// The interval says how much chance there is in which texts were drawn. It knows
// nothing of a biased collection, and treats texts as independent of each other.
func Bootstrap(groups []int, outputs int, seed uint64, statistic func(samples [][]int, values []float64)) []*Interval {
	return bootstrap(groups, outputs, seed, defaultResamples, statistic)
}

func bootstrap(groups []int, outputs int, seed uint64, resamples int, statistic func(samples [][]int, values []float64)) []*Interval {
	random := rand.New(rand.NewPCG(seed, bootstrapStream))
	samples := make([][]int, len(groups))
	for g, n := range groups {
		samples[g] = make([]int, n)
	}
	found := make([][]float64, outputs)
	values := make([]float64, outputs)
	for range resamples {
		for g, n := range groups {
			for i := range samples[g] {
				samples[g][i] = random.IntN(n)
			}
		}
		statistic(samples, values)
		for i, v := range values {
			if !math.IsNaN(v) {
				found[i] = append(found[i], v)
			}
		}
	}
	intervals := make([]*Interval, outputs)
	for i, values := range found {
		if 2*len(values) > resamples {
			slices.Sort(values)
			intervals[i] = &Interval{Low: quantile(values, 0.025), High: quantile(values, 0.975)}
		}
	}
	return intervals
}

// Measure is a mean or share with its interval over texts.
type Measure struct {
	Value  float64   `json:"value"`
	Within *Interval `json:"interval,omitempty"`
}

// MeasureOf is Σ above / Σ below over texts, with its interval: a share of words,
// say, or with ones below a mean.
func MeasureOf(above, below []float64, seed uint64) Measure {
	return Measure{sum(above) / sum(below), Bootstrap([]int{len(above)}, 1, seed, func(samples [][]int, values []float64) {
		values[0] = ratio(above, below, samples[0])
	})[0]}
}

func ratio(above, below []float64, sample []int) float64 {
	a, b := 0.0, 0.0
	for _, i := range sample {
		a += above[i]
		b += below[i]
	}
	return a / b
}

// quantile interpolates between the sorted values, as numpy does by default.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
