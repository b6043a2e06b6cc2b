package generate

import "slices"

// BadWords rules out every token that would complete one of the given sequences of
// tokens. (transformers' NoBadWordsLogitsProcessor)
func BadWords(words [][]int32) Processor {
	return func(text []int32, _ int, scores []float32) {
		for _, word := range words {
			begin, end := word[:len(word)-1], word[len(word)-1]
			if len(text) >= len(begin) && slices.Equal(text[len(text)-len(begin):], begin) {
				scores[end] = ruledOut
			}
		}
	}
}
