package word2vec

import "math"

// decayEvery is how many words pass between two falls of the learning rate, as
// in Spark and word2vec.c.
const decayEvery = 10_000

// stretchLimit bounds the words in a batch where sentences are so long that the
// rate would stay the same for more, countsLimit the bytes of its counts.
const (
	stretchLimit = 16_384
	countsLimit  = 64 << 20
)

// mostPositions is about fastest on the CPU: with fewer, the number of operations
// dominates; with more, the part of the products that no pair needs. In one kernel
// operations cost little, so fewer positions suffice.
const (
	mostPositions          = 10
	oneKernelMostPositions = 6
)

// Up to oneKernelSize dimensions a loop in one kernel is faster than one that leaves its
// products to a library: at 8 it takes half the time, at 12 one and a half times as long.
// Compile time grows with the words and nodes of a position, which oneKernelRows bounds.
const (
	oneKernelSize = 8
	oneKernelRows = 96
)

// layout is the fixed shape of a batch and of the arithmetic on it.
type layout struct {
	steps     int  // micro-batches in a batch
	positions int  // words in a micro-batch whose prediction is trained, at most
	words     int  // different words around them, at most
	nodes     int  // different nodes on the ways to them, at most
	oneKernel bool // to be written so that the engine can make one kernel of the loop
}

// newLayout sets the shape for a corpus of the given number of words, whose paths have the
// given mean and greatest number of nodes, and for an engine that does or does not turn a
// loop into one kernel. Larger windows and steps get fewer positions, since the effect of a
// micro-batch's positions on each other is only approximated. There is room for fewer words
// and nodes than all positions could have: most share some, and where they do not, a
// micro-batch is full with fewer positions.
func newLayout(words int, meanWay float64, longestWay int, wholeLoops bool, o Options) layout {
	strength := float64(o.Window) * o.StepSize // 0.125 by default
	around := 2 * o.Window
	l := layout{oneKernel: wholeLoops && o.VectorSize <= oneKernelSize && around+longestWay <= oneKernelRows}
	most := mostPositions
	if l.oneKernel {
		most = oneKernelMostPositions
	}
	l.positions = max(1, min(most, int(2/strength), math.MaxUint8/around))
	l.words = max(around, min(l.positions*3/2, l.positions+around))
	if l.oneKernel {
		l.nodes = multiple(max(1, longestWay), 32) // LLVM processes that many at a time, the rest one by one.
	} else {
		l.nodes = multiple(max(1, longestWay, int(0.62*meanWay*float64(l.positions))), 8)
	}
	room := min(words, decayEvery+o.MaxSentenceLength, stretchLimit)
	l.steps = max(1, min(room, countsLimit/l.counts()))
	return l
}

// multiple rounds a positive number up to a multiple of what a loop over vector
// registers takes at a time.
func multiple(n, of int) int { return (n + of - 1) / of * of }

// width is the padded size of a vector on the device: for larger sizes, a multiple of what
// the widest vector registers hold, since kernels process a remainder number by number. The
// padding starts as zero and stays zero.
func width(dimensions int) int {
	if dimensions < 64 {
		return dimensions
	}
	return multiple(dimensions, 16)
}

// height is the padded number of vectors on the device: a multiple, so that corpora with
// about as many words, such as the piles of a permutation test, share a compiled program.
// No index names the padding.
func height(words int) int { return multiple(words, 512) }

// indices is how many numbers name the words and nodes of a micro-batch, counts how
// many tell its pairs.
func (l layout) indices() int { return l.words + l.nodes }
func (l layout) counts() int  { return 2 * l.words * l.nodes }

// batch is a stretch of the corpus with one learning rate, as the device takes it:
// micro-batches, each of which names the words that serve as context and the nodes
// that are predicted from them, and says how often each pair of these occurs.
type batch struct {
	indices []int32 // [steps, words + nodes]; 0 where there are fewer
	counts  []uint8 // [steps, 2, words, nodes]: pairs where the node has label 1, and 0
	used    int     // micro-batches in use
	words   int     // words of the corpus that it stands for
	rate    float64
}

func newBatch(l layout) *batch {
	return &batch{indices: make([]int32, l.steps*l.indices()), counts: make([]uint8, l.steps*l.counts())}
}

// micro returns what describes micro-batch number step.
func (b *batch) micro(l layout, step int) (indices []int32, counts []uint8) {
	return b.indices[step*l.indices():][:l.indices()], b.counts[step*l.counts():][:l.counts()]
}

// inUse returns what describes the micro-batches in use.
func (b *batch) inUse(l layout) (indices []int32, counts []uint8) {
	return b.indices[:b.used*l.indices()], b.counts[:b.used*l.counts()]
}
