package compare

import "math"

// normal975 is the 97.5th percentile of the normal distribution.
const normal975 = 1.959963984540054

// estimate is a figure of some texts and its sampling variance.
type estimate struct{ value, variance float64 }

// jackknife gives the variance of a figure of some texts (Tukey, "Bias and confidence in
// not-quite large samples", 1958; Efron and Tibshirani, "An Introduction to the Bootstrap",
// 1993, chapter 11). changes say how the figure changes when each text in turn is left out.
// No text is ever repeated, so it also suits figures that measure repetition. If the order
// of the texts does not matter, it does not underestimate on average, whatever the figure
// (Efron and Stein, "The jackknife estimate of variance", 1981). It treats texts as
// independent of each other.
func jackknife(changes []float64) float64 {
	n := float64(len(changes))
	mean, squares := sum(changes)/n, 0.0
	for _, c := range changes {
		squares += (c - mean) * (c - mean)
	}
	return squares * (n - 1) / n
}

// meanShare is the mean of a share over samples that have no text in common. Its 95 %
// interval is the normal one of the log-odds, so that it stays between 0 and 1; there is
// none of fewer than [FewestTexts] texts, or if no text makes a difference.
func meanShare(samples [][][]int32, measure func(sample [][]int32) estimate) Measure {
	value, variance, n, texts := 0.0, 0.0, float64(len(samples)), 0
	for _, sample := range samples {
		texts += len(sample)
		e := measure(sample)
		value += e.value / n
		variance += e.variance / (n * n)
	}
	m := Measure{Value: value}
	if variance > 0 && texts >= FewestTexts {
		odds := value / (1 - value)
		factor := math.Exp(normal975 * math.Sqrt(variance) / (value * (1 - value)))
		m.Within = &Interval{Low: odds / (odds + factor), High: odds * factor / (1 + odds*factor)}
	}
	return m
}
