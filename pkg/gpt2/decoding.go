package gpt2

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/internal/rows"
)

// Decoding is a number of rows under way: prompts and what was appended to them.
// All rows grow together. It is not safe for use by several goroutines at once.
type Decoding struct {
	rows    rows.Rows
	decoder *Decoder
	cache   *cache
	logits  *tensors.Tensor // [R,V]
	scored  []int           // [B]: the row of logits that scores each row
	host    []float32       // what Logits returned
}

// Logits returns each row's scores of the next token: [B][V]. They are the caller's
// to change until the next call.
func (s *Decoding) Logits() ([][]float32, error) {
	v := s.decoder.model.Config.VocabSize
	var err error
	if slices.Equal(s.scored, s.rows.Themselves()) {
		err = s.readLogits()
	} else {
		err = tensors.ConstFlatData(s.logits, func(flat []float32) { s.host = rows.Scored(s.host, flat, s.scored, v) })
	}
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: reading logits: %w", err)
	}
	return rows.Split(s.host, v), nil
}

// readLogits copies all logits to the host, into the buffer of the previous ones: a tensor
// would allocate new memory each time.
func (s *Decoding) readLogits() error {
	buffer, err := s.logits.Buffer(s.decoder.backend, 0)
	if err != nil {
		return err
	}
	n := s.logits.Shape().Size()
	s.host = slices.Grow(s.host[:0], n)[:n]
	return buffer.ToFlatData(s.host)
}

// Append adds one token to every row and scores the next. A row that is given
// [NoToken] ends: its logits mean nothing from then on.
func (s *Decoding) Append(tokens []int32) error {
	return s.AppendFrom(s.rows.Themselves(), tokens)
}

// AppendFrom replaces every row by what row parents[row] held, a beam of the same
// prompt, with one token more, and scores the next. A row that is given [NoToken]
// ends: its logits mean nothing from then on, nor do those of rows that take over
// from it.
func (s *Decoding) AppendFrom(parents []int, tokens []int32) error {
	lengths, err := s.rows.Next(parents, tokens)
	if err != nil {
		return fmt.Errorf("GPT-2 decoder: %w", err)
	}
	b := len(tokens)
	tokens = slices.Clone(tokens)
	positions, ended := make([]int32, b), make([]bool, b)
	for row, length := range lengths {
		if ended[row] = tokens[row] == NoToken; ended[row] {
			tokens[row] = 0
			continue
		}
		positions[row] = int32(length - 1)
	}
	s.cache.takeOver(parents)
	slots, err := s.cache.reserve()
	if err != nil {
		return fmt.Errorf("GPT-2 decoder: room for a further token: %w", err)
	}
	inputs := append([]*tensors.Tensor{
		tensors.FromFlatDataAndDimensions(tokens, b),
		tensors.FromFlatDataAndDimensions(positions, b),
		tensors.FromFlatDataAndDimensions(s.cache.mask(), b, s.cache.slots),
	}, s.cache.parts...)
	outputs, err := s.decoder.run(s.decoder.step, inputs...)
	if err != nil {
		return fmt.Errorf("GPT-2 decoder: a further token: %w", err)
	}
	logits, fresh := outputs[0], outputs[1]
	for row := range slots {
		if ended[row] {
			slots[row] = -1
		}
	}
	if err := errors.Join(s.cache.write(fresh, slots), fresh.FinalizeAll(), s.logits.FinalizeAll()); err != nil {
		return fmt.Errorf("GPT-2 decoder: %w", err)
	}
	s.logits = logits
	for row := range s.scored {
		s.scored[row] = row
	}
	s.rows.Grow(lengths)
	return nil
}

// Close frees what the rows hold on the device.
func (s *Decoding) Close() error {
	return errors.Join(s.logits.FinalizeAll(), s.cache.free())
}
