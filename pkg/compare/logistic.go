package compare

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //nolint:staticcheck // GoMLX graph code reads as formulas.
	"github.com/gomlx/gomlx/core/tensors"
)

// logistic is a logistic regression on rows of features that are there or not.
type logistic struct {
	exec     *Exec
	rows     *tensors.Tensor // [N, K] int32: the features of each row, see newLogistic
	first    *tensors.Tensor // [N] float64: 1 for rows of the first side, else 0
	n        int
	features int // F, without the intercept
}

// newLogistic prepares the regression. Each row lists its features, of which there
// are F. A row of the tensor holds them, feature F, which all rows have and whose
// weight is the intercept, and after them F+1, which has no weight.
func newLogistic(be compute.Backend, rows [][]int32, first []bool, features int) (*logistic, error) {
	width := 1
	for _, row := range rows {
		width = max(width, 1+len(row))
	}
	flat, truth := make([]int32, len(rows)*width), make([]float64, len(rows))
	for i, row := range rows {
		cells := flat[i*width : (i+1)*width]
		cells[0] = int32(features)
		for j := copy(cells[1:], row) + 1; j < width; j++ {
			cells[j] = int32(features) + 1
		}
		if first[i] {
			truth[i] = 1
		}
	}
	exec, err := NewExec(be, logisticGraph)
	if err != nil {
		return nil, err
	}
	return &logistic{
		exec: exec, n: len(rows), features: features,
		rows:  tensors.FromFlatDataAndDimensions(flat, len(rows), width),
		first: tensors.FromFlatDataAndDimensions(truth, len(rows)),
	}, nil
}

func (l *logistic) close() {
	l.exec.Finalize()
	_, _ = l.rows.FinalizeAll(), l.first.FinalizeAll()
}

// logisticGraph gives what is minimised, its gradient, and the rows' logits. Inputs,
// all float64 but the rows:
//
//	x     [F+1] the features' weights and the intercept
//	costs [N] what it costs to be wrong in a row; 0 leaves the row out
//	first [N] 1 for rows of the first side, else 0
//	rows  [N, K] int32
//
// With z the logits, y the sides and w the weights without the intercept, it is
//
//	Σ costs · (ln(1 + eᶻ) − y·z) + ½ Σ w²
func logisticGraph(inputs []*Node) []*Node {
	x, costs, first, rows := inputs[0], inputs[1], inputs[2], inputs[3]
	g := x.Graph()
	n, width := rows.Shape().Dimensions[0], rows.Shape().Dimensions[1]
	size := x.Shape().Dimensions[0]
	cells := Reshape(rows, n*width, 1)
	one := shapes.Make(dtypes.Float64, 1)

	weights := Concatenate([]*Node{x, Zeros(g, one)}, 0)         // [F+2]
	z := ReduceSum(Reshape(Gather(weights, cells), n, width), 1) // [N]
	// ln(1 + eᶻ), in a form that does not overflow.
	softplus := Add(Max(z, ZerosLike(z)), Log1P(Exp(Neg(Abs(z)))))
	w := Slice(x, AxisRange(0, size-1))
	value := Add(ReduceAllSum(Mul(costs, Sub(softplus, Mul(first, z)))), MulScalar(ReduceAllSum(Square(w)), 0.5))

	slope := Mul(costs, Sub(Sigmoid(z), first)) // [N]: of the value by z
	spread := Reshape(BroadcastToDims(Reshape(slope, n, 1), n, width), n*width)
	gradient := Slice(ScatterSum(ZerosLike(weights), cells, spread, false, false), AxisRange(0, size))
	gradient = Add(gradient, Concatenate([]*Node{w, Zeros(g, one)}, 0))
	return []*Node{value, gradient, z}
}

// evaluate runs the graph.
func (l *logistic) evaluate(x, costs []float64) (value float64, gradient, logits []float64, err error) {
	inputs := [2]*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, len(x)), tensors.FromFlatDataAndDimensions(costs, len(costs))}
	out, err := l.exec.Call(inputs[0], inputs[1], l.first, l.rows)
	for _, t := range inputs {
		_ = t.FinalizeAll()
	}
	if err != nil {
		return 0, nil, nil, err
	}
	var flat [3][]float64
	for i, t := range out {
		if flat[i], err = tensors.CopyFlatData[float64](t); err != nil {
			return 0, nil, nil, err
		}
		_ = t.FinalizeAll()
	}
	return flat[0][0], flat[1], flat[2], nil
}

// fit finds the weights, beginning from some, which it leaves as they are.
func (l *logistic) fit(ctx context.Context, from, costs []float64) ([]float64, error) {
	return minimize(ctx, from, func(x []float64) (float64, []float64, error) {
		value, gradient, _, err := l.evaluate(x, costs)
		return value, gradient, err
	})
}

// How minimize goes about: the steps that it remembers, the length of the gradient at
// which it ends, and the most steps.
const (
	remembered   = 10
	flatEnough   = 1e-6
	mostSteps    = 2000
	mostHalvings = 60
)

// minimize finds the minimum of a smooth convex function of x, beginning from a
// point: L-BFGS (Liu and Nocedal, "On the limited memory BFGS method for large scale
// optimization", 1989; Nocedal and Wright, "Numerical Optimization", 2006, algorithm
// 7.4) with steps that are halved until the value falls enough.
//
// It ends where the gradient is no longer than 1e-6. What is minimised here curves by
// at least 1 along every weight, so that no weight is then farther than about 1e-6
// from the minimum.
func minimize(ctx context.Context, from []float64, f func(x []float64) (float64, []float64, error)) ([]float64, error) {
	x := append([]float64(nil), from...)
	value, gradient, err := f(x)
	if err != nil {
		return nil, err
	}
	type step struct{ s, y []float64 } // of the point and of the gradient
	var steps []step
	for range mostSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if math.Sqrt(dot(gradient, gradient)) <= flatEnough {
			return x, nil
		}
		direction := append([]float64(nil), gradient...)
		alpha := make([]float64, len(steps))
		for i := len(steps) - 1; i >= 0; i-- {
			alpha[i] = dot(steps[i].s, direction) / dot(steps[i].s, steps[i].y)
			addTo(direction, -alpha[i], steps[i].y)
		}
		if n := len(steps); n > 0 {
			scale(direction, dot(steps[n-1].s, steps[n-1].y)/dot(steps[n-1].y, steps[n-1].y))
		} else {
			scale(direction, 1/math.Sqrt(dot(gradient, gradient)))
		}
		for i := range steps {
			beta := dot(steps[i].y, direction) / dot(steps[i].s, steps[i].y)
			addTo(direction, alpha[i]-beta, steps[i].s)
		}
		scale(direction, -1)

		slope, length := dot(gradient, direction), 1.0
		var next, nextGradient []float64
		var nextValue float64
		for halvings := 0; ; halvings++ {
			if halvings == mostHalvings {
				return nil, errors.New("the logistic regression finds no lower value: its numbers are not finite, or its engine is not exact")
			}
			next = append(next[:0], x...)
			addTo(next, length, direction)
			if nextValue, nextGradient, err = f(next); err != nil {
				return nil, err
			}
			// Near the minimum the value's own rounding hides how it falls.
			if rounding := 1e-13 * math.Abs(value); nextValue <= value+1e-4*length*slope+rounding {
				break
			}
			length /= 2
		}
		s, y := append([]float64(nil), next...), append([]float64(nil), nextGradient...)
		addTo(s, -1, x)
		addTo(y, -1, gradient)
		if dot(s, y) > 0 {
			steps = append(steps, step{s, y})
			steps = steps[max(0, len(steps)-remembered):]
		}
		x, value, gradient = next, nextValue, nextGradient
	}
	return nil, fmt.Errorf("the logistic regression did not end within %d steps: use fewer terms or a stronger regularisation", mostSteps)
}

func dot(a, b []float64) float64 {
	total := 0.0
	for i, v := range a {
		total += v * b[i]
	}
	return total
}

// addTo adds factor times b to a.
func addTo(a []float64, factor float64, b []float64) {
	for i, v := range b {
		a[i] += factor * v
	}
}

func scale(a []float64, factor float64) {
	for i := range a {
		a[i] *= factor
	}
}
