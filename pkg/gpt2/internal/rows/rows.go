package gpt2

import (
	"errors"
	"fmt"
	"slices"
)

// NoToken given to [Decoding.Append] ends a row.
const NoToken int32 = -1

// rows are texts under way that grow together.
type rows struct {
	config  Config
	beams   int   // of each prompt: its rows follow each other
	lengths []int // of each row, in tokens
	left    int   // how many more tokens fit
}

func newRows(config Config, prompts [][]int32, beams, further int) rows {
	r := rows{config: config, beams: beams, left: further}
	for _, prompt := range prompts {
		for range beams {
			r.lengths = append(r.lengths, len(prompt))
		}
	}
	return r
}

// themselves are the parents of rows none of which takes over from another.
func (r *rows) themselves() []int {
	parents := make([]int, len(r.lengths))
	for row := range parents {
		parents[row] = row
	}
	return parents
}

// check refuses what AppendFrom cannot do.
func (r *rows) check(parents []int, tokens []int32) error {
	rows := len(r.lengths)
	if len(tokens) != rows || len(parents) != rows {
		return fmt.Errorf("%d tokens and %d parents for %d rows", len(tokens), len(parents), rows)
	}
	if r.left == 0 {
		return errors.New("no room for a further token")
	}
	for row, parent := range parents {
		if parent < 0 || parent >= rows || parent/r.beams != row/r.beams {
			return fmt.Errorf("row %d cannot take over from row %d: it is no beam of the same prompt", row, parent)
		}
		if tokens[row] == NoToken {
			continue
		}
		if err := r.config.checkToken(tokens[row]); err != nil {
			return fmt.Errorf("row %d: %w", row, err)
		}
		if r.lengths[parent] >= r.config.NPositions {
			return fmt.Errorf("row %d has no position left for a further token", row)
		}
	}
	return nil
}

// checkPrompts refuses prompts that cannot be decoded.
func (c Config) checkPrompts(prompts [][]int32, beams, further int) error {
	if beams < 1 {
		return fmt.Errorf("GPT-2 decoder: %d beams", beams)
	}
	if len(prompts) == 0 {
		return errors.New("GPT-2 decoder: no prompts")
	}
	if further < 0 {
		return fmt.Errorf("GPT-2 decoder: %d further tokens", further)
	}
	for row, prompt := range prompts {
		if len(prompt) == 0 {
			return fmt.Errorf("GPT-2 decoder: prompt %d is empty", row)
		}
		if len(prompt) > c.NPositions {
			return fmt.Errorf("GPT-2 decoder: prompt %d has %d tokens: the model has %d positions", row, len(prompt), c.NPositions)
		}
		for _, id := range prompt {
			if err := c.checkToken(id); err != nil {
				return fmt.Errorf("GPT-2 decoder: prompt %d: %w", row, err)
			}
		}
	}
	return nil
}

// checkToken tells whether id is a token of the vocabulary.
func (c Config) checkToken(id int32) error {
	if id < 0 || int(id) >= c.VocabSize {
		return fmt.Errorf("token %d is not in the vocabulary of %d", id, c.VocabSize)
	}
	return nil
}

// distinct returns the prompts that differ, and which of them each prompt is.
func distinct(prompts [][]int32) (unique [][]int32, which []int) {
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

// takeOver returns which slots each row sees once it sees what its parent saw.
func takeOver(seen [][]int32, parents []int) [][]int32 {
	taken := make([][]int32, len(seen))
	for row, parent := range parents {
		taken[row] = seen[parent]
		if parent != row {
			taken[row] = slices.Clone(taken[row])
		}
	}
	return taken
}

// freeSlots returns for each row a slot that none of them sees.
func freeSlots(seen [][]int32) []int32 {
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

// scoredRows copies, for each row, the row of logits [R,V] that scores it: [B,V].
func scoredRows(to, logits []float32, scored []int, v int) []float32 {
	to = slices.Grow(to[:0], len(scored)*v)
	for _, row := range scored {
		to = append(to, logits[row*v:(row+1)*v]...)
	}
	return to
}

// splitRows splits [B,V] into rows.
func splitRows(flat []float32, v int) [][]float32 {
	rows := make([][]float32, 0, len(flat)/v)
	for row := range slices.Chunk(flat, v) {
		rows = append(rows, row)
	}
	return rows
}
