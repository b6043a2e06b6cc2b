package gpt2

import (
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
// scored, and the [B·(T−1),V] logits are kept once: what follows them is reductions,
// and the next token's own score, which picked out of them would take as much memory
// again, is computed by itself.
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

	logits := m.unembed(x)                                                          // [N,V]
	highest := graph.StopGradient(graph.ReduceAndKeep(logits, graph.ReduceMax, -1)) // [N,1]
	mass := graph.ReduceSum(graph.Exp(graph.Sub(logits, highest)), -1)              // [N]
	total := graph.Add(graph.Log(mass), graph.Reshape(highest, n))                  // [N] log Σ exp
	return graph.Sub(total, m.unembedOnly(x, graph.Reshape(next, n)))               // [N]
}
