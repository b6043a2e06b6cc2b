package generate

import (
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

const (
	defaultMaxNewTokens = 100
	defaultBatchSize    = 16
)

// Options say how texts are continued. The zero value continues each prompt
// greedily by up to 100 tokens.
type Options struct {
	// DoSample draws the next token from its probabilities; otherwise the likeliest
	// is taken, and Temperature, TopK and TopP have no effect.
	DoSample bool
	// Temperature divides the scores; 0 means 1.
	Temperature float64
	// TopK keeps that many likeliest tokens; 0 keeps all.
	TopK int
	// TopP keeps the likeliest tokens that have that probability together; 0 and 1
	// keep all.
	TopP float64
	// RepetitionPenalty weakens tokens that are in the text; 0 means 1, none.
	RepetitionPenalty float64
	// NoRepeatNgramSize is the length of runs of tokens that must not come twice; 0
	// allows all.
	NoRepeatNgramSize int
	// BadWords are sequences of tokens that must not come.
	BadWords [][]int32

	// MaxNewTokens is the most tokens that are added; 0 means 100, or no bound of
	// its own where MaxLength is set. No text grows beyond the model's positions.
	MaxNewTokens int
	// MaxLength is the most tokens of prompt and continuation together; 0 sets none.
	MaxLength int
	// MinNewTokens is the least number of tokens added before the text may end.
	MinNewTokens int
	// MinLength is the same for prompt and continuation together.
	MinLength int
	// EOS are the tokens that end a text; none means the model's end token.
	EOS []int32

	// NumReturnSequences is the number of texts for each prompt; 0 means 1.
	NumReturnSequences int
	// BatchSize is the number of texts that are computed side by side; 0 means 16.
	BatchSize int
	// Seed of the draws.
	Seed uint64
	// Progress, if set, is called after every step.
	Progress func(Progress)
}

// Progress is how far generation is.
type Progress struct {
	// Done of Total texts are complete.
	Done, Total int
	// Tokens were generated so far, in all texts.
	Tokens int
	// Prompt and Index tell which text Partial is: the first that is not complete.
	Prompt, Index int
	// Partial is that text so far, with its prompt. It is empty from IDs.
	Partial string
}

// validate returns every mistake in the options, joined.
func (o Options) validate(config gpt2.Config) error {
	var wrong []error
	positive := func(name string, value float64) {
		if !(value >= 0) {
			wrong = append(wrong, fmt.Errorf("%s is %v: must not be below 0", name, value))
		}
	}
	positive("Temperature", o.Temperature)
	positive("RepetitionPenalty", o.RepetitionPenalty)
	positive("TopP", o.TopP)
	positive("TopK", float64(o.TopK))
	positive("NoRepeatNgramSize", float64(o.NoRepeatNgramSize))
	positive("MaxNewTokens", float64(o.MaxNewTokens))
	positive("MaxLength", float64(o.MaxLength))
	positive("MinNewTokens", float64(o.MinNewTokens))
	positive("MinLength", float64(o.MinLength))
	positive("NumReturnSequences", float64(o.NumReturnSequences))
	positive("BatchSize", float64(o.BatchSize))
	if o.TopP > 1 {
		wrong = append(wrong, fmt.Errorf("TopP is %v: must not be above 1", o.TopP))
	}
	if o.NumReturnSequences > 1 && !o.DoSample {
		wrong = append(wrong, fmt.Errorf("NumReturnSequences is %d without DoSample: all texts would be the same", o.NumReturnSequences))
	}
	for _, word := range append([][]int32{o.EOS}, o.BadWords...) {
		for _, id := range word {
			if id < 0 || int(id) >= config.VocabSize {
				wrong = append(wrong, fmt.Errorf("token %d of EOS or BadWords is not in the vocabulary of %d", id, config.VocabSize))
			}
		}
	}
	for i, word := range o.BadWords {
		if len(word) == 0 {
			wrong = append(wrong, fmt.Errorf("BadWords[%d] is empty", i))
		}
	}
	return errors.Join(wrong...)
}

// limit returns the greatest number of tokens of a text that begins with a prompt
// of that length.
func (o Options) limit(prompt int, config gpt2.Config) int {
	most := config.NPositions
	if o.MaxLength > 0 {
		most = min(most, o.MaxLength)
	}
	switch {
	case o.MaxNewTokens > 0:
		most = min(most, prompt+o.MaxNewTokens)
	case o.MaxLength == 0:
		most = min(most, prompt+defaultMaxNewTokens)
	}
	return max(most, prompt)
}

// orDefault returns value, or fallback where it is 0.
func orDefault(value, fallback int) int {
	if value == 0 {
		return fallback
	}
	return value
}
