package chart

import "math"

// axisScale is a range with round ticks.
type axisScale struct{ Min, Max, Step float64 }

// niceScale covers lo…hi with about n steps of 1, 2, 2.5 or 5 times a power of ten.
// Values that are all equal get a range around them.
func niceScale(lo, hi float64, n int) axisScale {
	if lo > hi || math.IsInf(lo, 0) || math.IsInf(hi, 0) || math.IsNaN(lo) || math.IsNaN(hi) {
		return axisScale{0, 1, 0.2}
	}
	if lo == hi {
		pad := math.Abs(lo) / 10
		if pad == 0 {
			pad = 1
		}
		lo, hi = lo-pad, hi+pad
	}
	step := niceStep((hi - lo) / float64(n))
	return axisScale{
		Min:  round10(math.Floor(lo/step+1e-9) * step),
		Max:  round10(math.Ceil(hi/step-1e-9) * step),
		Step: step,
	}
}

// logScale covers lo…hi, both above 0, from a power of two to another. Where there is
// nothing to cover it is around 1.
func logScale(lo, hi float64) axisScale {
	if !(0 < lo && lo <= hi) || math.IsInf(hi, 0) {
		lo, hi = 1, 1
	}
	from, to := math.Floor(math.Log2(lo)+1e-9), math.Ceil(math.Log2(hi)-1e-9)
	if from == to {
		from, to = from-1, to+1
	}
	return axisScale{Min: math.Exp2(from), Max: math.Exp2(to)}
}

func niceStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if raw <= m*power*(1+1e-9) {
			return round10(m * power)
		}
	}
	return round10(10 * power)
}

// round10 drops the noise beyond ten significant digits: 0.30000000000000004 → 0.3.
func round10(v float64) float64 {
	if v == 0 {
		return 0 // also for −0
	}
	digits := 9 - math.Floor(math.Log10(math.Abs(v)))
	p := math.Pow(10, math.Abs(digits))
	if digits < 0 {
		return math.Round(v/p) * p
	}
	return math.Round(v*p) / p
}

// extent returns the least and the greatest of the finite values.
func extent(values ...[]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, list := range values {
		for _, v := range list {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	return lo, hi
}

// onStep tells whether v is a multiple of step.
func onStep(v, step float64) bool {
	return math.Abs(math.Remainder(v, step)) < 1e-9*step
}
