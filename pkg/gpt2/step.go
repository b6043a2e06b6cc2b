package gpt2

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// prefillGraph reads prompts: ids [U,P] int32, and last [U] int32, the place of each
// prompt's last token among all U·P → the next token's logits [U,V] and, for each layer in
// turn, keys and values [U,H,P,D]. Whatever follows a prompt's end does not affect what
// precedes it.
func (m *Model) prefillGraph(ids, last *graph.Node) []*graph.Node {
	var cached []*graph.Node
	x := m.hidden(ids, nil, func(k, v *graph.Node) { cached = append(cached, k, v) }) // [U·P,E]
	x = graph.Gather(x, graph.InsertAxes(last, -1))                                   // [U,E]
	return append([]*graph.Node{m.scoreNextToken(x)}, cached...)
}

// stepGraph appends a token to every row: tokens and positions [B] int32, mask [B,S]
// with 0 for the slots that a row sees and masked for the others, and the cache: for
// each layer in turn, keys and values [G,H,S,D] of groups of B/G rows → the next
// token's logits [B,V] and the new tokens' keys and values [2L,B,H,D].
//
// The cache is an input but not an output, since the engine would copy it.
func (m *Model) stepGraph(tokens, positions, mask *graph.Node, cache []*graph.Node) (logits, fresh *graph.Node) {
	b, s := mask.Shape().Dimensions[0], mask.Shape().Dimensions[1]
	groups, h, d := cache[0].Shape().Dimensions[0], m.Config.NHead, m.Config.HeadWidth()
	k := b / groups                              // rows of a group
	mask = graph.Reshape(mask, groups, 1, k, s)  // [G,1,K,S]
	grouped := func(x *graph.Node) *graph.Node { // [B,H,1,D] → [G,H,K,D]
		return graph.TransposeAllAxes(graph.Reshape(x, groups, k, h, d), 0, 2, 1, 3)
	}
	kept := make([]*graph.Node, 0, len(cache))
	x := graph.Add(m.embedTokens(tokens), m.embedPositions(positions)) // [B,E]
	x = m.blocks(x, b, nil, func(layer int, query, key, value *graph.Node) *graph.Node {
		kept = append(kept, graph.Reshape(key, 1, b, h, d), graph.Reshape(value, 1, b, h, d))
		query, key, value = grouped(query), grouped(key), grouped(value)
		mixed := m.mixCached(query, key, value, cache[2*layer], cache[2*layer+1], mask) // [G,H,K,D]
		return graph.Reshape(graph.TransposeAllAxes(mixed, 0, 2, 1, 3), b, h, 1, d)     // [B,H,1,D]
	})
	return m.scoreNextToken(x), graph.Concatenate(kept, 0)
}

// scoreNextToken is unembed for decoding: [N,E] → [N,V]. In bfloat16 the scores are not
// rounded, since with 8 bits many would be equal; gradients through them would be products
// in float32.
func (m *Model) scoreNextToken(x *graph.Node) *graph.Node {
	if !m.compute.BFloat16 {
		return m.unembed(x)
	}
	weights := m.outputWeights(x.Graph())
	return graph.Dot(half(x), half(weights)).WithOutputDType(dtypes.Float32).General([]int{1}, nil, []int{1}, nil)
}

// mixCached weighs each row's own value and those in the cache by how well their keys match
// the row's query: q, k and v [G,H,K,D], the cache's keys and values [G,H,S,D] and mask
// [G,1,K,S] → [G,H,K,D].
func (m *Model) mixCached(q, k, v, keys, values, mask *graph.Node) *graph.Node {
	own := graph.ReduceAndKeep(graph.Mul(q, k), graph.ReduceSum, -1)                                   // [G,H,K,1]
	scores := graph.Add(graph.DotGeneral(q, []int{3}, []int{0, 1}, keys, []int{3}, []int{0, 1}), mask) // [G,H,K,S]
	highest := graph.Max(own, graph.ReduceAndKeep(scores, graph.ReduceMax, -1))                        // [G,H,K,1]
	own, scores = graph.Exp(graph.Sub(own, highest)), graph.Exp(graph.Sub(scores, highest))
	mixed := graph.DotGeneral(scores, []int{3}, []int{0, 1}, values, []int{2}, []int{0, 1}) // [G,H,K,D]
	mixed = graph.Add(mixed, graph.Mul(own, v))
	return graph.Div(mixed, graph.Add(own, graph.ReduceAndKeep(scores, graph.ReduceSum, -1)))
}

// putGraph writes new tokens into the cache: their keys and values, fresh
// [2L,B,H,D], rows [G,S] int32 with the row whose token goes to a slot, or -1, and the
// parts of the cache [G,H,S,D] → the parts.
func putGraph(fresh, rows *graph.Node, parts []*graph.Node) []*graph.Node {
	groups, s := rows.Shape().Dimensions[0], rows.Shape().Dimensions[1]
	isNew := graph.Reshape(graph.GreaterOrEqual(rows, graph.ScalarZero(rows.Graph(), rows.DType())), groups, 1, s, 1)
	rows = graph.InsertAxes(graph.MaxScalar(rows, int32(0)), -1) // [G,S,1]
	written := make([]*graph.Node, len(parts))
	for i, part := range parts {
		dims := part.Shape().Dimensions
		from := graph.Squeeze(graph.Slice(fresh, graph.AxisElem(i)), 0)        // [B,H,D]
		tokens := graph.TransposeAllAxes(graph.Gather(from, rows), 0, 2, 1, 3) // [G,S,H,D] → [G,H,S,D]
		written[i] = graph.Where(graph.BroadcastToDims(isNew, dims...), tokens, part)
	}
	return written
}

// embedPositions looks positions up: [...] int32 → [...,E].
func (m *Model) embedPositions(position *graph.Node) *graph.Node {
	return graph.Gather(m.weight(position.Graph(), config.PositionEmbedding), graph.InsertAxes(position, -1))
}
