package word2vec

import "math"

// packer fills a batch with positions, one after the other.
type packer struct {
	l       layout
	b       *batch
	context places // of words in the micro-batch being filled
	target  places // of nodes in it
	filled  int    // positions in it
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
	var rows [2 * maxWindow]int32
	number := 0
	for _, side := range around {
		for _, word := range side {
			rows[number] = p.context.at(word, indices[:p.l.words])
			number++
		}
	}
	for i, node := range way.points {
		place := int(p.target.at(node, indices[p.l.words:]))
		if way.codes[i] == 1 {
			place += p.l.words * p.l.nodes
		}
		for _, row := range rows[:number] {
			if at := int(row)*p.l.nodes + place; counts[at] < math.MaxUint8 {
				counts[at]++
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
	place []int32 // of each number
	round []int32 // when it got it; another round than now: it has none
	now   int32
	taken int
}

func newPlaces(numbers int) places {
	return places{place: make([]int32, numbers), round: make([]int32, numbers)}
}

func (p *places) clear() { p.now, p.taken = p.now+1, 0 }

// missing counts the numbers that have no place yet, one that occurs twice twice.
func (p *places) missing(numbers []int32) (count int) {
	for _, n := range numbers {
		if p.round[n] != p.now {
			count++
		}
	}
	return count
}

// at returns the place of a number, entering it into the list if it is new.
func (p *places) at(number int32, list []int32) int32 {
	if p.round[number] != p.now {
		p.round[number], p.place[number] = p.now, int32(p.taken)
		list[p.taken] = number
		p.taken++
	}
	return p.place[number]
}
