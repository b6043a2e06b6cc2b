package gpt2

import (
	"errors"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/internal/rows"
)

// cache keeps the keys and values of tokens in slots. The rows of a group share its slots:
// a token is written once, into any slot that is free, and each row keeps the list of slots
// that it sees. So a row can take over another's text without anything being copied, and a
// slot that no row sees any more is free again.
//
// Where engine and host share memory, as on the CPU, the host writes only the new token's
// values; elsewhere the engine updates its cache in place.
type cache struct {
	backend compute.Backend
	put     *graph.Exec       // writes where no memory is shared: see putGraph
	parts   []*tensors.Tensor // keys and values of each layer in turn, [G,H,S,D]
	groups  int               // G
	heads   int               // H
	slots   int               // S
	width   int               // D
	seen    [][]int32         // of each row: the slots of its tokens, in their order
}

// newCache makes a cache for groups of beams and fills each group's first slots with
// its prompt: keys and values [U,H,P,D] as prefillGraph returns them, of which group
// g gets prompt which[g] as far as lengths[g].
func newCache(d *Decoder, read []*tensors.Tensor, which, lengths []int, beams, slots int) (*cache, error) {
	config := d.model.Config
	c := &cache{backend: d.backend, put: d.put, groups: len(which), heads: config.NHead, slots: slots, width: config.HeadWidth()}
	p := read[0].Shape().Dimensions[2]
	for _, prompts := range read {
		err := c.addPart(prompts, func(to, from []float32) {
			for g := range c.groups {
				for h := range c.heads {
					begin := (which[g]*c.heads + h) * p * c.width
					copy(to[c.at(g, h, 0):], from[begin:begin+lengths[g]*c.width])
				}
			}
		})
		if err != nil {
			return nil, errors.Join(err, c.free())
		}
	}
	for _, length := range lengths {
		for range beams {
			seen := make([]int32, length)
			for slot := range seen {
				seen[slot] = int32(slot)
			}
			c.seen = append(c.seen, seen)
		}
	}
	return c, nil
}

// addPart adds keys or values of a layer and fills them.
func (c *cache) addPart(from *tensors.Tensor, fill func(to, from []float32)) error {
	shape := shapes.Make(dtypes.Float32, c.groups, c.heads, c.slots, c.width)
	part, err := tensors.FromShapeForBackend(c.backend, 0, shape)
	if err != nil {
		return err
	}
	c.parts = append(c.parts, part)
	return transfer(part, from, fill)
}

// free gives the memory back.
func (c *cache) free() error {
	var freed []error
	for _, part := range c.parts {
		freed = append(freed, part.FinalizeAll())
	}
	return errors.Join(freed...)
}

// beams returns the number of rows of a group.
func (c *cache) beams() int { return len(c.seen) / c.groups }

// at returns where a slot begins in a part.
func (c *cache) at(group, head, slot int) int {
	return ((group*c.heads+head)*c.slots + slot) * c.width
}

// takeOver lets every row see what its parent saw.
func (c *cache) takeOver(parents []int) { c.seen = rows.TakeOver(c.seen, parents) }

// mask returns 0 for each slot that a row sees and masked for the others, [B,S].
func (c *cache) mask() []float32 {
	mask := slices.Repeat([]float32{masked}, len(c.seen)*c.slots)
	for row, seen := range c.seen {
		for _, slot := range seen {
			mask[row*c.slots+int(slot)] = 0
		}
	}
	return mask
}

// reserve returns a free slot for each row, and grows the cache if need be.
func (c *cache) reserve() ([]int32, error) {
	reserved := make([]int32, 0, len(c.seen))
	for group := range slices.Chunk(c.seen, c.beams()) {
		reserved = append(reserved, rows.FreeSlots(group)...)
	}
	for int(slices.Max(reserved)) >= c.slots {
		if err := c.grow(); err != nil {
			return nil, err
		}
	}
	return reserved, nil
}

// grow makes room for half as many slots again.
func (c *cache) grow() error {
	old := *c
	c.slots, c.parts = roundUp(old.slots+old.slots/2, slotStep), nil
	for _, part := range old.parts {
		err := c.addPart(part, func(to, from []float32) {
			for g := range c.groups {
				for h := range c.heads {
					copy(to[c.at(g, h, 0):], from[old.at(g, h, 0):old.at(g, h, old.slots)])
				}
			}
		})
		if err = errors.Join(err, part.FinalizeAll()); err != nil {
			return err
		}
	}
	return nil
}

// write puts the keys and values of every row's new token, fresh [2L,B,H,D], into slots,
// where the row sees them. A slot of -1 drops them and everything else that the row sees.
func (c *cache) write(fresh *tensors.Tensor, slots []int32) error {
	writing := c.writeOnDevice
	if c.backend.HasSharedBuffers() {
		writing = c.writeShared
	}
	if err := writing(fresh, slots); err != nil {
		return err
	}
	for row, slot := range slots {
		if slot < 0 {
			c.seen[row] = nil
			continue
		}
		c.seen[row] = append(c.seen[row], slot)
	}
	return nil
}

// writeShared is write where the host can change what the engine holds.
func (c *cache) writeShared(fresh *tensors.Tensor, slots []int32) error {
	beams, size := c.beams(), len(c.seen)*c.heads*c.width
	for i, part := range c.parts {
		err := transfer(part, fresh, func(to, from []float32) {
			from = from[i*size : (i+1)*size] // [B,H,D]
			for row, slot := range slots {
				for h := range c.heads {
					if slot >= 0 {
						copy(to[c.at(row/beams, h, int(slot)):], from[(row*c.heads+h)*c.width:][:c.width])
					}
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeOnDevice is write where the engine has memory of its own.
func (c *cache) writeOnDevice(fresh *tensors.Tensor, slots []int32) error {
	rows := slices.Repeat([]int32{-1}, c.groups*c.slots) // [G,S]: the row that writes to a slot
	for row, slot := range slots {
		if slot >= 0 {
			rows[row/c.beams()*c.slots+int(slot)] = int32(row)
		}
	}
	inputs := []any{fresh, tensors.FromFlatDataAndDimensions(rows, c.groups, c.slots)}
	for _, part := range c.parts {
		given, err := graph.DonateTensorBuffer(part, c.backend, 0)
		if err != nil {
			return err
		}
		inputs = append(inputs, given)
	}
	written, err := c.put.Call(inputs...)
	c.parts = written
	return err
}

// transfer calls move with the values of two tensors, of which it changes the first.
func transfer(to, from *tensors.Tensor, move func(to, from []float32)) error {
	var inner error
	err := tensors.MutableFlatData(to, func(target []float32) {
		inner = tensors.ConstFlatData(from, func(source []float32) { move(target, source) })
	})
	return errors.Join(err, inner)
}
