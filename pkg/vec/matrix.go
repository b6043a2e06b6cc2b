package vec

import "math"

// Matrix is a matrix of int8 with a scale for each row: an element's value is the int8
// times the scale of its row.
type Matrix struct {
	Rows, Cols int
	Values     []int8    // [Rows,Cols], row by row
	Scales     []float32 // [Rows]
}

// Round returns the matrix that is nearest to values, [rows,cols], where the greatest
// magnitude of each row becomes ±127.
func Round(values []float32, rows, cols int) *Matrix {
	m := &Matrix{Rows: rows, Cols: cols, Values: make([]int8, rows*cols), Scales: make([]float32, rows)}
	Parallel(rows, rowsAtATime, func(first, last int) {
		for row := first; row < last; row++ {
			m.Scales[row] = round(m.row(row), values[row*cols:(row+1)*cols])
		}
	})
	return m
}

// round rounds a row and returns its scale.
func round(rounded []int8, values []float32) float32 {
	var greatest float32
	for _, v := range values {
		if magnitude := float32(math.Abs(float64(v))); magnitude > greatest {
			greatest = magnitude
		}
	}
	scale := greatest / 127
	if scale == 0 { // Zeros, or all but zeros.
		return 0
	}
	for i, v := range values {
		// A scale that lost digits, as subnormal numbers do, may make it a little more than 127.
		rounded[i] = int8(max(-127, min(127, int(math.RoundToEven(float64(v)/float64(scale))))))
	}
	return scale
}

// Row writes the values of a row to values, [Cols].
func (m *Matrix) Row(values []float32, row int) {
	for i, v := range m.row(row) {
		values[i] = float32(v) * m.Scales[row]
	}
}

func (m *Matrix) row(row int) []int8 { return m.Values[row*m.Cols : (row+1)*m.Cols] }

// rowsAtATime is how many rows a processor takes at a time: enough to be worth the handing
// out, few enough that no processor works long after the others are done.
const rowsAtATime = 64

// Mul sets y, [N,Rows], to the products of each row of x, [N,Cols], with the rows of m:
// x·mᵀ. For small N the time goes into reading m, so m is read once, and at several places
// at a time, which has the processor prefetch more of it.
func (m *Matrix) Mul(y, x []float32) {
	n := len(x) / m.Cols
	Parallel(m.Rows, rowsAtATime, func(first, last int) {
		if n < 4 {
			m.mulOneByOne(y, x, first, last)
		} else {
			m.mulByFour(y, x, first, last)
		}
	})
}

// mulOneByOne is Mul for some rows of m: four of them with a row of x at a time.
func (m *Matrix) mulOneByOne(y, x []float32, first, last int) {
	quarter := (last - first + 3) / 4
	for row := first; row < first+quarter; row++ {
		var at [4]int
		for i := range at {
			at[i] = min(row+i*quarter, last-1) // The last one again where there are no four.
		}
		for k := range len(x) / m.Cols {
			sums := kernels.fourRows(m.row(at[0]), m.row(at[1]), m.row(at[2]), m.row(at[3]), x[k*m.Cols:(k+1)*m.Cols])
			for i, row := range at {
				y[k*m.Rows+row] = m.Scales[row] * sums[i]
			}
		}
	}
}

// mulByFour is Mul for some rows of m: two of them with four rows of x at a time.
func (m *Matrix) mulByFour(y, x []float32, first, last int) {
	half := (last - first + 1) / 2
	for a := first; a < first+half; a++ {
		b := min(a+half, last-1)
		for k := 0; k < len(x)/m.Cols; k += 4 {
			k = min(k, len(x)/m.Cols-4) // The last four may overlap those before.
			sums := kernels.twoRows(m.row(a), m.row(b), x[k*m.Cols:(k+4)*m.Cols])
			for i := range 4 {
				y[(k+i)*m.Rows+a], y[(k+i)*m.Rows+b] = m.Scales[a]*sums[i], m.Scales[b]*sums[4+i]
			}
		}
	}
}
