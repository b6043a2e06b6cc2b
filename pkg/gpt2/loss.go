package gpt2

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"
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

// nextTokenNLL returns [B·(T−1)]. Only the positions that predict something are
// scored, and the [B·(T−1),V] logits are kept once: what follows them is
// reductions.
func (m *Model) nextTokenNLL(ids *graph.Node, dropout *Dropout) *graph.Node {
	g := ids.Graph()
	b, t := dimensions(ids)
	if t < 2 {
		exceptions.Panicf("GPT-2: rows of %d token: a loss needs at least 2", t)
	}
	n, e := b*(t-1), m.Config.NEmbd
	x := graph.Reshape(m.hidden(ids, dropout, nil), b, t, e)
	x = graph.Slice(x, graph.AxisRange(), graph.AxisRangeFromStart(t-1)) // [B,T−1,E]
	logits := m.unembed(graph.Reshape(x, n, e))                          // [N,V], N = B·(T−1)
	next := graph.Slice(ids, graph.AxisRange(), graph.AxisRangeToEnd(1)) // [B,T−1]

	highest := graph.StopGradient(graph.ReduceAndKeep(logits, graph.ReduceMax, -1)) // [N,1]
	mass := graph.ReduceSum(graph.Exp(graph.Sub(logits, highest)), -1)              // [N]
	total := graph.Add(graph.Log(mass), graph.Reshape(highest, n))                  // [N] log Σ exp
	tokens := graph.Iota(g, shapes.Make(dtypes.Int32, n, m.Config.VocabSize), 1)    // [N,V]
	isNext := graph.Equal(tokens, graph.Reshape(next, n, 1))                        // [N,V]
	chosen := graph.Where(isNext, logits, graph.ScalarZero(g, dtypes.Float32))      // [N,V]
	return graph.Sub(total, graph.ReduceSum(chosen, -1))                            // [N]
}
