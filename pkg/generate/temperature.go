package generate

// Temperature divides every score by t: below 1 the likely tokens gain, above 1
// the unlikely ones do. (transformers' TemperatureLogitsWarper)
func Temperature(t float64) Processor {
	divisor := float32(t)
	return func(_ []int32, _ int, scores []float32) {
		for i := range scores {
			scores[i] /= divisor
		}
	}
}
