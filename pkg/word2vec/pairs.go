package word2vec

import (
	"iter"
	"math"
	"math/rand/v2"
)

// decayEvery is how many words pass between two falls of the learning rate, as
// in Spark and word2vec.c.
const decayEvery = 10_000

// stretchLimit bounds the words in a batch where sentences are so long that the
// rate would stay the same for more.
const stretchLimit = 16_384

// layout is the fixed shape of a batch and of the arithmetic on it.
type layout struct {
	steps     int // micro-batches in a batch
	positions int // words in a micro-batch
	window    int // words on either side of a position that may be in its window
	passes    int // corrections for what pairs of one window do to each other
}

// newLayout sets the shape for a corpus of so many words: room for those between
// two falls of the learning rate, and, for larger windows and steps, smaller
// micro-batches and more passes, since both approximate the training of one pair
// after the other as long as few pairs change a vector by little at a time. With
// the default window and step size it is 4 positions and 1 pass.
func newLayout(words int, o Options) layout {
	strength := float64(o.Window) * o.StepSize // 0.125 by default
	l := layout{
		positions: max(1, min(4, int(0.5/strength))),
		window:    o.Window,
		passes:    min(2*o.Window, int(math.Ceil(8*strength))),
	}
	room := min(words, decayEvery+o.MaxSentenceLength, stretchLimit)
	l.steps = (room + l.positions - 1) / l.positions
	return l
}

// halo is the width of a micro-batch's words: its positions and, on either side,
// the words that only serve as context.
func (l layout) halo() int { return l.positions + 2*l.window }

// width is the number of integers that describe a micro-batch: its words, then
// how many words before each position are in its window, then how many after.
func (l layout) width() int { return l.halo() + 2*l.positions }

// batch is a stretch of the corpus with one learning rate, as the device takes
// it. A position without words around it changes nothing: it is padding.
type batch struct {
	stream []int32 // [steps, width], the first used of them filled
	used   int     // micro-batches in use
	words  int     // positions that are not padding
	rate   float64
}

// batches cuts all iterations over the corpus into batches. The batch yielded is
// valid until the next one. Windows are drawn from rng, one for each position.
//
// The learning rate is set anew at the first sentence that begins after more
// than decayEvery words, from the words processed over all iterations. (Spark
// goes back to the full step size for the first words of every iteration but
// the first, an accident that this does not repeat.)
func (c corpus) batches(l layout, o Options, rng *rand.Rand) iter.Seq[*batch] {
	return func(yield func(*batch) bool) {
		b := &batch{stream: make([]int32, l.steps*l.width()), rate: o.StepSize}
		total := float64(o.Iterations)*float64(len(c.tokens)) + 1
		flush := func() bool {
			if b.words == 0 {
				return true
			}
			goOn := yield(b)
			b.used, b.words = 0, 0
			return goOn
		}
		done, last := 0, 0
		for range o.Iterations {
			begin := 0
			for _, end := range c.ends {
				if done-last > decayEvery {
					if !flush() {
						return
					}
					last = done
					b.rate = max(o.StepSize*(1-float64(done)/total), o.StepSize*1e-4)
				}
				for at := begin; at < end; at++ {
					if b.words == l.steps*l.positions && !flush() {
						return
					}
					radius := l.window - rng.IntN(l.window)
					c.put(b, l, at, min(radius, at-begin), min(radius, end-1-at))
				}
				done += end - begin
				begin = end
			}
			if !flush() {
				return
			}
		}
	}
}

// put adds position at of the corpus to the batch.
func (c corpus) put(b *batch, l layout, at, left, right int) {
	place := b.words % l.positions
	if place == 0 {
		b.used++
		row := b.row(l, b.used-1)
		clear(row)
		for i := range l.halo() {
			if from := at - l.window + i; from >= 0 && from < len(c.tokens) {
				row[i] = c.tokens[from]
			}
		}
	}
	row := b.row(l, b.used-1)
	row[l.halo()+place] = int32(left)
	row[l.halo()+l.positions+place] = int32(right)
	b.words++
}

// row returns what describes micro-batch number step.
func (b *batch) row(l layout, step int) []int32 {
	return b.stream[step*l.width() : (step+1)*l.width()]
}
