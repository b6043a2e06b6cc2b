package generate

import (
	"math"
	"slices"
)

// Processor reshapes the scores of the next token, in place. text holds all tokens so far,
// of which the first prompt ones were given; scores has one element for each token of the
// vocabulary, and -Inf rules a token out. Your own go into [Options.Processors], where
// those of the other options can be used, too.
type Processor func(text []int32, prompt int, scores []float32)

// ruledOut is the score of a token that must not come next.
var ruledOut = float32(math.Inf(-1))

// processors returns those that act whether or not tokens are drawn, in transformers'
// order.
func (o Options) processors(ends []int32) []Processor {
	var list []Processor
	if o.RepetitionPenalty != 0 && o.RepetitionPenalty != 1 {
		list = append(list, RepetitionPenalty(o.RepetitionPenalty))
	}
	if o.NoRepeatNgramSize > 0 {
		list = append(list, NoRepeatNgram(o.NoRepeatNgramSize))
	}
	// An end token cannot be forbidden as a word.
	words := slices.DeleteFunc(slices.Clone(o.BadWordsIDs), func(word []int32) bool {
		return len(word) == 1 && slices.Contains(ends, word[0])
	})
	if len(words) > 0 {
		list = append(list, BadWords(words))
	}
	switch {
	case o.MinNewTokens > 0:
		list = append(list, MinNewTokens(o.MinNewTokens, ends))
	case o.MinLength > 0:
		list = append(list, MinLength(o.MinLength, ends))
	}
	if o.Processors != nil {
		list = append(list, o.Processors()...)
	}
	return list
}

// warpers returns those that act when tokens are drawn, in transformers' order.
func (o Options) warpers(ends []int32) []Processor {
	if !o.DoSample {
		return nil
	}
	// Beams keep one token that does not end the text beside those that do.
	keep := 1
	if o.beams() > 1 {
		keep = max(2, 1+len(ends))
	}
	var list []Processor
	temperature := o.Temperature != 0 && o.Temperature != 1
	if temperature && o.Compat != Transformers35 {
		list = append(list, Temperature(o.Temperature))
	}
	if o.TopK > 0 {
		list = append(list, TopK(o.TopK, keep))
	}
	if o.TopP > 0 && o.TopP < 1 {
		list = append(list, TopP(o.TopP, keep))
	}
	if o.TypicalP > 0 && o.TypicalP < 1 {
		list = append(list, TypicalP(o.TypicalP, keep))
	}
	if temperature && o.Compat == Transformers35 {
		list = append(list, Temperature(o.Temperature))
	}
	return list
}

// apply runs the scores through processors.
func apply(list []Processor, text []int32, prompt int, scores []float32) {
	for _, process := range list {
		process(text, prompt, scores)
	}
}
