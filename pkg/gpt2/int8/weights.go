package int8

import (
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// Weights are those of a GPT-2 with its matrices rounded to int8: symmetrically, with one
// scale for each output of a linear layer and for each token of the embedding. They take a
// quarter of the memory, and a [Decoder] computes with them. Positions, biases and
// normalisations stay float32.
//
// Predictions change little: for the laptop models of the demo corpus, on test tweets, bits
// per byte change by at most 0.03 % (0.35662 became 0.35659), and the likeliest next token
// changes at 0.3 to 0.5 % of positions (go run ./scripts/benchmarks/rounding MODEL TEXTS
// measures it).
type Weights struct {
	Config   config.GPT2
	matrices map[string]*vec.Matrix // by the parameter's name; [out,in] of linear layers
	vectors  map[string][]float32   // the other parameters
}

// Round rounds the weights of a float32 model. read calls use with the values of the
// parameter of that name, which stay as they are.
func Round(c config.GPT2, read func(name string, use func(values []float32)) error) (*Weights, error) {
	w := newWeights(c)
	var scratch []float32
	for _, p := range c.Parameters() {
		err := read(p.Name, func(values []float32) {
			switch {
			case isLinear(p):
				scratch = slices.Grow(scratch[:0], len(values))[:len(values)]
				transpose(scratch, values, p.Dims[0], p.Dims[1])
				w.matrices[p.Name] = vec.Round(scratch, p.Dims[1], p.Dims[0])
			case isEmbedding(p):
				w.matrices[p.Name] = vec.Round(values, p.Dims[0], p.Dims[1])
			default:
				w.vectors[p.Name] = slices.Clone(values)
			}
		})
		if err != nil {
			return nil, fmt.Errorf("rounding a GPT-2 to int8: parameter %s: %w", p.Name, err)
		}
	}
	return w, nil
}

func newWeights(c config.GPT2) *Weights {
	return &Weights{c, map[string]*vec.Matrix{}, map[string][]float32{}}
}

// Float32 returns the values of a parameter as a float32 model with the rounded weights
// would have them. They must not be changed.
func (w *Weights) Float32(p config.Parameter) []float32 {
	m := w.matrices[p.Name]
	if m == nil {
		return w.vectors[p.Name]
	}
	values := make([]float32, m.Rows*m.Cols)
	for row := range m.Rows {
		m.Row(values[row*m.Cols:(row+1)*m.Cols], row)
	}
	if isLinear(p) {
		turned := make([]float32, len(values))
		transpose(turned, values, m.Rows, m.Cols)
		return turned
	}
	return values
}

// isLinear tells whether a parameter is the weights of a linear layer, [in,out].
func isLinear(p config.Parameter) bool {
	return len(p.Dims) == 2 && !isEmbedding(p) && p.Name != config.PositionEmbedding
}

// isEmbedding tells whether a parameter has a row for each token.
func isEmbedding(p config.Parameter) bool {
	return p.Name == config.TokenEmbedding || p.Name == config.OutputWeights
}

// transpose turns values, [rows,cols], into turned, [cols,rows].
func transpose(turned, values []float32, rows, cols int) {
	vec.Parallel(cols, 16, func(first, last int) { // 16 values are what the processor reads at a time.
		for row := range rows {
			for col := first; col < last; col++ {
				turned[col*rows+row] = values[row*cols+col]
			}
		}
	})
}
