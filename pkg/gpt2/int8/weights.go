package gpt2

import (
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// Int8 is a GPT-2 whose matrices are rounded to int8: symmetrically, with one scale for
// each output of a linear layer and for each token of the embedding. It takes a quarter
// of the memory, and an [Int8Decoder] computes with it. Positions, biases and
// normalisations stay float32.
//
// Predictions change little: of the laptop's models of the demo corpus, on test tweets,
// the bits per byte change by 0.03 % at most (0.35662 became 0.35659), and the likeliest
// next token is another one at 0.3 to 0.5 % of the places (go run
// ./scripts/benchmarks/rounding MODEL TEXTS measures it).
type Int8 struct {
	Config   Config
	matrices map[string]*vec.Matrix // by the parameter's name; [out,in] of linear layers
	vectors  map[string][]float32   // the other parameters
}

// round adds a parameter: weights of linear layers as [out,in].
func (w *Int8) round(d declaration, values []float32) {
	switch {
	case d.isLinear():
		w.matrices[d.name] = vec.Round(values, d.dims[1], d.dims[0])
	case d.isEmbedding():
		w.matrices[d.name] = vec.Round(values, d.dims[0], d.dims[1])
	default:
		w.vectors[d.name] = slices.Clone(values)
	}
}

// isLinear tells whether a parameter is the weights of a linear layer, [in,out].
func (d declaration) isLinear() bool {
	return len(d.dims) == 2 && !d.isEmbedding() && d.name != positionEmbedding
}

// isEmbedding tells whether a parameter has a row for each token.
func (d declaration) isEmbedding() bool { return d.name == tokenEmbedding || d.name == outputWeights }

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
