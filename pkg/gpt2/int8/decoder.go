package int8

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/internal/rows"
)

// Decoder scores texts token by token, as pkg/gpt2's does, with weights in int8. It
// computes in Go, on the processor. Each step reads every weight, which dominates the time,
// and int8 weights are a quarter the size of float32 ones. Layer inputs are not rounded, so
// results are those of a float32 model with the same weights. Without the vector
// instructions that package vec uses it is slower than pkg/gpt2's decoder on XLA.
type Decoder struct {
	config  config.GPT2
	forward *forward
}

// NewDecoder returns a decoder of w.
func NewDecoder(w *Weights) *Decoder {
	return &Decoder{w.Config, newForward(w)}
}

// promptChunk is how many tokens of prompts are read at a time.
const promptChunk = 64

// StartBeams reads prompts and makes room for further tokens in each of their rows: row
// p·beams+b is beam b of prompt p. Beams of a prompt may take over from each other with
// [Decoding.AppendFrom]. No prompt may be empty or longer than the model's positions. One
// that is given several times is read once.
func (d *Decoder) StartBeams(prompts [][]int32, beams, further int) (*Decoding, error) {
	begun, err := rows.New(d.config, prompts, beams, further)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	s := &Decoding{rows: begun, decoder: d, cache: newCache(d.config)}
	unique, which := rows.Distinct(prompts)
	var read []token
	var seen [][]int32 // by each of the distinct prompts
	for _, prompt := range unique {
		first := int32(len(read))
		slots := make([]int32, len(prompt))
		for i, id := range prompt {
			slots[i] = first + int32(i)
			read = append(read, token{id, i, slots[: i+1 : i+1]})
		}
		seen = append(seen, slots)
	}
	var last []float32 // the hidden states of the prompts' last tokens, [U,E]
	for begin := 0; begin < len(read); begin += promptChunk {
		chunk := read[begin:min(begin+promptChunk, len(read))]
		hidden := d.forward.hidden(chunk, s.cache)
		for i, t := range chunk {
			if u := len(last) / d.config.NEmbd; t.position == len(unique[u])-1 {
				last = append(last, hidden[i*d.config.NEmbd:(i+1)*d.config.NEmbd]...)
			}
		}
	}
	s.logits = d.forward.unembed(last)
	for row := range len(prompts) * beams {
		s.scored = append(s.scored, which[row/beams])
		s.seen = append(s.seen, slices.Clone(seen[which[row/beams]]))
	}
	return s, nil
}

// Decoding is a number of rows under way: prompts and what was appended to them. All rows
// grow together. It is not safe for use by several goroutines at once.
type Decoding struct {
	rows    rows.Rows
	decoder *Decoder
	cache   *cache
	seen    [][]int32 // of each row: the slots of its tokens, in their order
	logits  []float32 // [R,V]
	scored  []int     // [B]: the row of logits that scores each row
	host    []float32 // what Logits returned
}

// Logits returns each row's scores of the next token: [B][V]. They are the caller's
// to change until the next call.
func (s *Decoding) Logits() ([][]float32, error) {
	v := s.decoder.config.VocabSize
	s.host = rows.Scored(s.host, s.logits, s.scored, v)
	return rows.Split(s.host, v), nil
}

// Append adds one token to every row and scores the next. A row that is given
// [config.NoToken] ends: its logits mean nothing from then on.
func (s *Decoding) Append(tokens []int32) error {
	return s.AppendFrom(s.rows.Themselves(), tokens)
}

// AppendFrom replaces every row by what row parents[row] held, a beam of the same prompt,
// with one token more, and scores the next. A row that is given [config.NoToken] ends: its
// logits mean nothing from then on, nor do those of rows that take over from it.
func (s *Decoding) AppendFrom(parents []int, tokens []int32) error {
	lengths, err := s.rows.Next(parents, tokens)
	if err != nil {
		return fmt.Errorf("GPT-2 decoder: %w", err)
	}
	s.seen = rows.TakeOver(s.seen, parents)
	for row, id := range tokens {
		if id == config.NoToken {
			s.seen[row] = nil
		}
	}
	var read []token
	for row, slot := range rows.FreeSlots(s.seen) {
		s.scored[row] = 0 // of a row that ended, whose logits mean nothing
		if tokens[row] != config.NoToken {
			s.scored[row] = len(read)
			s.seen[row] = append(s.seen[row], slot)
			read = append(read, token{tokens[row], lengths[row] - 1, s.seen[row]})
		}
	}
	if len(read) > 0 {
		s.logits = s.decoder.forward.unembed(s.decoder.forward.hidden(read, s.cache))
	}
	s.rows.Grow(lengths)
	return nil
}

// Close does nothing, since nothing is held on a device.
func (s *Decoding) Close() error { return nil }

// NLL returns the negative log-likelihood, in nats, of each token but the first, given
// those before it. A text longer than the model's positions is read in windows that overlap
// by half, and each token is scored with the longest context that a window gives it.
func (d *Decoder) NLL(ids []int32) ([]float32, error) {
	if len(ids) < 2 {
		return nil, fmt.Errorf("GPT-2 decoder: %d tokens: one of context and one to score are the least", len(ids))
	}
	for _, id := range ids {
		if err := d.config.CheckToken(id); err != nil {
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

// window returns the negative log-likelihoods of a window's tokens, except the first and
// those after it that are already known.
func (d *Decoder) window(ids []int32, known int) []float32 {
	var nll []float32
	cache, seen := newCache(d.config), make([]int32, len(ids))
	for i := range seen {
		seen[i] = int32(i)
	}
	e, v := d.config.NEmbd, d.config.VocabSize
	for begin := 0; begin < len(ids)-1; begin += promptChunk {
		var chunk []token
		for i := begin; i < min(begin+promptChunk, len(ids)-1); i++ {
			chunk = append(chunk, token{ids[i], i, seen[: i+1 : i+1]})
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
func surprise(logits []float32, id int32) float32 {
	highest, sum := slices.Max(logits), 0.0
	for _, logit := range logits {
		sum += math.Exp(float64(logit - highest))
	}
	return float32(math.Log(sum) - float64(logits[id]-highest))
}
