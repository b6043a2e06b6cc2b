package modelling

import "github.com/hemiciclo/hemiciclo/pkg/finetune/training"

// mostLogged is how many log entries a chart of losses shows: no screen tells more apart, and
// a training that lasts for hours would draw its curves for longer than it computes.
const mostLogged = 1000

// coarse returns the log as it would be with a larger LogEvery, where there are more than most
// entries with a training loss: each is the mean, step by step, of several in a row.
// Evaluations stay.
func coarse(log []training.Entry, most int) []training.Entry {
	logged := 0
	for _, e := range log {
		if e.Loss != nil {
			logged++
		}
	}
	every := (logged + most - 1) / most
	if every <= 1 {
		return log
	}
	var list []training.Entry
	var steps, sum, time float64 // of the entries that are to be one; the time is that of a token a step
	before, seen := 0, 0
	for _, e := range log {
		if e.Loss == nil {
			list = append(list, e)
			continue
		}
		weight := float64(e.Step - before)
		before = e.Step
		steps += weight
		sum += weight * *e.Loss
		time += weight / e.TokensPerSecond
		seen++
		if seen%every == 0 || seen == logged {
			mean := sum / steps
			e.Loss, e.TokensPerSecond = &mean, steps/time // 0 if one is not known
			list = append(list, e)
			steps, sum, time = 0, 0, 0
		}
	}
	return list
}
