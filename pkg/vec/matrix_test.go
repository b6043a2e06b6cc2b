package vec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// What numpy gives for rint(w / s), s = float32(max|w| / 127) of each row.
func TestRound(t *testing.T) {
	m := Round([]float32{
		0.5, -1, 0.25, 0.1,
		0, 0, 0, 0,
		127, 2.5, 3.5, -0.5, // Halves go to the even neighbour.
		-3, 1, 2, 3,
	}, 4, 4)
	values := []int8{64, -127, 32, 13, 0, 0, 0, 0, 127, 2, 4, 0, -127, 42, 85, 127}
	if !slices.Equal(m.Values, values) {
		t.Errorf("values = %v, want %v", m.Values, values)
	}
	if scales := []float32{1. / 127, 0, 1, 3. / 127}; !slices.Equal(m.Scales, scales) {
		t.Errorf("scales = %v, want %v", m.Scales, scales)
	}
	row := make([]float32, 4)
	m.Row(row, 3)
	for i, want := range []float32{-3, 42 * (3. / 127), 85 * (3. / 127), 3} {
		if math.Abs(float64(row[i]-want)) > 1e-6 {
			t.Errorf("value %d of row 3 = %v, want %v", i, row[i], want)
		}
	}
}

// No value is further from what it was than half a step, and the greatest magnitude of a
// row stays, however small it is.
func TestRoundIsNear(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const rows, cols = 70, 33
	values, rounded := make([]float32, rows*cols), make([]float32, cols)
	for i := range values {
		values[i] = float32(random.NormFloat64() * math.Pow(10, float64(-i/cols%46)))
	}
	m := Round(values, rows, cols)
	for row := range rows {
		m.Row(rounded, row)
		step := float64(m.Scales[row])
		for i, v := range rounded {
			if off := math.Abs(float64(v) - float64(values[row*cols+i])); step > 1e-40 && off > step*(0.5+1e-4) {
				t.Errorf("row %d, value %d: %v became %v in steps of %v", row, i, values[row*cols+i], v, step)
			}
		}
	}
}

func TestMul(t *testing.T) {
	for name, k := range onThisProcessor() {
		t.Run(name, func(t *testing.T) {
			defer func(before kernel) { kernels = before }(kernels)
			kernels = k
			for _, size := range [][3]int{{1, 1, 1}, {1, 130, 768}, {2, 3, 15}, {3, 64, 65}, {4, 2, 16}, {5, 129, 40}, {10, 65, 100}, {16, 66, 31}} {
				n, rows, cols := size[0], size[1], size[2]
				x, m := normal(n*cols), Round(normal(rows*cols), rows, cols)
				y, row := make([]float32, n*rows), make([]float32, cols)
				m.Mul(y, x)
				for i := range rows {
					m.Row(row, i)
					for k := range n {
						near(t, fmt.Sprintf("%v: y[%d,%d]", size, k, i), y[k*rows+i], x[k*cols:(k+1)*cols], row)
					}
				}
			}
		})
	}
}

func TestDotAndAddScaled(t *testing.T) {
	for name, k := range onThisProcessor() {
		for _, n := range []int{0, 1, 7, 8, 15, 16, 17, 64, 100} {
			x, y := normal(n), normal(n)
			near(t, fmt.Sprintf("%s: dot of %d", name, n), k.dot(x, y), x, y)
			sum := slices.Clone(y)
			k.addScaled(sum, 0.5, x)
			for i := range sum {
				near(t, fmt.Sprintf("%s: sum %d of %d", name, i, n), sum[i], []float32{0.5, 1}, []float32{x[i], y[i]})
			}
		}
	}
}

// near holds a sum of products against the same in double precision. The rounding of
// float32 is relative to the magnitudes that are summed up.
func TestMax(t *testing.T) {
	nan, none := float32(math.NaN()), float32(math.Inf(-1))
	for name, k := range onThisProcessor() {
		for n := range 70 {
			x := normal(n)
			for i := range x {
				x[i] -= 100
			}
			want := none
			for i := range x { // The highest stands at each place once.
				x[i] += 100
				if got, want := k.max(x), x[i]; got != want {
					t.Errorf("%s, %d values: %v, want %v", name, n, got, want)
				}
				x[i] = nan
				if got := k.max(x); got == got {
					t.Errorf("%s, %d values, of which %d is NaN: %v", name, n, i, got)
				}
				x[i] = none
			}
			if got := k.max(x); got != want {
				t.Errorf("%s, %d times -Inf: %v", name, n, got)
			}
		}
	}
}

func TestSumExp(t *testing.T) {
	for name, k := range onThisProcessor() {
		for _, n := range []int{0, 1, 255, 256, 5000, 50257} {
			for _, spread := range []float32{0.01, 3, 60, 1000} {
				x := normal(n)
				most := float32(math.Inf(-1))
				for i := range x {
					x[i] *= spread
					most = max(most, x[i])
				}
				if n > 300 {
					x[7], x[280] = float32(math.Inf(-1)), -math.MaxFloat32 // ruled out
				}
				got, want := k.sumExp(x, most), sumExp(x, most)
				if !(math.Abs(got-want) <= 1e-6*want) {
					t.Errorf("%s, %d values of spread %v: %v, want %v", name, n, spread, got, want)
				}
			}
		}
	}
}

func BenchmarkSumExp(b *testing.B) {
	x := normal(50257)
	for name, k := range onThisProcessor() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				k.sumExp(x, 5)
			}
		})
	}
}

func near(t *testing.T, what string, got float32, x, y []float32) {
	t.Helper()
	var want, magnitude float64
	for i := range x {
		want += float64(x[i]) * float64(y[i])
		magnitude += math.Abs(float64(x[i]) * float64(y[i]))
	}
	if off := math.Abs(float64(got) - want); !(off <= 1e-6*magnitude) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func normal(n int) []float32 {
	random := rand.New(rand.NewPCG(uint64(n), 3))
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(random.NormFloat64())
	}
	return values
}

func TestParallelDoesEachOnce(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		done := make([]int, n)
		Parallel(n, 64, func(first, last int) {
			for i := first; i < last; i++ {
				done[i]++
			}
		})
		if slices.ContainsFunc(done, func(times int) bool { return times != 1 }) {
			t.Errorf("of %d: %v", n, done)
		}
	}
}
