package generate

// MinNewTokens rules out the end tokens until the continuation has n tokens.
// (transformers' MinNewTokensLengthLogitsProcessor)
func MinNewTokens(n int, eos []int32) Processor {
	return func(text []int32, prompt int, scores []float32) {
		if len(text)-prompt < n {
			ruleOut(scores, eos)
		}
	}
}
