package word2vec

import (
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
//	counts  [steps, 2, words, nodes] uint8: see batch
//	used    int32, the micro-batches to run
//	rate    float32, the learning rate
//
// It returns the new input and output.
func trainBatch(l layout) func(inputs []*Node) []*Node {
	return func(inputs []*Node) []*Node {
		input, output, indices, counts := inputs[0], inputs[1], inputs[2], inputs[3]
		used, rate := inputs[4], inputs[5]
		g := input.Graph()
		numbers := func(step *Node) *Node { // [2, words, nodes] of a micro-batch
			return ConvertDType(Gather(counts, Reshape(step, 1)), rate.DType())
		}
		// The scalars are part of the loop's state, since XLA's builder accepts values from
		// outside the loop in Gather but not in arithmetic. Unless the loop is one kernel,
		// so are the counts of the next micro-batch, as floats: converting them where they
		// are used would keep XLA from vectorising that code.
		begin := Const(g, int32(0))
		initial := []*Node{begin, used, rate, input, output}
		if !l.oneKernel {
			initial = append(initial, numbers(begin))
		}
		state := func(g *Graph) []*Node {
			nodes := make([]*Node, len(initial))
			for i, name := range []string{"step", "used", "rate", "input", "output", "counts"}[:len(initial)] {
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
			next := AddScalar(step, 1)
			if l.oneKernel {
				s = append(s, numbers(step))
			}
			input, output := microBatch(l, s[3], s[4], Gather(indices, Reshape(step, 1)), s[5], rate)
			after := []*Node{next, used, rate, input, output}
			if !l.oneKernel {
				after = append(after, numbers(MinScalar(next, l.steps-1)))
			}
			return after
		})
		return While(more, body, initial...)[3:5]
	}
}

// microBatch trains the pairs of one micro-batch: every word's vector h should predict the
// labels of the nodes u that it is paired with. The matrix products also compute other
// pairs of these words and nodes, which count zero times.
//
// All gradients are taken at the vectors as they are before the micro-batch. By the
// definition, pairs are trained one after the other, and a pair sees the node as the
// earlier pairs left it, which on average is halfway through its change. A word therefore
// moves along the node's vector at the midpoint, u + ½·Δu, less its own pairs' contribution
// to Δu, since a pair does not precede itself. This ties the words of a window together,
// and matters most where nodes are rare and still near zero.
func microBatch(l layout, input, output, indices, counts, rate *Node) (newInput, newOutput *Node) {
	words := Slice(indices, AxisRange(0, l.words))
	nodes := Slice(indices, AxisRange(l.words, l.indices()))
	label := func(i int) *Node { // rate × how often each pair has one label: [H, U]
		return Mul(Reshape(Slice(counts, AxisElem(i)), l.words, l.nodes), rate)
	}
	one, zero := label(0), label(1)

	h := Gather(input, Reshape(words, l.words, 1))  // [H, D]
	u := Gather(output, Reshape(nodes, l.nodes, 1)) // [U, D]
	logits := l.contract(h, 1, u, 1)                // [H, U]
	uncertain := LessThan(Abs(logits), Const(logits.Graph(), float32(maxLogit)))
	chance := Sigmoid(logits)
	wrong := OneMinus(chance)
	// Sums over the pairs of a word and a node, of rate × error, of its square, and of
	// rate × the curvature of the loss: [H, U], the longer axis last.
	only := func(x *Node) *Node { return Where(uncertain, x, ZerosLike(x)) }
	slope := only(Sub(Mul(one, wrong), Mul(zero, chance)))
	own := only(Mul(rate, Add(Mul(one, Square(wrong)), Mul(zero, Square(chance)))))
	curve := only(Mul(Mul(Add(one, zero), chance), wrong))

	nodesReach := withinReach(contract(curve, 0, ReduceSum(Square(h), 1), 0)) // [U]
	wordsReach := withinReach(contract(curve, 1, ReduceSum(Square(u), 1), 0)) // [H]
	// A product with ones, since XLA takes a sum over the last axis number by number.
	ownSum := contract(own, 1, Ones(h.Graph(), shapes.Make(h.DType(), l.nodes)), 0) // [H]

	toNodes := l.move(slope, 0, h, nodesReach) // [U, D]
	middle := Add(u, MulScalar(toNodes, 0.5))
	toWords := l.move(slope, 1, middle, wordsReach) // [H, D]
	toWords = Sub(toWords, Mul(h, Reshape(MulScalar(Mul(ownSum, wordsReach), 0.5), -1, 1)))
	return l.addRows(input, words, toWords), l.addRows(output, nodes, toNodes)
}

// withinReach returns the factors [n] by which to shorten the steps of vectors whose loss
// has the given curvature [n] in units of 1/rate: gradient descent on a parabola diverges
// from 2 on. Curvature is summed over all directions, so it is never underestimated. Few
// vectors reach the limit: long ones, of frequent words and of nodes near the root.
func withinReach(curvature *Node) *Node {
	return Inverse(MaxScalar(MulScalar(curvature, 0.5), 1))
}

// move returns how vectors move along those that they are paired with: the sum of these by
// slope [H, U], over one axis, times a factor for each number of the other. The factor is
// applied to whichever of slope and sum is smaller.
func (l layout) move(slope *Node, axis int, along, factor *Node) *Node {
	if l.oneKernel {
		return Mul(l.contract(slope, axis, along, 0), Reshape(factor, -1, 1))
	}
	ofSlope := []int{-1, 1}
	if axis == 0 {
		ofSlope = []int{1, -1}
	}
	return l.contract(Mul(slope, Reshape(factor, ofSlope...)), axis, along, 0)
}

// contract multiplies two matrices, or a matrix and a vector, summing over one axis
// of each.
func contract(a *Node, axisA int, b *Node, axisB int) *Node {
	return DotGeneral(a, []int{axisA}, nil, b, []int{axisB}, nil)
}

// contract multiplies two matrices as the function contract does, where the second is one
// of vectors. In one kernel it goes dimension by dimension, since XLA would leave a matrix
// product to a library.
func (l layout) contract(a *Node, axisA int, vectors *Node, axis int) *Node {
	if !l.oneKernel {
		return contract(a, axisA, vectors, axis)
	}
	parts := make([]*Node, vectors.Shape().Dimensions[1])
	for i := range parts {
		component := Slice(vectors, AxisRange(), AxisElem(i)) // [n, 1]
		if axis == 0 {
			parts[i] = Reshape(contract(a, axisA, Reshape(component, -1), 0), -1, 1)
		} else {
			parts[i] = Mul(Slice(a, AxisRange(), AxisElem(i)), Reshape(component, 1, -1))
		}
	}
	if axis == 0 {
		return Concatenate(parts, 1)
	}
	sum := parts[0]
	for _, part := range parts[1:] {
		sum = Add(sum, part)
	}
	return sum
}

// addRows adds to the given rows of a table: [V, D], [n] and [n, D]. In one kernel it
// goes row by row, since a scatter would be another kernel.
func (l layout) addRows(table, rows, added *Node) *Node {
	if !l.oneKernel {
		return ScatterSum(table, Reshape(rows, -1, 1), added, false, false)
	}
	first := Const(table.Graph(), int32(0))
	for i := range added.Shape().Dimensions[0] {
		at := []*Node{Reshape(Slice(rows, AxisElem(i))), first}
		row := DynamicSlice(table, at, []int{1, added.Shape().Dimensions[1]})
		table = DynamicUpdateSlice(table, Add(row, Slice(added, AxisElem(i))), at)
	}
	return table
}
