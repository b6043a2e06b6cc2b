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
		greatest = max(greatest, v, -v)
	}
	scale := greatest / 127
	if scale == 0 { // Zeros, or all but zeros.
		return 0
	}
	for i, v := range values {
		// A scale that lost digits, as subnormal numbers do, may make it a little more than 127.
		rounded[i] = int8(max(-127, min(127, math.RoundToEven(float64(v)/float64(scale)))))
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

// rowsAtATime is how many rows a processor takes: enough to be worth its while, few
// enough for none to wait long for the last one.
const rowsAtATime = 64

// Mul sets y, [N,Rows], to the products of each row of x, [N,Cols], with the rows of m:
// x·mᵀ. The values of m are read once, from the first to the last, for that is what
// takes the time where N is small.
func (m *Matrix) Mul(y, x []float32) {
	n := len(x) / m.Cols
	Parallel(m.Rows, rowsAtATime, func(first, last int) {
		for row := first; row < last; row += 2 {
			if n < 4 || row+1 == last {
				m.mulRows(y, x, row, min(row+2, last))
				continue
			}
			for k := 0; k < n; k += 4 {
				k = min(k, n-4) // The last four overlap those before.
				sums := kernels.products(m.row(row), m.row(row+1), x[k*m.Cols:(k+4)*m.Cols])
				for i := range 4 {
					at := y[(k+i)*m.Rows+row:][:2]
					at[0], at[1] = m.Scales[row]*sums[i], m.Scales[row+1]*sums[4+i]
				}
			}
		}
	})
}

// mulRows is Mul for some rows, one by one.
func (m *Matrix) mulRows(y, x []float32, first, last int) {
	for row := first; row < last; row++ {
		for k := range len(x) / m.Cols {
			y[k*m.Rows+row] = m.Scales[row] * kernels.product(m.row(row), x[k*m.Cols:(k+1)*m.Cols])
		}
	}
}
