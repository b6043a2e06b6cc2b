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
	return m.addBias(m.product(x, name), name)
}

// product is linear without its bias, in the type of [Compute.product].
func (m *Model) product(x *graph.Node, name string) *graph.Node {
	return m.compute.product(x, []int{1}, nil, m.weight(x.Graph(), name+".weight"), []int{0}, nil) // [N,out]
}

// addBias completes linear: x [N,out] → [N,out] float32.
func (m *Model) addBias(x *graph.Node, name string) *graph.Node {
	return graph.Add(single(x), graph.InsertAxes(m.weight(x.Graph(), name+".bias"), 0)) // + [1,out]
}

// layerNorm normalises each row of x [N,E] and scales and shifts it.
func (m *Model) layerNorm(x *graph.Node, name string) *graph.Node {
	g := x.Graph()
	mean := graph.ReduceAndKeep(x, graph.ReduceMean, -1) // [N,1]
	centered := graph.Sub(x, mean)
	variance := graph.ReduceAndKeep(graph.Square(centered), graph.ReduceMean, -1) // [N,1]
	deviation := graph.Sqrt(graph.AddScalar(variance, m.Config.LayerNormEpsilon)) // [N,1]
	normal := graph.Div(centered, deviation)                                      // [N,E]
	gains := graph.BroadcastToShape(graph.InsertAxes(m.weight(g, name+".weight"), 0), x.Shape())
	gained := graph.Mul(normal, m.compute.roundGradient(gains))              // · [N,E], the same in each row
	return graph.Add(gained, graph.InsertAxes(m.weight(g, name+".bias"), 0)) // + [1,E]
}

// feedForward is a block's second part: x [N,E] → [N,E]. What is kept of its widest values
// for the backward pass is as products have it: in bfloat16, half of float32's memory.
func (m *Model) feedForward(x *graph.Node, block string, dropout *Dropout) *graph.Node {
	activate := activations[m.Config.ActivationFunction]
	x = m.product(x, block+"mlp.c_fc") // [N,4E]
	x = m.compute.recomputed(dropout, func(in []*graph.Node) *graph.Node {
		x := m.compute.roundGradient(m.addBias(in[0], block+"mlp.c_fc"))
		return m.compute.factor(activate(x))
	}, x) // [N,4E]
	x = m.linear(x, block+"mlp.c_proj") // [N,E]
	return dropout.residual(x)
}
