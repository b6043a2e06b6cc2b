//go:build !js

package gpt2

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"
)

// Decoding is a number of rows under way: prompts and what was appended to them.
// All rows grow together. It is not safe for use by several goroutines at once.
type Decoding struct {
	rows
	decoder *Decoder
	cache   *cache
	logits  *tensors.Tensor // [R,V]
	scored  []int           // [B]: the row of logits that scores each row
	host    []float32       // what Logits returned
}

// Logits returns each row's scores of the next token: [B][V]. They are the caller's
// to change until the next call.
func (s *Decoding) Logits() ([][]float32, error) {
	v := s.config.VocabSize
	var err error
	if slices.Equal(s.scored, s.themselves()) {
		err = s.readLogits()
	} else {
		err = tensors.ConstFlatData(s.logits, func(flat []float32) { s.host = scoredRows(s.host, flat, s.scored, v) })
	}
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: reading logits: %w", err)
	}
	return splitRows(s.host, v), nil
}

// readLogits copies all logits to the host, where the last ones were: a tensor would be
// given new memory each time.
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
	return s.AppendFrom(s.themselves(), tokens)
}

// AppendFrom replaces every row by what row parents[row] held, a beam of the same
// prompt, with one token more, and scores the next. A row that is given [NoToken]
// ends: its logits mean nothing from then on, nor do those of rows that take over
// from it.
func (s *Decoding) AppendFrom(parents []int, tokens []int32) error {
	if err := s.check(parents, tokens); err != nil {
		return fmt.Errorf("GPT-2 decoder: %w", err)
	}
	rows := len(tokens)
	tokens = slices.Clone(tokens)
	lengths, positions, ended := make([]int, rows), make([]int32, rows), make([]bool, rows)
	for row, parent := range parents {
		if ended[row] = tokens[row] == NoToken; ended[row] {
			tokens[row] = 0
			continue
		}
		positions[row], lengths[row] = int32(s.lengths[parent]), s.lengths[parent]+1
	}
	s.cache.takeOver(parents)
	slots, err := s.cache.reserve()
	if err != nil {
		return fmt.Errorf("GPT-2 decoder: room for a further token: %w", err)
	}
	inputs := []any{
		tensors.FromFlatDataAndDimensions(tokens, rows),
		tensors.FromFlatDataAndDimensions(positions, rows),
		tensors.FromFlatDataAndDimensions(s.cache.mask(), rows, s.cache.slots),
	}
	for _, part := range s.cache.parts {
		inputs = append(inputs, part)
	}
	outputs, err := s.decoder.step.Call(inputs...)
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
	s.logits, s.lengths = logits, lengths
	for row := range s.scored {
		s.scored[row] = row
	}
	s.left--
	return nil
}

// Close frees what the rows hold on the device.
func (s *Decoding) Close() error {
	return errors.Join(s.logits.FinalizeAll(), s.cache.free())
}
