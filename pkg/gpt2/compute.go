package gpt2

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
)

// Compute says how a model's graphs compute. It changes no weights.
type Compute struct {
	// BFloat16 multiplies matrices in bfloat16 and sums up in float32. Weights,
	// normalisation, softmax and losses stay float32.
	BFloat16 bool
	// Checkpoint keeps, for the gradients, nothing of a layer but its input, and
	// computes the rest again (Chen et al., "Training Deep Nets with Sublinear Memory
	// Cost", 2016).
	Checkpoint bool
}

// dot contracts axes of x and y, over batch axes, to float32: see
// [graph.DotGeneral].
func (c Compute) dot(x *graph.Node, xContracting, xBatch []int, y *graph.Node, yContracting, yBatch []int) *graph.Node {
	if !c.BFloat16 {
		return graph.DotGeneral(x, xContracting, xBatch, y, yContracting, yBatch)
	}
	return half(x, xContracting, xBatch, y, yContracting, yBatch)
}

// half is a product in bfloat16, summed up in float32.
func half(x *graph.Node, xContracting, xBatch []int, y *graph.Node, yContracting, yBatch []int) *graph.Node {
	round := func(n *graph.Node) *graph.Node { return graph.ConvertDType(n, dtypes.BFloat16) }
	return graph.Dot(round(x), round(y)).WithOutputDType(dtypes.Float32).General(xContracting, xBatch, yContracting, yBatch)
}

// matMul multiplies x [N,in] by w [in,out]; or by its transpose, where w is [out,in] and
// transposed is true. The gradients are products of the same arithmetic: GoMLX's own are
// of float32 where the result is, which with bfloat16 is two thirds of all work.
func (c Compute) matMul(x, w *graph.Node, transposed bool) *graph.Node {
	in, out := 0, 1 // axes of w
	if transposed {
		in, out = 1, 0
	}
	if !c.BFloat16 || c.Checkpoint { // What follows would keep x for the gradients.
		return c.dot(x, []int{1}, nil, w, []int{in}, nil)
	}
	// The gradient of a node with one input can be our own, of a product's it cannot. So the
	// product's gradient is noted when it arrives, and what each factor is handed is put
	// aside for the one made of it; nothing computes what is put aside.
	var arrived *graph.Node
	ofX := func(_, _ *graph.Node) *graph.Node {
		return half(arrived, []int{1}, nil, w, []int{out}, nil) // [N,out]·[in,out]ᵀ
	}
	ofW := func(_, _ *graph.Node) *graph.Node {
		if transposed {
			return half(arrived, []int{0}, nil, x, []int{0}, nil) // [N,out]ᵀ·[N,in]
		}
		return half(x, []int{0}, nil, arrived, []int{0}, nil) // [N,in]ᵀ·[N,out]
	}
	product := half(graph.IdentityWithCustomGradient(x, ofX), []int{1}, nil, graph.IdentityWithCustomGradient(w, ofW), []int{in}, nil)
	return graph.IdentityWithCustomGradient(product, func(_, gradient *graph.Node) *graph.Node {
		arrived = gradient
		return gradient
	})
}

// layerInput marks x as the input of a layer.
func (c Compute) layerInput(x *graph.Node) *graph.Node {
	if !c.Checkpoint {
		return x
	}
	return x.Checkpoint()
}

// lastOutput marks x as what the last layer gives.
func (c Compute) lastOutput(x *graph.Node) *graph.Node {
	if !c.Checkpoint {
		return x
	}
	return x.StopCheckpoint()
}

// recomputed builds a part of a layer. In training (dropout is not nil) nothing of
// it is kept for the gradients but its inputs and its result: it serves parts that
// make many numbers with little work, as the B·H·T² attention weights.
func recomputed(dropout *Dropout, part func(inputs []*graph.Node) *graph.Node, inputs ...*graph.Node) *graph.Node {
	if dropout == nil {
		return part(inputs)
	}
	kept := make([]*graph.Node, len(inputs))
	for i, input := range inputs {
		kept[i] = input.Checkpoint()
	}
	return part(kept).StopCheckpoint()
}
