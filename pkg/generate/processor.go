package generate

import "math"

// Processor reshapes the scores of the next token, in place. text holds all tokens
// so far, of which the first prompt ones were given; scores has one element for
// each token of the vocabulary, and -Inf rules a token out.
type Processor func(text []int32, prompt int, scores []float32)

// ruledOut is the score of a token that must not come next.
var ruledOut = float32(math.Inf(-1))

// chain returns the processors that the options ask for, in transformers' order.
func (o Options) chain(eos []int32) []Processor {
	var list []Processor
	if o.RepetitionPenalty != 0 && o.RepetitionPenalty != 1 {
		list = append(list, RepetitionPenalty(o.RepetitionPenalty))
	}
	if o.NoRepeatNgramSize > 0 {
		list = append(list, NoRepeatNgram(o.NoRepeatNgramSize))
	}
	if len(o.BadWords) > 0 {
		list = append(list, BadWords(o.BadWords))
	}
	if o.MinLength > 0 {
		list = append(list, MinLength(o.MinLength, eos))
	}
	if o.MinNewTokens > 0 {
		list = append(list, MinNewTokens(o.MinNewTokens, eos))
	}
	if !o.DoSample {
		return list
	}
	if o.Temperature != 0 && o.Temperature != 1 {
		list = append(list, Temperature(o.Temperature))
	}
	if o.TopK > 0 {
		list = append(list, TopK(o.TopK))
	}
	if o.TopP > 0 && o.TopP < 1 {
		list = append(list, TopP(o.TopP))
	}
	return list
}
