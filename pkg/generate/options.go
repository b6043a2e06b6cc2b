package generate

import (
	"errors"
	"fmt"
	"math"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

const (
	defaultMaxNewTokens = 100
	defaultBatchSize    = 16
)

// Values of [Options.EarlyStopping].
const (
	// WhenUnlikely ends a search once no beam looks as if it could still beat the
	// texts that are complete, at its present length. (early_stopping = False)
	WhenUnlikely = ""
	// WhenEnough ends it as soon as there are as many complete texts as beams.
	// (early_stopping = True)
	WhenEnough = "true"
	// WhenImpossible is WhenUnlikely, but supposes that a beam may grow to the
	// greatest length. (early_stopping = "never")
	WhenImpossible = "never"
)

// Transformers35 is the value of [Options.Compat] that does what transformers
// 3.5.1 did, the release of the study.
const Transformers35 = "transformers-3.5"

// Options say how texts are continued, under transformers' names. The zero value
// continues each prompt greedily by up to 100 tokens.
type Options struct {
	// DoSample draws tokens from their probabilities; otherwise the likeliest are
	// taken, and Temperature, TopK, TopP and TypicalP have no effect.
	DoSample bool
	// NumBeams is the number of beams that a search follows; 0 and 1 mean no search. With
	// DoSample the beams' continuations are drawn.
	NumBeams int
	// NumReturnSequences is the number of texts for each prompt; 0 means 1. A search
	// returns its best texts: at most as many as there are beams, and fewer if fewer have a
	// probability above 0.
	NumReturnSequences int

	// Temperature divides the scores; 0 means 1.
	Temperature float64
	// TopK keeps that many likeliest tokens; 0 keeps all.
	TopK int
	// TopP keeps the likeliest tokens whose probabilities add up to it; 0 and 1 keep all.
	TopP float64
	// TypicalP keeps the most typical tokens whose probabilities add up to it; 0 and 1 keep
	// all.
	TypicalP float64
	// RepetitionPenalty weakens tokens that are in the text; 0 means 1, none.
	RepetitionPenalty float64
	// NoRepeatNgramSize is the length of the n-grams that must not occur twice; 0 allows
	// all.
	NoRepeatNgramSize int
	// BadWords must not occur, with or without a space before them.
	BadWords []string
	// BadWordsIDs are sequences of tokens that must not occur.
	BadWordsIDs [][]int32

	// MaxNewTokens is the most tokens that are added; 0 means as MaxLength says, or else
	// 100. No text grows beyond the model's positions.
	MaxNewTokens int
	// MaxLength is the most tokens of prompt and continuation together; it has no
	// effect where MaxNewTokens is set.
	MaxLength int
	// MinNewTokens is the least number of tokens added before the text may end.
	MinNewTokens int
	// MinLength is the same for prompt and continuation together; it has no effect
	// where MinNewTokens is set.
	MinLength int

	// Processors, if set, makes further processors, in the order in which they act. As in
	// transformers, they run after those of the other options, but before the ones that
	// need DoSample: Temperature, TopK, TopP and TypicalP act on their result. The scores
	// are logits, or log-probabilities with beams; a processor may change them, in place,
	// to any finite number or to -Inf. It must neither change nor keep the text.
	//
	// Processors is called once for each text, or for each beam of a search, so that every
	// row's processors have buffers of their own; those of different rows run concurrently.
	// The beam in a row changes from step to step, so a processor must rely only on the
	// text that it is given, not on earlier calls.
	Processors func() []Processor

	// LengthPenalty is the power of a text's length by which a search divides its
	// score: above 0 it favours long texts. nil means 1.
	LengthPenalty *float64
	// EarlyStopping tells when a search ends: WhenUnlikely, WhenEnough or
	// WhenImpossible.
	EarlyStopping string

	// Opening are tokens put before every prompt that are not part of the text, such as
	// those that the model learnt to start from. They count towards lengths and penalties
	// as the prompt's do.
	Opening []int32
	// EOS are the tokens that end a text; none means the model's end token.
	EOS []int32
	// BOS is the token from which an empty prompt starts; nil means the model's.
	BOS *int32
	// Pad fills up the rows of [Generator.Rows]; nil means the model's padding token,
	// or else its end token.
	Pad *int32

	// Compat is "" for what transformers does today, or Transformers35. With the latter,
	// beam sampling runs an independent search for each text; warpers act on scores that
	// include the beam's own, and temperature comes last, so that it divides the beam's
	// score too; lengths include the prompt. Options that the release lacked are an error.
	Compat string

	// BatchSize is the number of rows that are computed side by side: texts, or their
	// beams. 0 means 16, and with beams all that belong to a prompt.
	BatchSize int
	// Seed of the draws.
	Seed uint64
	// Progress, if set, is called after every step.
	Progress func(Progress)

	// draws, if set, gives what draws for a task: tests repeat recorded draws.
	draws func(prompt, index int) drawer
}

// validate returns every mistake in the options, joined.
func (o Options) validate(c config.GPT2) error {
	var wrong []error
	mistake := func(format string, values ...any) { wrong = append(wrong, fmt.Errorf(format, values...)) }
	for _, field := range []struct {
		name  string
		value float64
	}{
		{"Temperature", o.Temperature}, {"RepetitionPenalty", o.RepetitionPenalty},
		{"TopP", o.TopP}, {"TypicalP", o.TypicalP}, {"TopK", float64(o.TopK)},
		{"NoRepeatNgramSize", float64(o.NoRepeatNgramSize)},
		{"MaxNewTokens", float64(o.MaxNewTokens)}, {"MaxLength", float64(o.MaxLength)},
		{"MinNewTokens", float64(o.MinNewTokens)}, {"MinLength", float64(o.MinLength)},
		{"NumBeams", float64(o.NumBeams)}, {"NumReturnSequences", float64(o.NumReturnSequences)},
		{"BatchSize", float64(o.BatchSize)},
	} {
		if !(field.value >= 0) || math.IsInf(field.value, 0) {
			mistake("%s is %v: must be a number, not below 0", field.name, field.value)
		}
	}
	if o.TopP > 1 {
		mistake("TopP is %v: must not be above 1", o.TopP)
	}
	if o.TypicalP > 1 {
		mistake("TypicalP is %v: must not be above 1", o.TypicalP)
	}
	if p := o.LengthPenalty; p != nil && (math.IsNaN(*p) || math.IsInf(*p, 0)) {
		mistake("LengthPenalty is %v: must be a number", *p)
	}
	switch o.EarlyStopping {
	case WhenUnlikely, WhenEnough, WhenImpossible:
	default:
		mistake("EarlyStopping is %q: it may be %q, %q or %q", o.EarlyStopping, WhenUnlikely, WhenEnough, WhenImpossible)
	}
	o.validateNumber(mistake)
	o.validateCompat(mistake, c)
	o.validateTokens(mistake, c)
	return errors.Join(wrong...)
}

// validateNumber checks that a prompt can give that many texts.
func (o Options) validateNumber(mistake func(string, ...any)) {
	switch {
	case o.NumReturnSequences <= 1 || o.independent():
	case o.beams() == 1:
		mistake("NumReturnSequences is %d without DoSample or NumBeams: all texts would be the same", o.NumReturnSequences)
	case o.NumReturnSequences > o.beams():
		mistake("NumReturnSequences is %d: %d beams have no more texts than that", o.NumReturnSequences, o.beams())
	}
}

// validateCompat checks that the options are among those of the release.
func (o Options) validateCompat(mistake func(string, ...any), c config.GPT2) {
	switch o.Compat {
	case "":
	case Transformers35:
		if o.TypicalP != 0 && o.TypicalP != 1 {
			mistake("TypicalP: transformers 3.5 has none")
		}
		if o.EarlyStopping == WhenImpossible {
			mistake("EarlyStopping %q: transformers 3.5 has none", WhenImpossible)
		}
		if o.Processors != nil {
			mistake("Processors: transformers 3.5 takes none")
		}
		if n := len(o.ends(c)); n > 1 {
			mistake("EOS has %d tokens: transformers 3.5 takes one", n)
		}
	default:
		mistake("Compat is %q: it may be empty or %q", o.Compat, Transformers35)
	}
}

// validateTokens checks that the model knows the tokens.
func (o Options) validateTokens(mistake func(string, ...any), c config.GPT2) {
	known := func(name string, ids ...int32) {
		for _, id := range ids {
			if id < 0 || int(id) >= c.VocabSize {
				mistake("%s: token %d is not in the vocabulary of %d", name, id, c.VocabSize)
			}
		}
	}
	known("Opening", o.Opening...)
	known("EOS", o.EOS...)
	if o.BOS != nil {
		known("BOS", *o.BOS)
	}
	if o.Pad != nil {
		known("Pad", *o.Pad)
	}
	for i, word := range o.BadWordsIDs {
		known(fmt.Sprintf("BadWordsIDs[%d]", i), word...)
		if len(word) == 0 {
			mistake("BadWordsIDs[%d] is empty", i)
		}
	}
}

// beams is the number of rows of a text.
func (o Options) beams() int { return max(1, o.NumBeams) }

// independent tells whether each text has a row or a search of its own.
func (o Options) independent() bool {
	return o.DoSample && (o.beams() == 1 || o.Compat == Transformers35)
}

// ends are the tokens that end a text.
func (o Options) ends(c config.GPT2) []int32 {
	if len(o.EOS) > 0 {
		return o.EOS
	}
	if c.EOSTokenID != nil {
		return []int32{*c.EOSTokenID}
	}
	return nil
}

// lengthPenalty is the power of the length that divides scores.
func (o Options) lengthPenalty() float64 {
	if o.LengthPenalty == nil {
		return 1
	}
	return *o.LengthPenalty
}

// limit returns the greatest number of tokens of a text that begins with a prompt
// of that length.
func (o Options) limit(prompt int, c config.GPT2) int {
	switch {
	case o.MaxNewTokens > 0:
		return min(c.NPositions, prompt+o.MaxNewTokens)
	case o.MaxLength > 0:
		return min(c.NPositions, o.MaxLength)
	}
	return min(c.NPositions, prompt+defaultMaxNewTokens)
}

// tasks is the number of tasks that are worked on side by side, where each prompt has
// ofPrompt of them.
func (o Options) tasks(ofPrompt int) int {
	switch beams := o.beams(); {
	case o.BatchSize > 0:
		return max(1, o.BatchSize/beams)
	case beams > 1:
		return ofPrompt
	}
	return defaultBatchSize
}
