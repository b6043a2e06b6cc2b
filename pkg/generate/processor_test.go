package generate

import (
	"math"
	"slices"
	"testing"
)

var inf = float32(math.Inf(-1))

// Each case is worked out by hand from the definition of the processor.
func TestProcessorsByTheirDefinitions(t *testing.T) {
	ln := func(p float64) float32 { return float32(math.Log(p)) }
	for name, c := range map[string]struct {
		process Processor
		text    []int32
		prompt  int
		scores  []float32
		want    []float32
	}{
		"temperature 0.5": {Temperature(0.5), nil, 0, []float32{1, -2, 0, inf}, []float32{2, -4, 0, inf}},
		"temperature 2":   {Temperature(2), nil, 0, []float32{1, -2, 0, inf}, []float32{0.5, -1, 0, inf}},

		"top-k 2":                      {TopK(2, 1), nil, 0, []float32{3, 1, 2, 0}, []float32{3, inf, 2, inf}},
		"top-k 2 keeps ties":           {TopK(2, 1), nil, 0, []float32{3, 2, 2, 0}, []float32{3, 2, 2, inf}},
		"top-k 1":                      {TopK(1, 1), nil, 0, []float32{0, -1, 5, 4}, []float32{inf, inf, 5, inf}},
		"top-k of more than there are": {TopK(9, 1), nil, 0, []float32{1, 2}, []float32{1, 2}},

		// Probabilities 0.5, 0.25, 0.15, 0.1. Up from the unlikeliest they sum to 0.1,
		// 0.25, 0.5, 1: all with a sum of at most 1-p go.
		"top-p 0.8":  {TopP(0.8, 1), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{ln(.15), ln(.5), inf, ln(.25)}},
		"top-p 0.6":  {TopP(0.6, 1), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{inf, ln(.5), inf, ln(.25)}},
		"top-p 0.4":  {TopP(0.4, 1), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{inf, ln(.5), inf, inf}},
		"top-p 0.01": {TopP(0.01, 1), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{inf, ln(.5), inf, inf}},
		"top-p 0.95": {TopP(0.95, 1), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}},
		// What is ruled out already has probability 0.
		"top-p after top-k": {TopP(0.6, 1), nil, 0, []float32{inf, ln(.5), inf, ln(.3)}, []float32{inf, ln(.5), inf, inf}},

		"repetition 2": {RepetitionPenalty(2), []int32{0, 1, 1, 3}, 2, []float32{4, -3, 5, inf}, []float32{2, -6, 5, inf}},

		"no 2-gram again": {NoRepeatNgram(2), []int32{1, 2, 1, 3, 1}, 0, []float32{9, 9, 9, 9}, []float32{9, 9, inf, inf}},
		"no 3-gram again": {NoRepeatNgram(3), []int32{1, 2, 0, 3, 1, 2}, 0, []float32{9, 9, 9, 9}, []float32{inf, 9, 9, 9}},
		"no token again":  {NoRepeatNgram(1), []int32{1, 3}, 0, []float32{9, 9, 9, 9}, []float32{9, inf, 9, inf}},
		"too short yet":   {NoRepeatNgram(3), []int32{1}, 0, []float32{9, 9, 9, 9}, []float32{9, 9, 9, 9}},

		"bad words": {BadWords([][]int32{{2}, {1, 3}, {0, 3, 0}}), []int32{3, 1}, 0, []float32{9, 9, 9, 9}, []float32{9, 9, inf, inf}},
		"bad words longer than the text": {
			BadWords([][]int32{{1, 1, 0}}), []int32{1}, 0, []float32{9, 9}, []float32{9, 9},
		},

		"below the least length": {MinLength(4, []int32{1}), []int32{0, 0, 0}, 3, []float32{9, 9}, []float32{9, inf}},
		"at the least length":    {MinLength(3, []int32{1}), []int32{0, 0, 0}, 3, []float32{9, 9}, []float32{9, 9}},
		"too few new tokens":     {MinNewTokens(2, []int32{1}), []int32{0, 0, 0}, 2, []float32{9, 9}, []float32{9, inf}},
		"enough new tokens":      {MinNewTokens(2, []int32{1}), []int32{0, 0, 0}, 1, []float32{9, 9}, []float32{9, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // Processors keep buffers: a second use must do the same.
				got := append([]float32(nil), c.scores...)
				c.process(c.text, c.prompt, got)
				for i := range got {
					if got[i] != c.want[i] && !(math.Abs(float64(got[i]-c.want[i])) < 1e-6) {
						t.Fatalf("scores %v became %v, want %v", c.scores, got, c.want)
					}
				}
			}
		})
	}
}

func TestWarpersActOnlyWhenTokensAreDrawn(t *testing.T) {
	o := Options{RepetitionPenalty: 2, Temperature: 0.5, TopK: 2, TopP: 0.9, TypicalP: 0.9}
	if len(o.warpers(nil)) != 0 || len(o.processors(nil)) != 1 {
		t.Error("without sampling, temperature, top-k, top-p and typical-p must not act")
	}
}

// In the study's release the temperature came last.
func TestWarpersOfTheStudysRelease(t *testing.T) {
	o := Options{DoSample: true, Temperature: 0.5, TopP: 0.7, Compat: Transformers35}
	// Probabilities 0.64, 0.24, 0.09, 0.03: divided by 0.5 first, one would be enough.
	scores := []float32{3, 2, 1, 0}
	apply(o.warpers(nil), nil, 0, scores)
	if want := []float32{6, 4, inf, inf}; !slices.Equal(scores, want) {
		t.Errorf("scores %v, want %v", scores, want)
	}
}
