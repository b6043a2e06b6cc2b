package gpt2

import (
	"fmt"
	"slices"
)

// Int8Decoder scores texts token by token, as a [Decoder] does, with weights in int8. It
// computes in Go, on the processor, whatever the engine: at each step every weight is
// read, which is what takes the time, and int8 is a quarter of float32. Inputs of layers
// are not rounded, so that results are those of a float32 model with the same weights.
// Without the vector instructions that package vec knows it is slower than a [Decoder].
type Int8Decoder struct {
	config  Config
	forward *int8Forward
}

// NewInt8Decoder returns a decoder of w.
func NewInt8Decoder(w *Int8) *Int8Decoder {
	return &Int8Decoder{w.Config, newInt8Forward(w)}
}

// promptChunk is how many tokens of prompts are read at a time.
const promptChunk = 64

// StartBeams is [Decoder.StartBeams].
func (d *Int8Decoder) StartBeams(prompts [][]int32, beams, further int) (*Int8Decoding, error) {
	if err := d.config.checkPrompts(prompts, beams, further); err != nil {
		return nil, err
	}
	s := &Int8Decoding{rows: newRows(d.config, prompts, beams, further), decoder: d, cache: newInt8Cache(d.config)}
	unique, which := distinct(prompts)
	var read []int8Token
	var seen [][]int32 // by each of the distinct prompts
	for _, prompt := range unique {
		first := int32(len(read))
		slots := make([]int32, len(prompt))
		for i, token := range prompt {
			slots[i] = first + int32(i)
			read = append(read, int8Token{token, i, slots[: i+1 : i+1]})
		}
		seen = append(seen, slots)
	}
	var last []float32 // the hidden states of the prompts' last tokens, [U,E]
	for begin := 0; begin < len(read); begin += promptChunk {
		chunk := read[begin:min(begin+promptChunk, len(read))]
		hidden := d.forward.hidden(chunk, s.cache)
		for i, token := range chunk {
			if u := len(last) / d.config.NEmbd; token.position == len(unique[u])-1 {
				last = append(last, hidden[i*d.config.NEmbd:(i+1)*d.config.NEmbd]...)
			}
		}
	}
	s.logits = d.forward.unembed(last)
	for row := range s.lengths {
		s.scored = append(s.scored, which[row/beams])
		s.seen = append(s.seen, slices.Clone(seen[which[row/beams]]))
	}
	return s, nil
}

// Int8Decoding is a [Decoding] of an [Int8Decoder]. It is not safe for use by several
// goroutines at once.
type Int8Decoding struct {
	rows
	decoder *Int8Decoder
	cache   *int8Cache
	seen    [][]int32 // of each row: the slots of its tokens, in their order
	logits  []float32 // [R,V]
	scored  []int     // [B]: the row of logits that scores each row
	host    []float32 // what Logits returned
}

// Logits returns each row's scores of the next token: [B][V]. They are the caller's
// to change until the next call.
func (s *Int8Decoding) Logits() ([][]float32, error) {
	s.host = scoredRows(s.host, s.logits, s.scored, s.config.VocabSize)
	return splitRows(s.host, s.config.VocabSize), nil
}

// Append is [Decoding.Append].
func (s *Int8Decoding) Append(tokens []int32) error { return s.AppendFrom(s.themselves(), tokens) }

// AppendFrom is [Decoding.AppendFrom].
func (s *Int8Decoding) AppendFrom(parents []int, tokens []int32) error {
	if err := s.check(parents, tokens); err != nil {
		return fmt.Errorf("GPT-2 decoder: %w", err)
	}
	s.seen = takeOver(s.seen, parents)
	lengths := make([]int, len(tokens))
	for row, parent := range parents {
		if tokens[row] == NoToken {
			s.seen[row] = nil
			continue
		}
		lengths[row] = s.lengths[parent] + 1
	}
	s.lengths = lengths
	var read []int8Token
	for row, slot := range freeSlots(s.seen) {
		s.scored[row] = 0 // of a row that ended, whose logits mean nothing
		if tokens[row] != NoToken {
			s.scored[row] = len(read)
			s.seen[row] = append(s.seen[row], slot)
			read = append(read, int8Token{tokens[row], lengths[row] - 1, s.seen[row]})
		}
	}
	if len(read) > 0 {
		s.logits = s.decoder.forward.unembed(s.decoder.forward.hidden(read, s.cache))
	}
	s.left--
	return nil
}

// Close does nothing: there is nothing on a device.
func (s *Int8Decoding) Close() error { return nil }
