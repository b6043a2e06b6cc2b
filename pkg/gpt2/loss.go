package gpt2

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// Loss builds the training loss: the mean, over all B·(T−1) predictions, of the
// negative log-probability (in nats) of each next token. ids is [B,T] int32 with
// T ≥ 2; the result is a float32 scalar. It is transformers' loss for
// labels = input_ids. Dropout is applied where dropout is not nil.
func (m *Model) Loss(ids *graph.Node, dropout *Dropout) *graph.Node {
	return graph.ReduceAllMean(m.nextTokenNLL(ids, dropout))
}

// TokenNLL builds the negative log-probability (in nats) of every token but the
// first of each row, without dropout: ids [B,T] int32 → [B,T−1] float32. Element
// [b,t] belongs to the token ids[b,t+1].
func (m *Model) TokenNLL(ids *graph.Node) *graph.Node {
	b, t := dimensions(ids)
	return graph.Reshape(m.nextTokenNLL(ids, nil), b, t-1)
}

// nextTokenNLL returns [B·(T−1)]. Only the positions that predict something are scored, and
// the [B·(T−1),V] logits are kept only once, since only reductions follow.
func (m *Model) nextTokenNLL(ids *graph.Node, dropout *Dropout) *graph.Node {
	b, t := dimensions(ids)
	if t < 2 {
		exceptions.Panicf("GPT-2: rows of %d token: a loss needs at least 2", t)
	}
	n, e := b*(t-1), m.Config.NEmbd
	x := graph.Reshape(m.hidden(ids, dropout, nil), b, t, e)
	x = graph.Slice(x, graph.AxisRange(), graph.AxisRangeFromStart(t-1)) // [B,T−1,E]
	x = graph.Reshape(x, n, e)                                           // [N,E], N = B·(T−1)
	next := graph.Slice(ids, graph.AxisRange(), graph.AxisRangeToEnd(1)) // [B,T−1]
	next = graph.Reshape(next, n)                                        // [N]

	score := m.scoreNext
	if backend.OnCUDA(ids.Graph().Backend()) {
		score = m.scoreNextOnGPU
	}
	logits, own := score(x, next)                                                   // [N,V] and [N]
	highest := graph.StopGradient(graph.ReduceAndKeep(logits, graph.ReduceMax, -1)) // [N,1]
	mass := graph.ReduceSum(graph.Exp(graph.Sub(logits, highest)), -1)              // [N]
	total := graph.Add(graph.Log(mass), graph.Reshape(highest, n))                  // [N] log Σ exp
	return graph.Sub(total, own)                                                    // [N]
}

// scoreNext returns the scores of all tokens and that of the next one: x [N,E] and next [N]
// int32 → logits [N,V] and [N]. Picking the next token's score out of the logits would take
// as much memory again, so it is computed separately.
func (m *Model) scoreNext(x, next *graph.Node) (logits, own *graph.Node) {
	weights := m.outputWeights(x.Graph())
	rows := graph.Gather(weights, graph.InsertAxes(next, -1)) // [N,E]
	return m.unembed(x), m.compute.dot(x, []int{1}, []int{0}, rows, []int{1}, []int{0})
}

// vocabularyStep is the multiple to which vocabularies are padded for the GPU's bfloat16
// units.
const vocabularyStep = 128

// scoreNextOnGPU is scoreNext for GPUs, where XLA picks out scores without extra memory,
// while the gradient of a gather would be summed in no fixed order. In bfloat16 the
// vocabulary is padded to V′ with masked tokens.
func (m *Model) scoreNextOnGPU(x, next *graph.Node) (logits, own *graph.Node) {
	g, n, v := x.Graph(), x.Shape().Dimensions[0], m.Config.VocabSize
	weights, width := m.outputWeights(g), v // [V,E]
	if m.compute.BFloat16 {
		width = roundUp(v, vocabularyStep)
	}
	if width > v {
		none := graph.Zeros(g, shapes.Make(dtypes.Float32, width-v, m.Config.NEmbd))
		weights = graph.Concatenate([]*graph.Node{weights, none}, 0) // [V′,E]
	}
	logits = m.compute.dot(x, []int{1}, nil, weights, []int{1}, nil) // [N,V′]
	token := graph.Iota(g, shapes.Make(dtypes.Int32, n, width), 1)
	if width > v {
		known := graph.LessThan(token, graph.Scalar(g, dtypes.Int32, int32(v)))
		logits = graph.Where(known, logits, graph.Scalar(g, dtypes.Float32, masked))
	}
	isNext := graph.Equal(token, graph.InsertAxes(next, -1)) // [N,V′]
	own = graph.Where(isNext, logits, graph.ScalarZero(g, logits.DType()))
	return logits, graph.ReduceSum(own, -1)
}
