package generate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/backend/memory"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
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

// ErrOutOfMemory says that the decoder's device has too little memory for so many rows, so long.
var ErrOutOfMemory = errors.New("out of memory: lower BatchSize, NumBeams or NumReturnSequences, or MaxNewTokens or MaxLength, or decode with weights in bfloat16 or int8")

// Sequence is a continued prompt in tokens.
type Sequence struct {
	// Prompt is the place of the prompt in the list, Index the text's number among
	// those of the same prompt: for a search, from its best text down.
	Prompt, Index int
	// Given are the tokens of opening and prompt, or the begin token; New are those that were
	// added, without the end token.
	Given, New []int32
	// Ended tells why nothing more was added: ByEnd or ByLength.
	Ended string
	// End is the token that ended the text, where Ended is ByEnd.
	End int32
	// Score is what a search ranks its texts by: the sum of the log-probabilities, as
	// the options reshaped them, divided by a power of the length. 0 without beams.
	Score float64
}

// Text is a continued prompt.
type Text struct {
	Sequence
	// Text is prompt and continuation, decoded together.
	Text string
	// Continuation is what was added, without a last character that the length limit cut
	// off.
	Continuation string
}

// Generator continues texts with one model. It is not safe for use by several goroutines
// at once.
type Generator struct {
	config config.GPT2
	start  func(prompts [][]int32, beams, further int) (Decoding, error)
}

// Decoding is rows of tokens that are being decoded, started by a model's decoder: the
// beams of each prompt, one prompt after the other.
type Decoding interface {
	// Logits returns each row's scores of the next token. They are the caller's to change
	// until the next call.
	Logits() ([][]float32, error)
	// AppendFrom replaces every row by what row parents[row] held, a beam of the same
	// prompt, with one token more. A row that is given [config.NoToken] ends.
	AppendFrom(parents []int, tokens []int32) error
	// Close frees what the rows hold.
	Close() error
}

// New returns a generator for a model of the given configuration. start reads prompts and
// makes room for further tokens in each of their beams: it is the StartBeams method of a
// decoder, either pkg/gpt2's (on an engine) or pkg/gpt2/int8's (without one). The decoder's
// weights must not change while the generator works.
func New[D Decoding](c config.GPT2, start func(prompts [][]int32, beams, further int) (D, error)) *Generator {
	return &Generator{c, func(prompts [][]int32, beams, further int) (Decoding, error) {
		return start(prompts, beams, further)
	}}
}

// Text continues every prompt, NumReturnSequences times each; the texts come in the order
// of the prompts. An empty prompt starts from the begin token and is an error if there is
// none, as is a prompt that fills all of the model's positions, one that leaves no room
// below MaxLength, or a token that the model does not know. When ctx ends, or memory does
// ([ErrOutOfMemory]), Text returns the texts that are complete together with the error.
func (g *Generator) Text(ctx context.Context, tokenizer Tokenizer, prompts []string, o Options) ([]Text, error) {
	for i, word := range o.BadWords {
		if word == "" {
			return nil, fmt.Errorf("generating: options: BadWords[%d] is empty", i)
		}
		// Written at the start of a line, and after another word.
		o.BadWordsIDs = append(slices.Clip(o.BadWordsIDs), tokenizer.Encode(word), tokenizer.Encode(" "+word))
	}
	given := make([][]int32, len(prompts))
	for i, prompt := range prompts {
		given[i] = tokenizer.Encode(prompt)
	}
	sequences, err := g.run(ctx, given, o, tokenizer)
	texts := make([]Text, len(sequences))
	for i, sequence := range sequences {
		texts[i] = Text{
			Sequence:     sequence,
			Text:         whole(tokenizer.Decode(slices.Concat(given[sequence.Prompt], sequence.New))),
			Continuation: whole(tokenizer.Decode(sequence.New)),
		}
	}
	return texts, err
}

// IDs is [Generator.Text] on tokens. BadWords, which have none, are an error.
func (g *Generator) IDs(ctx context.Context, prompts [][]int32, o Options) ([]Sequence, error) {
	if len(o.BadWords) > 0 {
		return nil, errors.New("generating: options: BadWords without a tokenizer: give their tokens as BadWordsIDs")
	}
	return g.run(ctx, prompts, o, nil)
}

// run continues prompts in batches. tokenizer may be nil: it is for progress.
func (g *Generator) run(ctx context.Context, prompts [][]int32, o Options, tokenizer Tokenizer) ([]Sequence, error) {
	if err := o.validate(g.config); err != nil {
		return nil, fmt.Errorf("generating: options: %w", err)
	}
	list, err := g.tasks(prompts, o)
	if err != nil {
		return nil, fmt.Errorf("generating: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	size := min(o.tasks(len(list)/len(prompts)), len(list))
	report := reporter{o.Progress, tokenizer, list}
	for begin := 0; begin < len(list); begin += size {
		batch := list[begin:min(begin+size, len(list))]
		err := g.batch(ctx, batch, size, o.beams(), report)
		if memory.Exhausted(err) {
			err = fmt.Errorf("%w: %w", ErrOutOfMemory, err)
		}
		if err != nil {
			return finished(list), fmt.Errorf("generating: %w", err)
		}
	}
	return finished(list), nil
}

// batch works on the tasks until all are done. It always decodes rows for size tasks,
// padding with empty ones, because every number of rows is compiled separately.
func (g *Generator) batch(ctx context.Context, list []task, size, beams int, report reporter) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	prompts := make([][]int32, size)
	further := 0
	for i := range prompts {
		prompts[i] = []int32{0}
		if i < len(list) {
			j := list[i].work()
			prompts[i] = j.given
			further = max(further, j.most-len(j.given))
		}
	}
	decoding, err := g.start(prompts, beams, further)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, decoding.Close()) }()
	parents, tokens := make([]int, size*beams), make([]int32, size*beams)
	for {
		logits, err := decoding.Logits()
		if err != nil {
			return err
		}
		for row := range parents {
			parents[row], tokens[row] = row, config.NoToken
		}
		busy, err := steps(list, beams, logits, parents, tokens)
		if err != nil {
			return err
		}
		report.step()
		if !busy {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := decoding.AppendFrom(parents, tokens); err != nil {
			return err
		}
	}
}

// steps advances each unfinished task by one step, on its own rows, and tells whether any
// is still unfinished.
func steps(list []task, beams int, logits [][]float32, parents []int, tokens []int32) (busy bool, err error) {
	failures := make([]error, len(list))
	one := func(i int) {
		t, first, end := list[i], i*beams, (i+1)*beams
		if t.done() {
			return
		}
		failures[i] = t.step(logits[first:end], parents[first:end], tokens[first:end])
		for row := first; row < end; row++ {
			if t.done() {
				parents[row], tokens[row] = row, config.NoToken
			} else {
				parents[row] += first
			}
		}
	}
	if beams == 1 {
		vec.Parallel(len(list), 1, func(i, _ int) { one(i) })
	} else { // A search is itself parallel.
		for i := range list {
			one(i)
		}
	}
	for i, t := range list {
		if failures[i] != nil {
			return false, fmt.Errorf("prompt %d, text %d: %w", t.work().prompt, t.work().index, failures[i])
		}
		busy = busy || !t.done()
	}
	return busy, nil
}

// finished returns the texts that are complete.
func finished(list []task) []Sequence {
	var sequences []Sequence
	for _, t := range list {
		if t.done() {
			sequences = append(sequences, t.sequences()...)
		}
	}
	return sequences
}
