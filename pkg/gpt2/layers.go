package gpt2

import (
	"math"

	"github.com/gomlx/gomlx/core/graph"
)

// activations maps config.json's activation_function to its graph function.
var activations = map[string]func(x *graph.Node) *graph.Node{
	"gelu_new":          geluTanh,
	"gelu_pytorch_tanh": geluTanh,
	"gelu":              geluExact,
	"relu":              func(x *graph.Node) *graph.Node { return graph.MaxScalar(x, 0.0) },
}

// geluTanh is GELU by its tanh approximation (Hendrycks and Gimpel, 2016), which
// GPT-2 was trained with: ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))).
func geluTanh(x *graph.Node) *graph.Node {
	cube := graph.Mul(x, graph.Square(x))
	inner := graph.MulScalar(graph.Add(x, graph.MulScalar(cube, 0.044715)), math.Sqrt(2/math.Pi))
	return graph.Mul(graph.MulScalar(x, 0.5), graph.OnePlus(graph.Tanh(inner)))
}

// geluExact is GELU by its definition: ½x·(1 + erf(x/√2)).
func geluExact(x *graph.Node) *graph.Node {
	return graph.Mul(graph.MulScalar(x, 0.5), graph.OnePlus(graph.Erf(graph.MulScalar(x, math.Sqrt2/2))))
}

// linear applies the weights called name: x [N,in] → [N,out].
func (m *Model) linear(x *graph.Node, name string) *graph.Node {
	g := x.Graph()
	product := m.compute.product(x, []int{1}, nil, m.weight(g, name+".weight"), []int{0}, nil) // [N,out]
	return addBias(product, m.weight(g, name+".bias"))
}

// addBias adds a bias [out] to each row of a product [N,out], in float32.
func addBias(product, bias *graph.Node) *graph.Node {
	return graph.Add(single(product), graph.InsertAxes(bias, 0)) // + [1,out]
}

// layerNorm normalises each row of x [N,E] and scales and shifts it.
func (m *Model) layerNorm(x *graph.Node, name string) *graph.Node {
	gains, shifts := m.weight(x.Graph(), name+".weight"), m.weight(x.Graph(), name+".bias") // [E]
	scaled := graph.Mul(m.normalize(x), graph.InsertAxes(gains, 0))                         // · [1,E]
	return graph.Add(scaled, graph.InsertAxes(shifts, 0))                                   // + [1,E]
}

// normalize gives each row of x [N,E] a mean of 0 and a variance of 1.
func (m *Model) normalize(x *graph.Node) *graph.Node {
	mean := graph.ReduceAndKeep(x, graph.ReduceMean, -1) // [N,1]
	centered := graph.Sub(x, mean)
	variance := graph.ReduceAndKeep(graph.Square(centered), graph.ReduceMean, -1) // [N,1]
	deviation := graph.Sqrt(graph.AddScalar(variance, m.Config.LayerNormEpsilon)) // [N,1]
	return graph.Div(centered, deviation)                                         // [N,E]
}

// normProduct is linear(layerNorm(x)) but for the bias [out], which is still to be added to
// the product [N,out].
//
// In training in bfloat16 the norm's gains g and shifts s act on the weights instead,
// (x·g + s)·W + b = x·(g·W) + (s·W + b), so that their gradients are sums over the rows of
// W, of which there are far fewer than N.
func (m *Model) normProduct(x *graph.Node, norm, name string, dropout *Dropout) (product, bias *graph.Node) {
	g := x.Graph()
	weights, bias := m.weight(g, name+".weight"), m.weight(g, name+".bias") // [E,out] and [out]
	if dropout == nil || !m.compute.BFloat16 {
		x = m.layerNorm(x, norm)
	} else {
		x = m.normalize(x)
		gains, shifts := m.weight(g, norm+".weight"), m.weight(g, norm+".bias") // [E]
		bias = graph.Add(bias, graph.ReduceSum(graph.Mul(graph.InsertAxes(shifts, -1), weights), 0))
		weights = graph.Mul(graph.InsertAxes(gains, -1), weights)
	}
	return m.compute.product(x, []int{1}, nil, weights, []int{0}, nil), bias
}

// feedForward is a block's second part, from its norm on: x [N,E] → [N,E]. What is kept of
// its widest values for the backward pass is as products have it: in bfloat16, half of
// float32's memory.
func (m *Model) feedForward(x *graph.Node, block string, dropout *Dropout) *graph.Node {
	activate := activations[m.Config.ActivationFunction]
	x, bias := m.normProduct(x, block+"ln_2", block+"mlp.c_fc", dropout) // [N,4E]
	x = m.compute.recomputed(dropout, func(in []*graph.Node) *graph.Node {
		x := m.compute.roundGradient(addBias(in[0], bias))
		return m.compute.factor(activate(x))
	}, x) // [N,4E]
	x = m.linear(x, block+"mlp.c_proj") // [N,E]
	return dropout.residual(x)
}
