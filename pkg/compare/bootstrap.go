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

// bootstrapStream keeps these random numbers independent of all others drawn from the same
// seed.
const bootstrapStream = 0x626f6f74 // "boot"

// defaultResamples keeps the ends of an interval stable to about two per cent of its width.
const defaultResamples = 2000

// Bootstrap gives 95 % intervals by the percentile method (Efron, "Bootstrap
// methods: another look at the jackknife", 1979; Efron and Tibshirani, "An
// Introduction to the Bootstrap", 1993, chapter 13).
//
// The texts of each group are resampled with replacement, as many as there are. statistic
// computes its values on a sample, of which samples[group] holds the indices. The interval
// of values[i] goes from the 2.5th to the 97.5th percentile of its samples, with linear
// interpolation. NaN (a share of nothing) is left out; an interval is nil if that is more
// than half of the samples.
//
// Percentiles of samples of few texts lie too close together: of five normal ones, the
// interval of their mean holds the true one in 83 of 100 cases, not 95; of ten, in 90. Below
// [FewestTexts] in any group all intervals are nil.
//
// The interval reflects the chance in which texts were collected. It cannot reflect a
// biased collection, and treats texts as independent of each other; [BootstrapAccounts]
// does not.
func Bootstrap(groups []int, outputs int, seed uint64, statistic func(samples [][]int, values []float64)) []*Interval {
	return bootstrap(groups, outputs, seed, defaultResamples, statistic)
}

// FewestTexts is the least number of texts in each group for which an interval over texts is
// given.
const FewestTexts = 10

func bootstrap(groups []int, outputs int, seed uint64, resamples int, statistic func(samples [][]int, values []float64)) []*Interval {
	if slices.Min(groups) < FewestTexts {
		return make([]*Interval, outputs)
	}
	draw := func(random *rand.Rand, sample []int, g int) []int {
		for range groups[g] {
			sample = append(sample, random.IntN(groups[g]))
		}
		return sample
	}
	return resample(len(groups), outputs, seed, resamples, draw, statistic)
}

// FewestAccounts is the least number of accounts in each group for which an interval over
// accounts is given.
const FewestAccounts = 10

// BootstrapAccounts gives intervals as [Bootstrap] does, but draws accounts: owners[group]
// names who wrote each text, and drawing an account draws all its texts (Davison and
// Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8; Field and Welsh,
// "Bootstrapping clustered data", 2007). So it accounts for the similarity of one account's
// texts, and says what the figure might be with other accounts of the same kind. Where
// accounts differ, it is wider than the interval over texts.
//
// A group of few accounts has few distinct samples (two accounts have three), which give
// too narrow an interval: Cameron, Gelbach and Miller ("Bootstrap-Based Improvements for
// Inference with Clustered Errors", 2008) find so even with twenty. Below [FewestAccounts]
// in any group all intervals are nil.
func BootstrapAccounts(owners [][]string, outputs int, seed uint64, statistic func(samples [][]int, values []float64)) []*Interval {
	return bootstrapAccounts(owners, outputs, seed, defaultResamples, statistic)
}

func bootstrapAccounts(owners [][]string, outputs int, seed uint64, resamples int, statistic func(samples [][]int, values []float64)) []*Interval {
	texts := make([][][]int, len(owners)) // of each account of each group
	for g, names := range owners {
		if texts[g] = accountsOf(names, 0); len(texts[g]) < FewestAccounts {
			return make([]*Interval, outputs)
		}
	}
	draw := func(random *rand.Rand, sample []int, g int) []int {
		for range texts[g] {
			sample = append(sample, texts[g][random.IntN(len(texts[g]))]...)
		}
		return sample
	}
	return resample(len(owners), outputs, seed, resamples, draw, statistic)
}

// resample draws many samples of all groups and returns the percentiles of statistic. draw
// appends the indices of one sample of group g.
func resample(groups, outputs int, seed uint64, resamples int, draw func(random *rand.Rand, sample []int, g int) []int, statistic func(samples [][]int, values []float64)) []*Interval {
	random := rand.New(rand.NewPCG(seed, bootstrapStream))
	samples := make([][]int, groups)
	found := make([][]float64, outputs)
	values := make([]float64, outputs)
	for range resamples {
		for g := range samples {
			samples[g] = draw(random, samples[g][:0], g)
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

// Measure is a figure with its intervals over texts and, where there are enough
// of them, over accounts.
type Measure struct {
	Value    float64   `json:"value"`
	Within   *Interval `json:"interval,omitempty"`
	Accounts *Interval `json:"interval_accounts,omitempty"`
}

// MeasureOf is Σ above / Σ below over texts, with its interval: for example a share of
// words, or a mean if below is all ones.
func MeasureOf(above, below []float64, seed uint64) Measure {
	within := Bootstrap([]int{len(above)}, 1, seed, func(samples [][]int, values []float64) {
		values[0] = ratio(above, below, samples[0])
	})
	return Measure{Value: sum(above) / sum(below), Within: within[0]}
}

// ShareOf is the share of texts for which something holds, with its intervals. owners names
// who wrote each. If it holds for all texts or for none, every sample gives the same share
// and a bootstrap interval would have no width: [Wilson]'s is given instead, for that over
// accounts as if each had all of its texts or none. Of fewer than [FewestTexts] it is
// Wilson's, too.
func ShareOf(owners []string, holds []bool, seed uint64) Measure {
	count := func(sample []int) (hits int) {
		for _, i := range sample {
			if holds[i] {
				hits++
			}
		}
		return hits
	}
	m := MeasuresOf([][]string{owners}, 1, seed, func(samples [][]int, values []float64) {
		values[0] = float64(count(samples[0])) / float64(len(samples[0]))
	})[0]
	if len(holds) < FewestTexts {
		hits := math.Round(m.Value * float64(len(holds)))
		m.Within = Wilson(int(hits), len(holds))
	}
	return m.widened(len(holds), countDistinct(owners))
}

// widened returns a share with [Wilson]'s intervals, of so many texts and of so many accounts,
// where those that were drawn have no width because it is the share of all or of none.
func (m Measure) widened(texts, accounts int) Measure {
	if m.Value != 0 && m.Value != 1 {
		return m
	}
	if m.Within != nil {
		m.Within = Wilson(int(m.Value)*texts, texts)
	}
	if m.Accounts != nil {
		m.Accounts = Wilson(int(m.Value)*accounts, accounts)
	}
	return m
}

// countDistinct counts different names.
func countDistinct(names []string) int {
	seen := map[string]bool{}
	for _, name := range names {
		seen[name] = true
	}
	return len(seen)
}

// MedianOf is the median of values, one for each text, with its intervals. owners names who
// wrote each.
func MedianOf(owners []string, values []float64, seed uint64) Measure {
	drawn := make([]float64, 0, len(values))
	return MeasuresOf([][]string{owners}, 1, seed, func(samples [][]int, found []float64) {
		drawn = drawn[:0]
		for _, i := range samples[0] {
			drawn = append(drawn, values[i])
		}
		slices.Sort(drawn)
		found[0] = quantile(drawn, 0.5)
	})[0]
}

// MeasuresOf gives statistic's values for the texts themselves, with intervals over texts
// and over accounts where [Bootstrap] and [BootstrapAccounts] give them. owners[group] names
// who wrote each text.
func MeasuresOf(owners [][]string, outputs int, seed uint64, statistic func(samples [][]int, values []float64)) []Measure {
	sizes, all := make([]int, len(owners)), make([][]int, len(owners))
	for g, names := range owners {
		sizes[g] = len(names)
		for i := range names {
			all[g] = append(all[g], i)
		}
	}
	values := make([]float64, outputs)
	statistic(all, values)
	texts, accounts := Bootstrap(sizes, outputs, seed, statistic), BootstrapAccounts(owners, outputs, seed, statistic)
	measures := make([]Measure, outputs)
	for i, value := range values {
		measures[i] = Measure{value, texts[i], accounts[i]}
	}
	return measures
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
