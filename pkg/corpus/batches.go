package corpus

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Blocks cuts ids into blocks of size tokens; the last, shorter one is dropped.
// The blocks share the memory of ids. A size below 1 gives no blocks.
func Blocks(ids []int32, size int) [][]int32 {
	if size < 1 {
		return nil
	}
	blocks := make([][]int32, 0, len(ids)/size)
	for ; len(ids) >= size; ids = ids[size:] {
		blocks = append(blocks, ids[:size:size])
	}
	return blocks
}

// Batches deals out blocks in batches, in a new order in each epoch. Any step's batch can
// be computed directly, so that training resumes with exactly the batches that it would
// have had.
type Batches struct {
	size   int
	blocks int // in an epoch
	seed   uint64
	// arrange gives an epoch's blocks in their order.
	arrange func(random *rand.Rand) [][]int32

	epoch   int       // that is held
	current [][]int32 // its blocks; nil before the first use
}

// NewBatches makes batches of size blocks, which are shuffled in each epoch. The last,
// incomplete batch of an epoch is dropped (its blocks have their turn in other epochs); a
// size that leaves no batch is an error.
func NewBatches(blocks [][]int32, size int, seed uint64) (*Batches, error) {
	return newBatches(len(blocks), size, seed, func(random *rand.Rand) [][]int32 {
		arranged := make([][]int32, len(blocks))
		for i, from := range random.Perm(len(blocks)) {
			arranged[i] = blocks[from]
		}
		return arranged
	})
}

// NewBatchesOfTexts makes batches of size blocks from texts that each end with the token
// end. In each epoch the texts are shuffled and then cut into blocks, so that a text does
// not always follow the same one and is not always cut at the same place.
func NewBatchesOfTexts(ids []int32, end int32, block, size int, seed uint64) (*Batches, error) {
	var parts [][]int32
	for rest := ids; len(rest) > 0; {
		n := slices.Index(rest, end) + 1
		if n == 0 {
			n = len(rest)
		}
		parts = append(parts, rest[:n])
		rest = rest[n:]
	}
	return newBatches(len(Blocks(ids, block)), size, seed, func(random *rand.Rand) [][]int32 {
		arranged := make([]int32, 0, len(ids))
		for _, i := range random.Perm(len(parts)) {
			arranged = append(arranged, parts[i]...)
		}
		return Blocks(arranged, block)
	})
}

func newBatches(blocks, size int, seed uint64, arrange func(*rand.Rand) [][]int32) (*Batches, error) {
	if size < 1 || blocks < size {
		return nil, fmt.Errorf("corpus: %d blocks make no batch of %d: use a shorter block, a smaller batch or more text", blocks, size)
	}
	return &Batches{size: size, blocks: blocks, seed: seed, arrange: arrange}, nil
}

// StepsPerEpoch returns the number of batches in an epoch.
func (b *Batches) StepsPerEpoch() int { return b.blocks / b.size }

// At returns the batch of a step, counted from 0 over all epochs. The blocks of an epoch
// depend on the seed and the epoch's number alone.
func (b *Batches) At(step int) [][]int32 {
	epoch, within := step/b.StepsPerEpoch(), step%b.StepsPerEpoch()
	if b.current == nil || b.epoch != epoch {
		b.epoch, b.current = epoch, b.arrange(rand.New(rand.NewPCG(b.seed, uint64(epoch))))
	}
	return b.current[within*b.size : (within+1)*b.size]
}
