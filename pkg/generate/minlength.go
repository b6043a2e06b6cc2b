package generate

// MinLength rules out the end tokens until prompt and continuation together have
// length tokens. (transformers' MinLengthLogitsProcessor)
func MinLength(length int, eos []int32) Processor {
	return func(text []int32, _ int, scores []float32) {
		if len(text) < length {
			ruleOut(scores, eos)
		}
	}
}

func ruleOut(scores []float32, tokens []int32) {
	for _, token := range tokens {
		scores[token] = ruledOut
	}
}
