package generate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Tokenizer turns text into tokens and back.
type Tokenizer interface {
	Encode(text string) []int32
	Decode(ids []int32) string
}

// Why a text ended.
const (
	// ByEnd: an end token came (it is not part of the text).
	ByEnd = "end"
	// ByLength: the text reached its greatest length.
	ByLength = "length"
)

// Sequence is a continued prompt in tokens.
type Sequence struct {
	// Prompt is the place of the prompt in the list, Index the text's number among
	// those of the same prompt.
	Prompt, Index int
	// Given are the prompt's tokens, New those that were added, without the end token.
	Given, New []int32
	// Ended tells why nothing more was added: ByEnd or ByLength.
	Ended string
}

// Text is a continued prompt.
type Text struct {
	Sequence
	// Text is prompt and continuation, decoded together.
	Text string
	// Continuation is what was added.
	Continuation string
}

// Generator continues texts with one model on one engine. Its compiled graphs are
// kept from call to call. It is not safe for use by several goroutines at once.
type Generator struct {
	model   *gpt2.Model
	decoder *gpt2.Decoder
}

// New returns a generator of a model, whose weights must not change while it works.
func New(be compute.Backend, m *gpt2.Model) (*Generator, error) {
	decoder, err := gpt2.NewDecoder(be, m)
	if err != nil {
		return nil, err
	}
	return &Generator{m, decoder}, nil
}

// Generate continues every prompt, NumReturnSequences times each; the texts come in
// the order of the prompts. It is a [Generator]'s [Generator.Text] for one call.
func Generate(ctx context.Context, be compute.Backend, m *gpt2.Model, tokenizer Tokenizer, prompts []string, o Options) ([]Text, error) {
	generator, err := New(be, m)
	if err != nil {
		return nil, err
	}
	return generator.Text(ctx, tokenizer, prompts, o)
}

// Text continues every prompt, NumReturnSequences times each; the texts come in the
// order of the prompts. An empty prompt starts from the model's begin token and is
// an error if it has none, as is a prompt that fills all positions or a token that
// the model does not know. When ctx ends, the texts that are complete come with its
// error.
func (g *Generator) Text(ctx context.Context, tokenizer Tokenizer, prompts []string, o Options) ([]Text, error) {
	given := make([][]int32, len(prompts))
	for i, prompt := range prompts {
		given[i] = tokenizer.Encode(prompt)
	}
	sequences, err := g.run(ctx, given, o, tokenizer)
	texts := make([]Text, len(sequences))
	for i, sequence := range sequences {
		whole := tokenizer.Decode(slices.Concat(sequence.Given, sequence.New))
		texts[i] = Text{Sequence: sequence, Text: whole, Continuation: tokenizer.Decode(sequence.New)}
	}
	return texts, err
}

// IDs is [Generator.Text] on tokens.
func (g *Generator) IDs(ctx context.Context, prompts [][]int32, o Options) ([]Sequence, error) {
	return g.run(ctx, prompts, o, nil)
}

// row is a text under way.
type row struct {
	sequence   Sequence
	text       []int32 // given and new
	most       int     // greatest length of text
	random     *rand.Rand
	processors []Processor
}

func (r *row) done() bool { return r.sequence.Ended != "" }

// run continues prompts in batches. tokenizer may be nil: it is for progress.
func (g *Generator) run(ctx context.Context, prompts [][]int32, o Options, tokenizer Tokenizer) ([]Sequence, error) {
	if err := o.validate(g.model.Config); err != nil {
		return nil, fmt.Errorf("generating: options: %w", err)
	}
	rows, err := g.rows(prompts, o)
	if err != nil {
		return nil, fmt.Errorf("generating: %w", err)
	}
	size := min(orDefault(o.BatchSize, defaultBatchSize), len(rows))
	report := reporter{o.Progress, tokenizer, rows}
	for begin := 0; begin < len(rows); begin += size {
		batch := rows[begin:min(begin+size, len(rows))]
		if err := g.batch(ctx, batch, size, o, report); err != nil {
			return finished(rows[:begin+len(batch)]), fmt.Errorf("generating: %w", err)
		}
	}
	return finished(rows), nil
}

// rows prepares a text for each prompt and number.
func (g *Generator) rows(prompts [][]int32, o Options) ([]*row, error) {
	config := g.model.Config
	eos := g.eos(o)
	var rows []*row
	for p, prompt := range prompts {
		if len(prompt) == 0 {
			if config.BOSTokenID == nil {
				return nil, fmt.Errorf("prompt %d is empty and the model has no begin token to start from", p)
			}
			prompt = []int32{*config.BOSTokenID}
		}
		if len(prompt) >= config.NPositions {
			return nil, fmt.Errorf("prompt %d has %d tokens: the model has %d positions, so nothing can follow it", p, len(prompt), config.NPositions)
		}
		for index := range orDefault(o.NumReturnSequences, 1) {
			r := &row{
				sequence:   Sequence{Prompt: p, Index: index, Given: slices.Clone(prompt)},
				text:       slices.Clone(prompt),
				most:       o.limit(len(prompt), config),
				random:     stream(o.Seed, p, index),
				processors: o.chain(eos),
			}
			if len(r.text) >= r.most {
				r.sequence.Ended = ByLength
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// eos returns the tokens that end a text.
func (g *Generator) eos(o Options) []int32 {
	if len(o.EOS) > 0 {
		return o.EOS
	}
	if end := g.model.Config.EOSTokenID; end != nil {
		return []int32{*end}
	}
	return nil
}

// batch continues the rows until all are done. It decodes size rows, the last
// ones empty where there are fewer, because every number of rows is compiled anew.
func (g *Generator) batch(ctx context.Context, rows []*row, size int, o Options, report reporter) (err error) {
	prompts := make([][]int32, size)
	further := 0
	for i := range prompts {
		prompts[i] = []int32{0}
		if i < len(rows) {
			prompts[i] = rows[i].text
			further = max(further, rows[i].most-len(rows[i].text))
		}
	}
	if further == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	decoding, err := g.decoder.Start(prompts, further)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, decoding.Close()) }()
	eos := g.eos(o)
	tokens := make([]int32, size)
	for {
		logits, err := decoding.Logits()
		if err != nil {
			return err
		}
		busy := false
		for i := range tokens {
			tokens[i] = gpt2.NoToken
			if i >= len(rows) || rows[i].done() {
				continue
			}
			if err := rows[i].choose(logits[i], o.DoSample, eos); err != nil {
				return fmt.Errorf("prompt %d, text %d: %w", rows[i].sequence.Prompt, rows[i].sequence.Index, err)
			}
			if !rows[i].done() {
				tokens[i] = rows[i].text[len(rows[i].text)-1]
				busy = true
			}
		}
		report.step()
		if !busy {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := decoding.Append(tokens); err != nil {
			return err
		}
	}
}

// choose appends the next token to the row, or ends it.
func (r *row) choose(scores []float32, sample bool, eos []int32) error {
	for _, process := range r.processors {
		process(r.text, len(r.sequence.Given), scores)
	}
	var token int32
	var err error
	if sample {
		token, err = draw(scores, r.random)
	} else {
		token, err = likeliest(scores)
	}
	if err != nil {
		return err
	}
	if slices.Contains(eos, token) {
		r.sequence.Ended = ByEnd
		return nil
	}
	r.text = append(r.text, token)
	if len(r.text) >= r.most {
		r.sequence.Ended = ByLength
	}
	return nil
}

// finished returns the texts that are complete.
func finished(rows []*row) []Sequence {
	var list []Sequence
	for _, r := range rows {
		if r.done() {
			r.sequence.New = slices.Clone(r.text[len(r.sequence.Given):])
			list = append(list, r.sequence)
		}
	}
	return list
}

// reporter tells how far the rows are.
type reporter struct {
	progress  func(Progress)
	tokenizer Tokenizer
	rows      []*row
}

func (r reporter) step() {
	if r.progress == nil {
		return
	}
	state := Progress{Total: len(r.rows)}
	var first *row
	for _, row := range r.rows {
		state.Tokens += len(row.text) - len(row.sequence.Given)
		switch {
		case row.done():
			state.Done++
		case first == nil:
			first = row
		}
	}
	if first == nil {
		first = r.rows[len(r.rows)-1]
	}
	state.Prompt, state.Index = first.sequence.Prompt, first.sequence.Index
	if r.tokenizer != nil {
		state.Partial = r.tokenizer.Decode(first.text)
	}
	r.progress(state)
}
