package vec

import "math"

// kernels are what most of the time is spent in: those for this processor.
var kernels = plain

// plain needs nothing of the processor.
var plain = kernel{dot, addScaled, highest, sumExp, fourRows, twoRows}

type kernel struct {
	// dot, addScaled, max and sumExp are [Dot], [AddScaled], [Max] and [SumExp].
	dot       func(x, y []float32) float32
	addScaled func(y []float32, a float32, x []float32)
	max       func(x []float32) float32
	sumExp    func(x []float32, most float32) float64
	// fourRows returns the inner products of four rows of a matrix with x.
	fourRows func(a, b, c, d []int8, x []float32) [4]float32
	// twoRows returns the inner products of the row a with each of four vectors that
	// follow each other in x, and then those of the row b.
	twoRows func(a, b []int8, x []float32) [8]float32
}

// Dot returns the inner product of two vectors of one length.
func Dot(x, y []float32) float32 { return kernels.dot(x, y) }

// AddScaled adds a·x to y, a vector of the same length.
func AddScaled(y []float32, a float32, x []float32) { kernels.addScaled(y, a, x) }

// Max returns the highest of x: NaN if any of x is NaN, -Inf if x is empty.
func Max(x []float32) float32 { return kernels.max(x) }

func highest(x []float32) float32 {
	most := float32(math.Inf(-1))
	for _, v := range x {
		if v > most || v != v {
			most = v
		}
	}
	return most
}

// SumExp returns Σ exp(x[i] − most), where most is the highest of x: with vector
// instructions to within 10⁻⁶ of it, relatively.
func SumExp(x []float32, most float32) float64 { return kernels.sumExp(x, most) }

func sumExp(x []float32, most float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v - most))
	}
	return sum
}

func dot(x, y []float32) float32 {
	var sum float32
	y = y[:len(x)]
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func addScaled(y []float32, a float32, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

func fourRows(a, b, c, d []int8, x []float32) [4]float32 {
	a, b, c, d = a[:len(x)], b[:len(x)], c[:len(x)], d[:len(x)]
	var sumA, sumB, sumC, sumD float32 // Four sums, so that none waits for the one before.
	for i, v := range x {
		sumA += float32(a[i]) * v
		sumB += float32(b[i]) * v
		sumC += float32(c[i]) * v
		sumD += float32(d[i]) * v
	}
	return [4]float32{sumA, sumB, sumC, sumD}
}

func twoRows(a, b []int8, x []float32) (sums [8]float32) {
	n := len(a)
	for k := range 4 {
		one := x[k*n : (k+1)*n]
		sums[k], sums[4+k] = product(a, one), product(b, one)
	}
	return sums
}

func product(row []int8, x []float32) float32 {
	var sum float32
	x = x[:len(row)]
	for i, v := range row {
		sum += float32(v) * x[i]
	}
	return sum
}
