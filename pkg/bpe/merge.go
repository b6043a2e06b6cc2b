package bpe

// pair is two adjacent token ids in one map key.
type pair uint64

func pairOf(a, b int32) pair { return pair(uint64(uint32(a))<<32 | uint64(uint32(b))) }

func (p pair) ids() (a, b int32) { return int32(p >> 32), int32(uint32(p)) }

// rule says what a pair becomes, and how early: the lowest rank goes first.
type rule struct {
	rank int32
	id   int32
}

// merger applies the merge rules to one word after another, reusing its memory.
// The symbols of the word form a linked list; a heap orders the pairs that may
// be merged, so that a word of n bytes costs n·log n even without any blank.
type merger struct {
	rules map[pair]rule
	ids   []int32  // token of each symbol, -1 once merged into its left neighbour
	next  []int32  // index of the right neighbour, len(ids) at the end
	prev  []int32  // index of the left neighbour, -1 at the start
	heap  []uint64 // rank<<32 | position: the lowest rank first, then the leftmost
}

// merge appends to out the tokens of the word whose bytes have the given ids.
func (m *merger) merge(word []int32, out []int32) []int32 {
	n := int32(len(word))
	m.ids = append(m.ids[:0], word...)
	m.next, m.prev, m.heap = m.next[:0], m.prev[:0], m.heap[:0]
	for i := range n {
		m.next = append(m.next, i+1)
		m.prev = append(m.prev, i-1)
	}
	for i := range n {
		m.offer(i)
	}
	for len(m.heap) > 0 {
		top := m.pop()
		at, rank := int32(uint32(top)), int32(top>>32)
		right := m.next[at]
		if m.ids[at] < 0 || right == n {
			continue
		}
		// A merge nearby may have changed this pair since it was offered.
		r, known := m.rules[pairOf(m.ids[at], m.ids[right])]
		if !known || r.rank != rank {
			continue
		}
		m.ids[at], m.ids[right] = r.id, -1
		m.next[at] = m.next[right]
		if m.next[at] < n {
			m.prev[m.next[at]] = at
		}
		m.offer(at)
		if m.prev[at] >= 0 {
			m.offer(m.prev[at])
		}
	}
	for i := int32(0); i < n; i = m.next[i] {
		out = append(out, m.ids[i])
	}
	return out
}

// offer puts the pair that starts at i on the heap, where a rule knows it.
func (m *merger) offer(i int32) {
	right := m.next[i]
	if int(right) == len(m.ids) {
		return
	}
	if r, known := m.rules[pairOf(m.ids[i], m.ids[right])]; known {
		m.push(uint64(uint32(r.rank))<<32 | uint64(uint32(i)))
	}
}

func (m *merger) push(v uint64) {
	h := append(m.heap, v)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent] <= v {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = v
	m.heap = h
}

func (m *merger) pop() uint64 {
	h := m.heap
	top, v := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	m.heap = h
	if len(h) == 0 {
		return top
	}
	i := 0
	for {
		child := 2*i + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1] < h[child] {
			child++
		}
		if v <= h[child] {
			break
		}
		h[i] = h[child]
		i = child
	}
	h[i] = v
	return top
}
