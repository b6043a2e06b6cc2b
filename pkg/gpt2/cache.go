package gpt2

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// The cache keeps each token's keys and values in a slot. Rows of different
// length end at the same slot, so that all write their next token to the same one;
// a row's own first slot (start) hides what lies before it and sets its positions
// off from the slots.

// prefillGraph reads prompts: ids [B,P] int32, aligned at their ends, and start
// [B] int32 → the next token's logits [B,V] and, for each layer, keys and values
// [B,H,C,D] with C slots of which P are filled.
func (m *Model) prefillGraph(ids, start *graph.Node, slots int) []*graph.Node {
	g := ids.Graph()
	b, p := dimensions(ids)
	e := m.Config.NEmbd
	begin := graph.InsertAxes(start, -1)                                // [B,1]
	slot := graph.Iota(g, shapes.Make(dtypes.Int32, 1, p), 1)           // [1,P]
	position := graph.MaxScalar(graph.Sub(slot, begin), int32(0))       // [B,P]
	x := graph.Add(m.embedTokens(ids), m.embedPositions(position))      // [B,P,E]
	x = graph.Reshape(x, b*p, e)                                        // [B·P,E]
	own := graph.Reshape(graph.GreaterOrEqual(slot, begin), b, 1, 1, p) // [B,1,1,P]
	mask := graph.Add(causalMask(g, p), maskUnless(own))                // [B,1,P,P]
	cache := make([]*graph.Node, 0, 2*m.Config.NLayer)
	x = m.blocks(x, b, nil, func(_ int, q, k, v *graph.Node) *graph.Node {
		cache = append(cache, widen(k, slots), widen(v, slots)) // each [B,H,C,D]
		return m.mix(q, k, v, mask, nil)
	})
	last := graph.Slice(graph.Reshape(x, b, p, e), graph.AxisRange(), graph.AxisElem(p-1)) // [B,1,E]
	logits := m.unembed(graph.Reshape(last, b, e))                                         // [B,V]
	return append([]*graph.Node{logits}, cache...)
}

// stepGraph appends a token to every row: tokens [B] int32, the scalar slot int32
// that they go to, start [B] int32 and the cache → the next token's logits [B,V]
// and the cache with that slot filled.
func (m *Model) stepGraph(tokens, slot, start *graph.Node, cache []*graph.Node) []*graph.Node {
	g := tokens.Graph()
	b, slots := tokens.Shape().Dimensions[0], cache[0].Shape().Dimensions[2]
	position := graph.MinScalar(graph.Sub(slot, start), int32(m.Config.NPositions-1)) // [B]; rows that ended stay at the last
	x := graph.Add(m.embedTokens(tokens), m.embedPositions(position))                 // [B,E]

	place := graph.Iota(g, shapes.Make(dtypes.Int32, 1, slots), 1)    // [1,C]
	after := graph.GreaterOrEqual(place, graph.InsertAxes(start, -1)) // [B,C]
	seen := graph.LogicalAnd(after, graph.LessOrEqual(place, slot))   // [B,C]
	mask := maskUnless(graph.Reshape(seen, b, 1, 1, slots))           // [B,1,1,C]
	isSlot := graph.Reshape(graph.Equal(place, slot), 1, 1, slots, 1) // [1,1,C,1]

	filled := make([]*graph.Node, 0, len(cache))
	x = m.blocks(x, b, nil, func(layer int, q, k, v *graph.Node) *graph.Node {
		k, v = put(cache[2*layer], k, isSlot), put(cache[2*layer+1], v, isSlot) // each [B,H,C,D]
		filled = append(filled, k, v)
		return m.mix(q, k, v, mask, nil) // [B,H,1,D]
	})
	return append([]*graph.Node{m.unembed(x)}, filled...)
}

// embedPositions looks positions up: [...] int32 → [...,E].
func (m *Model) embedPositions(position *graph.Node) *graph.Node {
	return graph.Gather(m.weight(position.Graph(), prefix+"wpe.weight"), graph.InsertAxes(position, -1))
}

// widen pads x [B,H,P,D] with empty slots to [B,H,C,D].
func widen(x *graph.Node, slots int) *graph.Node {
	free := slots - x.Shape().Dimensions[2]
	return graph.Pad(x, graph.ScalarZero(x.Graph(), x.DType()), compute.PadAxis{}, compute.PadAxis{}, compute.PadAxis{End: free}, compute.PadAxis{})
}

// put writes x [B,H,1,D] into the slot of the cache [B,H,C,D] where isSlot
// [1,1,C,1] is true. (The pure-Go engine cannot update a slice in place, and XLA
// through go-xla copies the cache in either case.)
func put(cache, x, isSlot *graph.Node) *graph.Node {
	dims := cache.Shape().Dimensions
	return graph.Where(graph.BroadcastToDims(isSlot, dims...), graph.BroadcastToDims(x, dims...), cache)
}

// takeRows gathers rows [B] int32 of each part [R,...] → [B,...].
func takeRows(rows *graph.Node, parts []*graph.Node) []*graph.Node {
	taken := make([]*graph.Node, len(parts))
	for i, part := range parts {
		taken[i] = graph.Gather(part, graph.InsertAxes(rows, -1))
	}
	return taken
}
