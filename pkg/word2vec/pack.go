package word2vec

import "math"

// packer fills a batch with positions, one after the other.
type packer struct {
	l       layout
	b       *batch
	context places // of words in the micro-batch being filled
	target  places // of nodes in it
	filled  int    // positions in it
	rows    []int  // where the counts of the words around a position begin
}

func newPacker(l layout, b *batch, words int) *packer {
	return &packer{l: l, b: b, context: newPlaces(words), target: newPlaces(words), filled: l.positions}
}

// empty begins the batch anew.
func (p *packer) empty() {
	p.b.used, p.b.words, p.filled = 0, 0, p.l.positions
}

// put adds a position: the words around it and the way to the word there. It
// returns false, having done nothing, when the batch is full.
func (p *packer) put(around [2][]int32, way path) bool {
	if p.filled == p.l.positions || !p.fits(around, way) {
		if p.b.used == p.l.steps {
			return false
		}
		p.begin()
	}
	indices, counts := p.b.micro(p.l, p.b.used-1)
	words, nodes := indices[:p.l.words], indices[p.l.words:]
	p.rows = p.rows[:0]
	for _, side := range around {
		for _, word := range side {
			p.rows = append(p.rows, int(p.context.at(word, words))*p.l.nodes)
		}
	}
	for i, node := range way.points {
		at := int(p.target.at(node, nodes))
		if way.codes[i] == 1 {
			at += len(counts) / 2
		}
		for _, row := range p.rows {
			if counts[row+at] < math.MaxUint8 { // few words and many samples reach it
				counts[row+at]++
			}
		}
	}
	p.filled++
	return true
}

// begin opens the next micro-batch.
func (p *packer) begin() {
	indices, counts := p.b.micro(p.l, p.b.used)
	clear(indices)
	clear(counts)
	p.context.clear()
	p.target.clear()
	p.filled = 0
	p.b.used++
}

// fits says whether the micro-batch has room for what it does not hold yet.
func (p *packer) fits(around [2][]int32, way path) bool {
	words := p.context.missing(around[0]) + p.context.missing(around[1])
	return p.context.taken+words <= p.l.words && p.target.taken+p.target.missing(way.points) <= p.l.nodes
}

// places gives numbers a place in a list, in the order in which they come.
type places struct {
	of    []place // of each number
	round int32
	taken int
}

// place is where a number stands since a round; in a later one it has no place yet.
type place struct{ at, round int32 }

func newPlaces(numbers int) places { return places{of: make([]place, numbers)} }

// clear begins a new round.
func (p *places) clear() { p.round, p.taken = p.round+1, 0 }

// missing counts the numbers that have no place yet, one that occurs twice twice.
func (p *places) missing(numbers []int32) (count int) {
	for _, n := range numbers {
		if p.of[n].round != p.round {
			count++
		}
	}
	return count
}

// at returns the place of a number, entering it into the list if it is new.
func (p *places) at(number int32, list []int32) int32 {
	its := &p.of[number]
	if its.round != p.round {
		*its = place{at: int32(p.taken), round: p.round}
		list[p.taken] = number
		p.taken++
	}
	return its.at
}
