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
// after the other, in a loop on the device. Its inputs, with V words and D
// dimensions:
//
//	input   [V, D] vectors of words as context (syn0)
//	output  [V, D] vectors of nodes (syn1)
//	indices [steps, words + nodes] int32: see batch
//	counts  [steps, 2·words·nodes] uint8: see batch
//	used    int32, the micro-batches to run
//	rate    float32, the learning rate
//
// It returns the new input and output.
func trainBatch(l layout) func(inputs []*Node) []*Node {
	return func(inputs []*Node) []*Node {
		input, output, indices, counts := inputs[0], inputs[1], inputs[2], inputs[3]
		used, rate := inputs[4], inputs[5]
		g := input.Graph()
		numbers := func(step *Node) *Node { // [2·words·nodes] of a micro-batch
			return Reshape(ConvertDType(Gather(counts, Reshape(step, 1)), dtypes.Float32), l.counts())
		}
		// The scalars travel in the loop's state, since XLA's builder takes values
		// from outside the loop in Gather but not in arithmetic. So do the counts of the
		// next micro-batch, as floats: converted where they are used, they keep XLA from
		// vectorising what they are used in.
		begin := Const(g, int32(0))
		initial := []*Node{begin, used, rate, input, output, numbers(begin)}
		state := func(g *Graph) []*Node {
			nodes := make([]*Node, len(initial))
			for i, name := range []string{"step", "used", "rate", "input", "output", "counts"} {
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
			input, output := microBatch(l, s[3], s[4], Gather(indices, Reshape(step, 1)), s[5], rate)
			step = AddScalar(step, 1)
			return []*Node{step, used, rate, input, output, numbers(MinScalar(step, l.steps-1))}
		})
		return While(more, body, initial...)[3:5]
	}
}

// microBatch trains the pairs of one micro-batch: every word's vector h is to
// predict the labels of the nodes u that it is paired with. What pairs of other
// words and nodes are in reach of the same matrix products is counted zero times.
//
// All gradients are taken at the vectors as the micro-batch found them. Trained one
// after the other, as the definition has it, a pair finds the node as the pairs
// before it left it: on average they have done half of what they will do. A word
// therefore moves along the node's vector in the middle of its way, u + ½·Δu, less
// what its own pairs contribute to that way, since a pair does not come before
// itself. This ties the words of a window together, and matters most where nodes
// are rare and still near zero.
func microBatch(l layout, input, output, indices, counts, rate *Node) (newInput, newOutput *Node) {
	words := Reshape(Slice(indices, AxisRange(0, l.words)), l.words, 1)
	nodes := Reshape(Slice(indices, AxisRange(l.words, l.indices())), l.nodes, 1)
	size := l.words * l.nodes
	label := func(i int) *Node {
		return Mul(Slice(counts, AxisRange(i*size, (i+1)*size)), rate)
	}
	one, zero := label(0), label(1) // rate × pairs of label 1 and of label 0: [H·U]

	h := Gather(input, words)  // [H, D]
	u := Gather(output, nodes) // [U, D]
	logits := Reshape(contract(h, 1, u, 1), size)
	uncertain := LessThan(Abs(logits), Const(logits.Graph(), float32(maxLogit)))
	chance := Sigmoid(logits)
	wrong := OneMinus(chance)
	// Sums over the pairs of a word and a node, of rate × error, of its square, and of
	// rate × the curvature of the loss: [H, U], the longer axis last.
	only := func(x *Node) *Node { return Reshape(Where(uncertain, x, ZerosLike(x)), l.words, l.nodes) }
	slope := only(Sub(Mul(one, wrong), Mul(zero, chance)))
	own := only(Mul(rate, Add(Mul(one, Square(wrong)), Mul(zero, Square(chance)))))
	curve := only(Mul(Mul(Add(one, zero), chance), wrong))

	toNodes := contract(slope, 0, h, 0) // [U, D]
	toNodes = Mul(toNodes, withinReach(contract(curve, 0, ReduceSum(Square(h), 1), 0)))
	middle := Add(u, MulScalar(toNodes, 0.5))
	toWords := contract(slope, 1, middle, 0) // [H, D]
	// A product with ones, since XLA takes a sum over the last axis number by number.
	ownSum := contract(own, 1, Ones(h.Graph(), shapes.Make(h.DType(), l.nodes)), 0) // [H]
	toWords = Sub(toWords, Mul(h, MulScalar(Reshape(ownSum, l.words, 1), 0.5)))
	toWords = Mul(toWords, withinReach(contract(curve, 1, ReduceSum(Square(u), 1), 0)))
	return ScatterSum(input, words, toWords, false, false),
		ScatterSum(output, nodes, toNodes, false, false)
}

// withinReach returns the factors [n, 1] by which the steps of vectors are shortened
// whose loss has the given curvature [n] in units of 1/rate: a step on a parabola
// goes astray from 2 on. Curvature is summed over all directions, so that it is
// never too small. Few vectors reach that, those of frequent words and of nodes near
// the root, once they are long.
func withinReach(curvature *Node) *Node {
	return Reshape(Inverse(MaxScalar(MulScalar(curvature, 0.5), 1)), -1, 1)
}

// contract multiplies two matrices, or a matrix and a vector, summing over one axis
// of each.
func contract(a *Node, axisA int, b *Node, axisB int) *Node {
	return DotGeneral(a, []int{axisA}, nil, b, []int{axisB}, nil)
}
