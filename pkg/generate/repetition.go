package generate

// RepetitionPenalty makes every token that is already in the text less likely:
// its score is divided by penalty where positive and multiplied where negative.
// A penalty below 1 makes it likelier. (transformers'
// RepetitionPenaltyLogitsProcessor; Keskar et al., 2019)
func RepetitionPenalty(penalty float64) Processor {
	factor := float32(penalty)
	return func(text []int32, _ int, scores []float32) {
		seen := make(map[int32]struct{}, len(text))
		for _, token := range text {
			if _, again := seen[token]; again {
				continue
			}
			seen[token] = struct{}{}
			if scores[token] < 0 {
				scores[token] *= factor
			} else {
				scores[token] /= factor
			}
		}
	}
}
