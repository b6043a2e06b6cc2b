package training

// LearningRateAt returns the learning rate of a step, counted from 0: it rises in
// a line from 0 at step 0 to the highest at WarmupSteps and falls in a line to 0
// at the last of steps. This is transformers' get_linear_schedule_with_warmup.
func (s Settings) LearningRateAt(step, steps int) float64 {
	if step < s.WarmupSteps {
		return s.LearningRate * float64(step) / float64(s.WarmupSteps)
	}
	return s.LearningRate * float64(max(0, steps-step)) / float64(max(1, steps-s.WarmupSteps))
}
