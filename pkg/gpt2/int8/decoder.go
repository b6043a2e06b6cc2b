package gpt2

import (
	"errors"
	"fmt"
	"math"
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

// NLL returns the negative log-likelihood, in nats, of each token but the first, given
// those before it. Of a text longer than the model's positions it is given those in a
// window that is moved on by half of them at a time, and that holds as many before the
// token as it can.
func (d *Int8Decoder) NLL(ids []int32) ([]float32, error) {
	if len(ids) < 2 {
		return nil, fmt.Errorf("GPT-2 decoder: %d tokens: one of context and one to score are the least", len(ids))
	}
	for _, id := range ids {
		if err := d.config.checkToken(id); err != nil {
			return nil, fmt.Errorf("GPT-2 decoder: %w", err)
		}
	}
	positions := d.config.NPositions
	if positions < 2 {
		return nil, errors.New("GPT-2 decoder: the model has one position, so that no token follows another")
	}
	nll := make([]float32, 0, len(ids)-1)
	for begin := 0; len(nll) < len(ids)-1; begin += positions / 2 {
		window := ids[begin:min(begin+positions, len(ids))]
		nll = append(nll, d.window(window, len(nll)-begin)...)
	}
	return nll, nil
}

// window returns the negative log-likelihoods of a window's tokens, but for the first and
// as many after it as are known.
func (d *Int8Decoder) window(ids []int32, known int) []float32 {
	var nll []float32
	cache, seen := newInt8Cache(d.config), make([]int32, len(ids))
	for i := range seen {
		seen[i] = int32(i)
	}
	e, v := d.config.NEmbd, d.config.VocabSize
	for begin := 0; begin < len(ids)-1; begin += promptChunk {
		var chunk []int8Token
		for i := begin; i < min(begin+promptChunk, len(ids)-1); i++ {
			chunk = append(chunk, int8Token{ids[i], i, seen[: i+1 : i+1]})
		}
		hidden := d.forward.hidden(chunk, cache)
		skip := min(max(0, known-begin), len(chunk))
		logits := d.forward.unembed(hidden[skip*e:])
		for i := range chunk[skip:] {
			nll = append(nll, surprise(logits[i*v:(i+1)*v], ids[begin+skip+i+1]))
		}
	}
	return nll
}

// surprise is the negative log-likelihood of a token, in nats.
func surprise(logits []float32, token int32) float32 {
	highest, sum := slices.Max(logits), 0.0
	for _, logit := range logits {
		sum += math.Exp(float64(logit - highest))
	}
	return float32(math.Log(sum) - float64(logits[token]-highest))
}
