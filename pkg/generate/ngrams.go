package generate

import "slices"

// NoRepeatNgram rules out every token that would complete a run of n tokens that
// is already in the text. (transformers' NoRepeatNGramLogitsProcessor)
func NoRepeatNgram(n int) Processor {
	return func(text []int32, _ int, scores []float32) {
		if len(text)+1 < n {
			return
		}
		last := text[len(text)-(n-1):]
		for i := 0; i+n <= len(text); i++ {
			if slices.Equal(text[i:i+n-1], last) {
				scores[text[i+n-1]] = ruledOut
			}
		}
	}
}
