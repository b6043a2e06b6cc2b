package classify

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //nolint:staticcheck // GoMLX graph code reads as formulas.
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

// logistic is a logistic regression on rows of binary features.
type logistic struct {
	exec     *Exec
	rows     *tensors.Tensor // [N, K] int32: the features of each row, see newLogistic
	first    []bool          // rows of the first side; see setSides
	truth    *tensors.Tensor // [N] float64: 1 for those, else 0
	n        int
	features int // F, without the intercept
}

// newLogistic prepares the regression. Each row lists its features, of which there
// are F. A row of the tensor holds them, feature F, which all rows have and whose
// weight is the intercept, and after them F+1, which has no weight.
func newLogistic(be compute.Backend, rows [][]int32, features int) (*logistic, error) {
	width := 1
	for _, row := range rows {
		width = max(width, 1+len(row))
	}
	flat := make([]int32, len(rows)*width)
	for i, row := range rows {
		cells := flat[i*width : (i+1)*width]
		cells[0] = int32(features)
		for j := copy(cells[1:], row) + 1; j < width; j++ {
			cells[j] = int32(features) + 1
		}
	}
	exec, err := NewExec(be, logisticGraph)
	if err != nil {
		return nil, err
	}
	return &logistic{
		exec: exec, n: len(rows), features: features,
		rows: tensors.FromFlatDataAndDimensions(flat, len(rows), width),
	}, nil
}

// setSides says which rows are the first side's; it must be called before any evaluation.
func (l *logistic) setSides(first []bool) {
	truth := make([]float64, len(first))
	for i, isFirst := range first {
		if isFirst {
			truth[i] = 1
		}
	}
	l.freeTruth()
	l.first, l.truth = first, tensors.FromFlatDataAndDimensions(truth, len(truth))
}

func (l *logistic) freeTruth() {
	if l.truth != nil {
		_ = l.truth.FinalizeAll()
	}
}

func (l *logistic) close() {
	l.exec.Finalize()
	_ = l.rows.FinalizeAll()
	l.freeTruth()
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
	out, err := l.exec.Call(inputs[0], inputs[1], l.truth, l.rows)
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

// flatEnough times the costs of all rows together is the size of the gradient at which fit
// stops. The curvature of the objective is at least 1 along every weight, so no weight is
// then much farther than that from the minimum. (float64 does not resolve finer differences
// at that size.)
const (
	flatEnough = 1e-8
	nearlyFlat = 1e-4 // where only the order of scores counts
)

// fit finds the weights by L-BFGS (Liu and Nocedal, "On the limited memory BFGS method for large
// scale optimization", 1989), starting from the given ones, which it does not change. It stops
// where the gradient is at most flat times the costs of all rows together.
func (l *logistic) fit(ctx context.Context, from, costs []float64, flat float64) ([]float64, error) {
	var failed error
	// Gonum asks for the value and the gradient at a point one after the other; the
	// graph gives both.
	var at, slope []float64
	var value float64
	evaluate := func(x []float64) {
		if failed != nil || at != nil && slices.Equal(at, x) {
			return
		}
		if failed = ctx.Err(); failed == nil {
			at = append(at[:0], x...)
			value, slope, _, failed = l.evaluate(x, costs)
		}
	}
	found, err := optimize.Minimize(optimize.Problem{
		Func: func(x []float64) float64 {
			evaluate(x)
			return value
		},
		Grad: func(gradient, x []float64) {
			evaluate(x)
			copy(gradient, slope)
		},
		Status: func() (optimize.Status, error) {
			if failed != nil {
				return optimize.Failure, failed
			}
			return optimize.NotTerminated, nil
		},
	}, from, &optimize.Settings{GradientThreshold: flat * floats.Sum(costs), Converger: optimize.NeverTerminate{}},
		&optimize.LBFGS{GradStopThreshold: math.NaN()})
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, fmt.Errorf("the logistic regression does not find its minimum: %w", err)
	}
	return found.X, nil
}
