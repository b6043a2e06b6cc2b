// Package rows is what decoders of a GPT-2 share, whatever computes: which rows are under
// way, how long they are, and which slots of a cache they see.
//
// In: prompts, and the tokens and parents that a decoder is given for its rows. Out: why a
// step cannot be done, or the rows' lengths, slots and logits after it. Letters in shape
// comments are those of pkg/gpt2.
package rows

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// Rows are texts under way that grow together.
type Rows struct {
	config  config.GPT2
	beams   int   // of each prompt: its rows follow each other
	lengths []int // of each row, in tokens
	left    int   // how many more tokens fit
}

// New returns rows that begin with prompts, beams of each, and have room for further
// tokens. Prompts that cannot be decoded are an error.
func New(c config.GPT2, prompts [][]int32, beams, further int) (Rows, error) {
	if err := check(c, prompts, beams, further); err != nil {
		return Rows{}, err
	}
	r := Rows{config: c, beams: beams, left: further}
	for _, prompt := range prompts {
		for range beams {
			r.lengths = append(r.lengths, len(prompt))
		}
	}
	return r, nil
}

func check(c config.GPT2, prompts [][]int32, beams, further int) error {
	if beams < 1 {
		return fmt.Errorf("%d beams", beams)
	}
	if len(prompts) == 0 {
		return errors.New("no prompts")
	}
	if further < 0 {
		return fmt.Errorf("%d further tokens", further)
	}
	for p, prompt := range prompts {
		if len(prompt) == 0 {
			return fmt.Errorf("prompt %d is empty", p)
		}
		if len(prompt) > c.NPositions {
			return fmt.Errorf("prompt %d has %d tokens: the model has %d positions", p, len(prompt), c.NPositions)
		}
		for _, id := range prompt {
			if err := c.CheckToken(id); err != nil {
				return fmt.Errorf("prompt %d: %w", p, err)
			}
		}
	}
	return nil
}

// Themselves are the parents of rows none of which takes over from another.
func (r *Rows) Themselves() []int {
	parents := make([]int, len(r.lengths))
	for row := range parents {
		parents[row] = row
	}
	return parents
}

// Next returns the lengths of the rows once each has taken over from its parent and has a
// token more, 0 of those that end. What cannot be done is an error.
func (r *Rows) Next(parents []int, tokens []int32) ([]int, error) {
	rows := len(r.lengths)
	if len(tokens) != rows || len(parents) != rows {
		return nil, fmt.Errorf("%d tokens and %d parents for %d rows", len(tokens), len(parents), rows)
	}
	if r.left == 0 {
		return nil, errors.New("no room for a further token")
	}
	lengths := make([]int, rows)
	for row, parent := range parents {
		if parent < 0 || parent >= rows || parent/r.beams != row/r.beams {
			return nil, fmt.Errorf("row %d cannot take over from row %d: it is no beam of the same prompt", row, parent)
		}
		if tokens[row] == config.NoToken {
			continue
		}
		if err := r.config.CheckToken(tokens[row]); err != nil {
			return nil, fmt.Errorf("row %d: %w", row, err)
		}
		if r.lengths[parent] >= r.config.NPositions {
			return nil, fmt.Errorf("row %d has no position left for a further token", row)
		}
		lengths[row] = r.lengths[parent] + 1
	}
	return lengths, nil
}

// Grow notes that the rows have those lengths, a token more.
func (r *Rows) Grow(lengths []int) {
	r.lengths = lengths
	r.left--
}

// Distinct returns the prompts that differ, and which of them each prompt is.
func Distinct(prompts [][]int32) (unique [][]int32, which []int) {
	which = make([]int, len(prompts))
	for p, prompt := range prompts {
		which[p] = slices.IndexFunc(unique, func(other []int32) bool { return slices.Equal(other, prompt) })
		if which[p] < 0 {
			which[p] = len(unique)
			unique = append(unique, prompt)
		}
	}
	return unique, which
}

// TakeOver returns which slots each row sees once it sees what its parent saw.
func TakeOver(seen [][]int32, parents []int) [][]int32 {
	taken := make([][]int32, len(seen))
	for row, parent := range parents {
		taken[row] = seen[parent]
		if parent != row {
			taken[row] = slices.Clone(taken[row])
		}
	}
	return taken
}

// FreeSlots returns for each row a slot that none of them sees.
func FreeSlots(seen [][]int32) []int32 {
	used := map[int32]bool{}
	for _, slots := range seen {
		for _, slot := range slots {
			used[slot] = true
		}
	}
	free := make([]int32, 0, len(seen))
	for slot := int32(0); len(free) < len(seen); slot++ {
		if !used[slot] {
			free = append(free, slot)
		}
	}
	return free
}

// Scored copies, for each row, the row of logits [R,V] that scores it: [B,V].
func Scored(to, logits []float32, scored []int, v int) []float32 {
	to = slices.Grow(to[:0], len(scored)*v)
	for _, row := range scored {
		to = append(to, logits[row*v:(row+1)*v]...)
	}
	return to
}

// Split splits [B,V] into rows.
func Split(flat []float32, v int) [][]float32 {
	rows := make([][]float32, 0, len(flat)/v)
	for row := range slices.Chunk(flat, v) {
		rows = append(rows, row)
	}
	return rows
}
