package corpus

import (
	"fmt"
	"math/rand/v2"
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

// Batches deals blocks out in batches, shuffled anew in each epoch. The batch
// of any step can be asked for directly, so that training goes on where it
// stopped with the very batches that it would have had.
type Batches struct {
	blocks [][]int32
	size   int
	seed   uint64

	epoch int   // whose order is held
	order []int // of the blocks in that epoch; nil before the first use
}

// NewBatches makes batches of size blocks. The last, incomplete batch of an
// epoch is dropped (its blocks have their turn in other epochs); a size that
// leaves no batch is an error.
func NewBatches(blocks [][]int32, size int, seed uint64) (*Batches, error) {
	if size < 1 || len(blocks) < size {
		return nil, fmt.Errorf("corpus: %d blocks make no batch of %d: use a shorter block, a smaller batch or more text", len(blocks), size)
	}
	return &Batches{blocks: blocks, size: size, seed: seed}, nil
}

// StepsPerEpoch returns the number of batches in an epoch.
func (b *Batches) StepsPerEpoch() int { return len(b.blocks) / b.size }

// At returns the batch of a step, counted from 0 over all epochs. The order of
// an epoch depends on the seed and the epoch's number alone.
func (b *Batches) At(step int) [][]int32 {
	epoch, within := step/b.StepsPerEpoch(), step%b.StepsPerEpoch()
	if b.order == nil || b.epoch != epoch {
		b.epoch, b.order = epoch, rand.New(rand.NewPCG(b.seed, uint64(epoch))).Perm(len(b.blocks))
	}
	batch := make([][]int32, b.size)
	for i := range batch {
		batch[i] = b.blocks[b.order[within*b.size+i]]
	}
	return batch
}
