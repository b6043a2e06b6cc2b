package gpt2

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
)

// Compute says how a model's graphs compute. It changes no weights.
type Compute struct {
	// BFloat16 multiplies matrices in bfloat16, summing up in float32. Weights,
	// normalisation, softmax and losses stay float32.
	BFloat16 bool
	// Checkpoint keeps only the input of each layer for the backward pass and recomputes
	// the rest (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016).
	Checkpoint bool
}

// dot contracts axes of x and y, over batch axes, to float32: see [graph.DotGeneral].
func (c Compute) dot(x *graph.Node, xContracting, xBatch []int, y *graph.Node, yContracting, yBatch []int) *graph.Node {
	return single(c.product(x, xContracting, xBatch, y, yContracting, yBatch))
}

// product is dot, but leaves the result in the type that it is computed in. In bfloat16
// both factors and the product are rounded to it, and so are those of the gradients: GoMLX
// computes these in the type of the accumulator, where one is named. None is, and engines
// accumulate in float32 all the same.
func (c Compute) product(x *graph.Node, xContracting, xBatch []int, y *graph.Node, yContracting, yBatch []int) *graph.Node {
	if !c.BFloat16 {
		return graph.DotGeneral(x, xContracting, xBatch, y, yContracting, yBatch)
	}
	product := graph.Dot(half(x), half(y)).WithAccumulatorDType(dtypes.InvalidDType)
	return product.General(xContracting, xBatch, yContracting, yBatch)
}

// factor rounds x to the type of products' factors.
func (c Compute) factor(x *graph.Node) *graph.Node {
	if !c.BFloat16 {
		return x
	}
	return half(x)
}

// roundGradient returns x. Its gradient is rounded to the type of products' factors before
// anything is computed from it, sums among others. It is for large ones that XLA writes
// down on a GPU: in float32 that would take twice the memory and time.
func (c Compute) roundGradient(x *graph.Node) *graph.Node {
	if !c.BFloat16 {
		return x
	}
	return graph.IdentityWithCustomGradient(x, func(_, v *graph.Node) *graph.Node {
		return single(graph.OptimizationBarrier(half(v)))
	})
}

// half rounds to bfloat16.
func half(x *graph.Node) *graph.Node { return graph.ConvertDType(x, dtypes.BFloat16) }

// single makes float32 of bfloat16.
func single(x *graph.Node) *graph.Node { return graph.ConvertDType(x, dtypes.Float32) }

// layerInput marks x as the input of a layer.
func (c Compute) layerInput(x *graph.Node) *graph.Node {
	if !c.Checkpoint {
		return x
	}
	return x.Checkpoint()
}

// lastOutput marks x as the output of the last layer.
func (c Compute) lastOutput(x *graph.Node) *graph.Node {
	if !c.Checkpoint {
		return x
	}
	return x.StopCheckpoint()
}

// recomputed builds a part of a layer. In training (dropout is not nil) only its inputs and
// its result are kept for the backward pass. It suits parts that produce many numbers
// cheaply, such as the B·H·T² attention weights. With Checkpoint the whole layer is
// recomputed, and nothing inside it is kept.
func (c Compute) recomputed(dropout *Dropout, part func(inputs []*graph.Node) *graph.Node, inputs ...*graph.Node) *graph.Node {
	if dropout == nil || c.Checkpoint {
		return part(inputs)
	}
	kept := make([]*graph.Node, len(inputs))
	for i, input := range inputs {
		kept[i] = input.Checkpoint()
	}
	return part(kept).StopCheckpoint()
}
