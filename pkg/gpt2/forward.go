package gpt2

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// masked is added to the score of a position that must not be seen: its weight
// after the softmax is exactly 0 in float32.
const masked = -1e9

// Logits builds the forward pass: ids [B,T] int32 → logits [B,T,V] float32, with
// T at most n_positions. Row b, position t scores the token that follows
// ids[b,0..t]. Without dropout (nil) this is evaluation.
func (m *Model) Logits(ids *graph.Node, dropout *Dropout) *graph.Node {
	b, t := dimensions(ids)
	x := m.hidden(ids, dropout, nil) // [B·T,E]
	logits := m.unembed(x)           // [B·T,V]
	return graph.Reshape(logits, b, t, m.Config.VocabSize)
}

// hidden returns the states after the last normalisation: ids [B,T] → [B·T,E]. keep,
// which may be nil, is given each layer's keys and values, [B,H,T,D].
func (m *Model) hidden(ids *graph.Node, dropout *Dropout, keep func(k, v *graph.Node)) *graph.Node {
	g := ids.Graph()
	b, t := dimensions(ids)
	e := m.Config.NEmbd
	if t > m.Config.NPositions {
		exceptions.Panicf("GPT-2: %d tokens in a row, but the model has %d positions", t, m.Config.NPositions)
	}
	x := m.embedTokens(ids)                                                                      // [B,T,E]
	positions := graph.Slice(m.weight(g, config.PositionEmbedding), graph.AxisRangeFromStart(t)) // [T,E]
	x = graph.Add(x, graph.InsertAxes(positions, 0))                                             // [B,T,E]
	x = dropout.embeddings(graph.Reshape(x, b*t, e))                                             // [B·T,E]
	mask := causalMask(g, t)                                                                     // [1,1,T,T]
	return m.blocks(x, b, dropout, func(_ int, q, k, v *graph.Node) *graph.Node {
		if keep != nil {
			keep(k, v)
		}
		if m.flashes(ids, dropout) {
			return flash(q, k, v)
		}
		return m.compute.recomputed(dropout, func(qkv []*graph.Node) *graph.Node {
			return m.mix(qkv[0], qkv[1], qkv[2], mask, dropout)
		}, q, k, v)
	})
}

// attention turns a layer's queries, keys and values, each [B,H,T,D], into the
// values mixed for every query, [B,H,T,D].
type attention func(layer int, q, k, v *graph.Node) *graph.Node

// blocks runs all layers and the last normalisation: x [B·T,E] → [B·T,E].
func (m *Model) blocks(x *graph.Node, b int, dropout *Dropout, attend attention) *graph.Node {
	for layer := range m.Config.NLayer {
		block := config.BlockPrefix(layer)
		x = m.compute.layerInput(x)
		q, k, v := m.queryKeyValue(x, layer, b, dropout)   // each [B,H,T,D]
		mixed := mergeHeads(attend(layer, q, k, v))        // [B·T,E]
		attended := m.linear(mixed, block+"attn.c_proj")   // [B·T,E]
		x = graph.Add(x, dropout.residual(attended))       // [B·T,E]
		x = graph.Add(x, m.feedForward(x, block, dropout)) // [B·T,E]
	}
	return m.layerNorm(m.compute.lastOutput(x), config.Prefix+"ln_f")
}

// embedTokens looks tokens up: ids [...] → [...,E].
func (m *Model) embedTokens(ids *graph.Node) *graph.Node {
	return single(graph.Gather(m.weight(ids.Graph(), config.TokenEmbedding), graph.InsertAxes(ids, -1)))
}

// mix weighs values by how well their keys match the queries: q [B,H,T,D], k and v
// [B,H,S,D], mask broadcast to [B,H,T,S] → [B,H,T,D].
func (m *Model) mix(q, k, v, mask *graph.Node, dropout *Dropout) *graph.Node {
	scores := m.compute.dot(q, []int{3}, []int{0, 1}, k, []int{3}, []int{0, 1}) // [B,H,T,S]
	weights := graph.Softmax(graph.Add(scores, mask), -1)                       // [B,H,T,S]
	weights = dropout.attention(weights)
	return m.compute.dot(weights, []int{3}, []int{0, 1}, v, []int{2}, []int{0, 1}) // [B,H,T,D]
}

// flashes tells whether the engine's flash attention computes what mix does.
func (m *Model) flashes(ids *graph.Node, dropout *Dropout) bool {
	return m.compute.BFloat16 && dropout.keepsAttention() && m.Config.HeadWidth()%8 == 0 && backend.HasFlashAttention(ids.Graph().Backend())
}

// flash is mix by flash attention (Dao et al., "FlashAttention", 2022), in bfloat16: the
// [B,H,T,T] weights are never in memory. It takes positions before heads, as the linear
// layers around it do, so that XLA need transpose nothing.
func flash(q, k, v *graph.Node) *graph.Node {
	swap := func(x *graph.Node) *graph.Node { return graph.TransposeAllAxes(x, 0, 2, 1, 3) } // [B,H,T,D] ↔ [B,T,H,D]
	mixed, _ := graph.BackendFusedScaledDotProductAttention(half(swap(q)), half(swap(k)), half(swap(v)),
		compute.AttentionAxesLayoutBSHD, &compute.ScaledDotProductAttentionConfig{Causal: true, Scale: 1}) // Queries are scaled.
	return swap(single(mixed))
}

// unembed scores every token: x [N,E] → [N,V].
func (m *Model) unembed(x *graph.Node) *graph.Node {
	return m.compute.dot(x, []int{1}, nil, m.outputWeights(x.Graph()), []int{1}, nil)
}

// outputWeights are what scores tokens, [V,E].
func (m *Model) outputWeights(g *graph.Graph) *graph.Node {
	if m.Config.TieWordEmbeddings {
		return m.weight(g, config.TokenEmbedding)
	}
	return m.weight(g, config.OutputWeights)
}

// queryKeyValue normalises x [B·T,E] and projects it to queries, keys and values, each
// [B,H,T,D]. Queries are already scaled, so that scores need not be.
func (m *Model) queryKeyValue(x *graph.Node, layer, b int, dropout *Dropout) (q, k, v *graph.Node) {
	h, d := m.Config.NHead, m.Config.HeadWidth()
	t := x.Shape().Dimensions[0] / b
	block := config.BlockPrefix(layer)
	product, bias := m.normProduct(x, block+"ln_1", block+"attn.c_attn", dropout)
	all := addBias(product, bias) // [B·T,3E]
	all = graph.Reshape(all, b, t, 3, h, d)
	all = graph.TransposeAllAxes(all, 2, 0, 3, 1, 4) // [3,B,H,T,D]
	part := func(i int) *graph.Node {
		return graph.Reshape(graph.Slice(all, graph.AxisElem(i)), b, h, t, d) // [B,H,T,D]
	}
	return graph.MulScalar(part(0), m.Config.ScoreScale(layer)), part(1), part(2)
}

// mergeHeads puts the heads side by side again: [B,H,T,D] → [B·T,E].
func mergeHeads(x *graph.Node) *graph.Node {
	dims := x.Shape().Dimensions
	b, h, t, d := dims[0], dims[1], dims[2], dims[3]
	x = graph.TransposeAllAxes(x, 0, 2, 1, 3) // [B,T,H,D]
	return graph.Reshape(x, b*t, h*d)
}

// causalMask returns [1,1,T,T] with 0 where column ≤ row and masked elsewhere.
func causalMask(g *graph.Graph, t int) *graph.Node {
	square := shapes.Make(dtypes.Int32, t, t)
	seen := graph.LessOrEqual(graph.Iota(g, square, 1), graph.Iota(g, square, 0)) // [T,T]
	return graph.InsertAxes(maskUnless(seen), 0, 0)
}

// maskUnless returns 0 where seen is true and masked elsewhere.
func maskUnless(seen *graph.Node) *graph.Node {
	g := seen.Graph()
	return graph.Where(seen, graph.ScalarZero(g, dtypes.Float32), graph.Scalar(g, dtypes.Float32, masked))
}

// dimensions returns the B and T of token ids [B,T].
func dimensions(ids *graph.Node) (b, t int) {
	if ids.Rank() != 2 || ids.DType() != dtypes.Int32 {
		exceptions.Panicf("GPT-2: token ids have shape %s: must be [rows, positions] of int32", ids.Shape())
	}
	return ids.Shape().Dimensions[0], ids.Shape().Dimensions[1]
}
