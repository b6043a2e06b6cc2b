package gpt2

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Dropout supplies the dropout masks of one graph. A nil *Dropout drops nothing:
// that is evaluation.
//
// An element of a mask is a hash of the state, of the number of the dropout in the graph,
// and of the element's index. So masks depend only on (seed, step), are the same on every
// engine, and can be computed where they are used instead of being stored.
type Dropout struct {
	rates DropoutRates
	state *graph.Node // [2] uint32
	sites uint32
}

// NewDropout makes dropout from a state node, an input of the graph that is fed
// with a [DropoutState].
func NewDropout(rates DropoutRates, state *graph.Node) *Dropout {
	state.AssertDims(2)
	return &Dropout{rates: rates, state: state}
}

// embeddings, attention and residual apply dropout where their names say.
func (d *Dropout) embeddings(x *graph.Node) *graph.Node {
	if d == nil {
		return x
	}
	return d.apply(x, d.rates.Embeddings)
}

func (d *Dropout) attention(x *graph.Node) *graph.Node {
	if d == nil {
		return x
	}
	return d.apply(x, d.rates.Attention)
}

func (d *Dropout) residual(x *graph.Node) *graph.Node {
	if d == nil {
		return x
	}
	return d.apply(x, d.rates.Residual)
}

// keepsAttention tells whether all attention weights are kept.
func (d *Dropout) keepsAttention() bool { return d == nil || d.rates.Attention == 0 }

// DropoutState returns the state, [2] uint32, that gives the dropout masks of one
// training step.
func DropoutState(seed, step uint64) *tensors.Tensor {
	mixed := mix64(mix64(seed) ^ step)
	return tensors.FromFlatDataAndDimensions([]uint32{uint32(mixed >> 32), uint32(mixed)}, 2)
}

// mix64 is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
func mix64(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// apply zeroes each value of x with probability rate and scales the others so
// that the expectation stays.
func (d *Dropout) apply(x *graph.Node, rate float64) *graph.Node {
	if rate == 0 {
		return x
	}
	d.sites++
	g := x.Graph()
	size := x.Shape().Size()
	key := graph.AddScalar(d.state, mix32(d.sites)) // [2]
	first := graph.Slice(key, graph.AxisElem(0))    // [1]
	second := graph.Slice(key, graph.AxisElem(1))   // [1]

	bits := graph.Iota(g, shapes.Make(dtypes.Uint32, size), 0) // [size]
	bits = scramble(graph.BitwiseXor(bits, first))
	bits = scramble(graph.Add(bits, second))

	threshold := uint32(math.Round(rate * (1 << 32)))
	keep := graph.GreaterOrEqual(bits, graph.Scalar(g, dtypes.Uint32, threshold))
	keep = graph.Reshape(keep, x.Shape().Dimensions...)
	scaled := graph.MulScalar(x, 1/(1-rate))
	return graph.Where(keep, scaled, graph.ScalarZero(g, x.DType()))
}

// scramble is a 32-bit integer hash (xor-shift and multiply), applied to every
// element.
func scramble(x *graph.Node) *graph.Node {
	x = graph.BitwiseXor(x, graph.BitwiseShiftRightLogicalScalar(x, uint32(16)))
	x = graph.MulScalar(x, uint32(0x7feb352d))
	x = graph.BitwiseXor(x, graph.BitwiseShiftRightLogicalScalar(x, uint32(15)))
	x = graph.MulScalar(x, uint32(0x846ca68b))
	return graph.BitwiseXor(x, graph.BitwiseShiftRightLogicalScalar(x, uint32(16)))
}

// mix32 is scramble on the host: it sets the places in the graph apart.
func mix32(x uint32) uint32 {
	x = (x ^ x>>16) * 0x7feb352d
	x = (x ^ x>>15) * 0x846ca68b
	return x ^ x>>16
}
