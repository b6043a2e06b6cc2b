// Package model is what the playground's page does with one model, in the reader's
// browser as natively: it continues a beginning, and scores a text token by token.
//
// In: weights in int8, a tokenizer, and what the model learnt to find before a text. Out:
// texts, and negative log-likelihoods. It needs no engine.
package model

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
)

// Before is what stands before every text: see [corpus.Encoding].
type Before struct {
	// Opening are tokens that stand before a text and end it; none in the study's encoding.
	Opening []int32 `json:"opening"`
	// Blanks stand before a text that is scored, in the study's encoding.
	Blanks string `json:"blanks"`
}

// Model continues and scores texts.
type Model struct {
	config    config.GPT2
	before    Before
	tokenizer *bpe.Tokenizer
	generator *generate.Generator
	decoder   *int8.Decoder
}

// New returns a model.
func New(weights *int8.Weights, tokenizer *bpe.Tokenizer, before Before) *Model {
	decoder := int8.NewDecoder(weights)
	return &Model{weights.Config, before, tokenizer, generate.New(weights.Config, decoder.StartBeams), decoder}
}

// Read reads a model from the files that [int8.Weights.Write] and [bpe.Tokenizer.Write] wrote.
func Read(c config.GPT2, weights io.ReaderAt, size int64, tokenizer io.Reader, before Before) (*Model, error) {
	t, err := bpe.Read(tokenizer)
	if err != nil {
		return nil, err
	}
	w, err := int8.Read(c, weights, size)
	if err != nil {
		return nil, err
	}
	return New(w, t, before), nil
}

// ErrTooLong is the error of a beginning that leaves the model no room to go on.
var ErrTooLong = errors.New("the beginning is too long: nothing can follow it")

// Settings say how a beginning is continued: see [generate.Options].
type Settings struct {
	Sample            bool    `json:"sample"`
	Temperature       float64 `json:"temperature"`
	TopK              int     `json:"top_k"`
	TopP              float64 `json:"top_p"`
	TypicalP          float64 `json:"typical_p"`
	RepetitionPenalty float64 `json:"repetition_penalty"`
	NoRepeatNgramSize int     `json:"no_repeat_ngram_size"`
	MaxNewTokens      int     `json:"max_new_tokens"`
	MinNewTokens      int     `json:"min_new_tokens"`
	Seed              uint64  `json:"seed"`
}

func (s Settings) options(before Before) generate.Options {
	return generate.Options{
		DoSample: s.Sample, Temperature: s.Temperature, TopK: s.TopK, TopP: s.TopP, TypicalP: s.TypicalP,
		RepetitionPenalty: s.RepetitionPenalty, NoRepeatNgramSize: s.NoRepeatNgramSize,
		MaxNewTokens: s.MaxNewTokens, MinNewTokens: s.MinNewTokens, Seed: s.Seed,
		Opening: before.Opening, EOS: before.Opening,
	}
}

// Continuation is what a model wrote.
type Continuation struct {
	Text   string `json:"text"`   // what follows the beginning
	Tokens int    `json:"tokens"` // of it
	Ended  bool   `json:"ended"`  // by the model, and not by the greatest length
}

// Continue continues a beginning. step is called after each token with what there is so
// far; what it returns in place of nil ends the writing.
func (m *Model) Continue(beginning string, settings Settings, step func(Continuation) error) (Continuation, error) {
	if given := len(m.before.Opening) + len(m.tokenizer.Encode(beginning)); given >= m.config.NPositions {
		return Continuation{}, fmt.Errorf("%w: it has %d tokens, and the model %d positions", ErrTooLong, given, m.config.NPositions)
	}
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	o := settings.options(m.before)
	o.Progress = func(p generate.Progress) {
		if err := step(Continuation{Text: strings.TrimPrefix(p.Partial, beginning), Tokens: p.Tokens}); err != nil {
			stop(err)
		}
	}
	texts, err := m.generator.Text(ctx, m.tokenizer, []string{beginning}, o)
	if cause := context.Cause(ctx); cause != nil && len(texts) == 0 {
		return Continuation{}, cause
	}
	if err != nil {
		return Continuation{}, err
	}
	return Continuation{texts[0].Continuation, len(texts[0].New), texts[0].Ended == generate.ByEnd}, nil
}

// Score is how well a model predicts each token of a text.
type Score struct {
	Pieces []string  `json:"-"`     // the bytes of each
	NLL    []float32 `json:"nll"`   // the negative log-likelihood of each, in nats
	Bytes  int       `json:"bytes"` // of all
}

// Score scores a text by itself, without white space at its ends, where each run of it
// inside is one blank. A text of nothing else has no score.
func (m *Model) Score(text string) (Score, error) {
	text = strings.Join(strings.Fields(text), " ")
	ids := m.tokenizer.AppendText(m.before.Opening[:len(m.before.Opening):len(m.before.Opening)], m.before.Blanks+text)
	if text == "" || len(ids) < 2 {
		return Score{}, nil
	}
	nll, err := m.decoder.NLL(ids)
	if err != nil {
		return Score{}, err
	}
	s := Score{NLL: nll}
	for _, id := range ids[1:] {
		s.Pieces = append(s.Pieces, m.tokenizer.Bytes(id))
		s.Bytes += len(m.tokenizer.Bytes(id))
	}
	return s, nil
}

// Words are the words of a text with the bits that each of several models needs for it, of
// their scores.
func Words(scores ...Score) []lean.Word {
	var nll [][]float32
	for _, s := range scores {
		nll = append(nll, s.NLL)
	}
	return lean.Words(scores[0].Pieces, nll...)
}
