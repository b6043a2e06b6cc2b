package word2vec

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph" //nolint:staticcheck // GoMLX graph code reads as formulas.
)

// maxLogit is where a prediction counts as certain: word2vec.c and Spark skip
// the update of a node whose dot product is this large or larger.
const maxLogit = 6

// trainBatch returns the function that runs the micro-batches of one batch one
// after the other, in a loop on the device. Its inputs, with V words, D
// dimensions and L the length of the longest path:
//
//	input  [V, D] vectors of words as context (syn0)
//	output [V, D] vectors of inner nodes (syn1); the last row is never used
//	paths  [V, L] int32: see pathTable
//	stream [steps, width] int32: see batch
//	used   int32, the micro-batches of the stream to run
//	rate   float32, the learning rate
//
// It returns the new input and output.
func trainBatch(l layout) func(inputs []*Node) []*Node {
	return func(inputs []*Node) []*Node {
		input, output, paths := inputs[0], inputs[1], inputs[2]
		stream, used, rate := inputs[3], inputs[4], inputs[5]
		g := input.Graph()
		// The scalars travel in the loop's state, since XLA's builder takes values
		// from outside the loop in Gather but not in arithmetic.
		initial := []*Node{Const(g, int32(0)), used, rate, input, output}
		state := func(g *Graph) []*Node {
			nodes := make([]*Node, len(initial))
			for i, name := range []string{"step", "used", "rate", "input", "output"} {
				nodes[i] = Parameter(g, name, initial[i].Shape())
			}
			return nodes
		}
		more := NewClosure(g, func(g *Graph) []*Node {
			s := state(g)
			return []*Node{LessThan(s[0], s[1])}
		})
		body := NewClosure(g, func(g *Graph) []*Node {
			s := state(g)
			step, used, rate := s[0], s[1], s[2]
			row := Gather(stream, Reshape(step, 1)) // [width]
			input, output := microBatch(l, s[3], s[4], paths, row, rate)
			return []*Node{AddScalar(step, 1), used, rate, input, output}
		})
		return While(more, body, initial...)[3:]
	}
}

// microBatch takes one step of stochastic gradient ascent: for every position,
// the vectors of the words in its window are trained to predict the Huffman code
// of the word there. Every word of the micro-batch is held against every path in
// it, with rate 0 for words outside the path's window: more arithmetic than is
// needed, but in a few plain matrix products, and with every row gathered and
// scattered once instead of once for every pair.
//
// Within a window the pairs are trained one after the other, as the definition
// has it: each finds the path as the pairs before it left it. Let u be a vector of
// a path, h the context vectors and s the slopes (rate × error). When pair j is
// trained, u has become u + Σ_{i<j} s_i·h_i, so its logit is
// u·h_j + Σ_{i<j} s_i·(h_i·h_j). A first pass leaves that sum out, each further one
// takes the slopes in it from the pass before; one more already leaves only what is
// of third order in the rate. The positions of a micro-batch do not see each
// other's changes; these are summed.
func microBatch(l layout, input, output, paths, row, rate *Node) (newInput, newOutput *Node) {
	g := input.Graph()
	halo, positions := l.halo(), l.positions
	length := paths.Shape().Dimensions[1]

	words := Reshape(Slice(row, AxisRange(0, halo)), halo, 1)
	centers := Slice(words, AxisRange(l.window, l.window+positions)) // [P, 1]
	way := Gather(paths, centers)                                    // [P, L]
	nodes := Max(way, Sub(Const(g, int32(-1)), way))
	rates := pairRates(l, row, nodes, rate, output.Shape().Dimensions[0]-1)
	label := ConvertDType(GreaterOrEqual(way, ZerosLike(way)), dtypes.Float32)
	label, nodes = Reshape(label, positions*length, 1), Reshape(nodes, positions*length, 1)

	context := Gather(input, words) // h: [H, D]
	path := Gather(output, nodes)   // u: [P·L, D]
	before := earlier(g, halo)

	logits := contract(path, 1, context, 1) // [P·L, H]
	coupling := Mul(contract(context, 1, context, 1), before)
	slope := slopes(logits, label, rates)
	for range l.passes {
		slope = slopes(Add(logits, contract(slope, 1, coupling, 0)), label, rates)
	}

	toPath := contract(slope, 1, context, 0) // [P·L, D]
	// Pair j moves h_j along Σ_l s_lj·(u_l + Σ_{i<j} s_li·h_i).
	onward := Mul(contract(slope, 0, slope, 0), before) // [H, H]
	toContext := Add(contract(slope, 0, path, 0), contract(onward, 0, context, 0))
	return ScatterSum(input, words, toContext, false, false),
		ScatterSum(output, nodes, toPath, false, false)
}

// slopes returns rate × (label − σ(logit)), the factor of the gradient, and 0 for
// predictions that count as certain.
func slopes(logits, label, rates *Node) *Node {
	slope := Mul(Sub(label, Sigmoid(logits)), rates)
	return Where(LessThan(Abs(logits), Const(logits.Graph(), float32(maxLogit))), slope, ZerosLike(slope))
}

// pairRates returns [P·L, H]: the learning rate where node l of position p's path
// is in use (not the padding) and word h in p's window, else 0. Position p is word
// window + p.
func pairRates(l layout, row, nodes, rate *Node, padding int) *Node {
	g := row.Graph()
	length := nodes.Shape().Dimensions[1]
	side := func(from int) *Node {
		return Reshape(Slice(row, AxisRange(from, from+l.positions)), l.positions, 1, 1)
	}
	left, right := side(l.halo()), side(l.halo()+l.positions)
	shape := shapes.Make(dtypes.Int32, l.positions, 1, l.halo())
	distance := Sub(Iota(g, shape, 2), AddScalar(Iota(g, shape, 0), l.window))
	inside := And(GreaterOrEqual(distance, Neg(left)), LessOrEqual(distance, right))
	inside = And(inside, NotEqual(distance, ZerosLike(distance)))
	inUse := LessThan(Reshape(nodes, l.positions, length, 1), Const(g, int32(padding)))
	rates := Mul(ConvertDType(inside, dtypes.Float32), Mul(ConvertDType(inUse, dtypes.Float32), rate))
	return Reshape(rates, l.positions*length, l.halo())
}

// earlier returns [n, n]: 1 where the row comes before the column, else 0.
func earlier(g *Graph, n int) *Node {
	shape := shapes.Make(dtypes.Int32, n, n)
	return ConvertDType(LessThan(Iota(g, shape, 0), Iota(g, shape, 1)), dtypes.Float32)
}

// contract multiplies two matrices, summing over one axis of each.
func contract(a *Node, axisA int, b *Node, axisB int) *Node {
	return DotGeneral(a, []int{axisA}, nil, b, []int{axisB}, nil)
}
