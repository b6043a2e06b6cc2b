package generate

import (
	"math"
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

		"top-k 2":                      {TopK(2), nil, 0, []float32{3, 1, 2, 0}, []float32{3, inf, 2, inf}},
		"top-k 2 keeps ties":           {TopK(2), nil, 0, []float32{3, 2, 2, 0}, []float32{3, 2, 2, inf}},
		"top-k 1":                      {TopK(1), nil, 0, []float32{0, -1, 5, 4}, []float32{inf, inf, 5, inf}},
		"top-k of more than there are": {TopK(9), nil, 0, []float32{1, 2}, []float32{1, 2}},

		// Probabilities 0.5, 0.25, 0.15, 0.1. Up from the unlikeliest they sum to 0.1,
		// 0.25, 0.5, 1: all with a sum of at most 1-p go.
		"top-p 0.8":  {TopP(0.8), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{ln(.15), ln(.5), inf, ln(.25)}},
		"top-p 0.6":  {TopP(0.6), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{inf, ln(.5), inf, ln(.25)}},
		"top-p 0.4":  {TopP(0.4), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{inf, ln(.5), inf, inf}},
		"top-p 0.01": {TopP(0.01), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{inf, ln(.5), inf, inf}},
		"top-p 0.95": {TopP(0.95), nil, 0, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}, []float32{ln(.15), ln(.5), ln(.1), ln(.25)}},
		// What is ruled out already has probability 0.
		"top-p after top-k": {TopP(0.6), nil, 0, []float32{inf, ln(.5), inf, ln(.3)}, []float32{inf, ln(.5), inf, inf}},

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

func TestChainHasTransformersOrder(t *testing.T) {
	// Token 0 would end the text; 1 is in it; 2 and 3 are not.
	o := Options{DoSample: true, RepetitionPenalty: 2, MinNewTokens: 1, Temperature: 0.5, TopK: 2, TopP: 0.9}
	scores := []float32{9, 4, 3, 1}
	for _, process := range o.chain([]int32{0}) {
		process([]int32{1}, 1, scores)
	}
	// Penalty: 4 → 2. End ruled out. Temperature: 2, 3, 1 → 4, 6, 2. Two highest: 4
	// and 6, of which 4 has probability 0.119: more than 0.1, so it stays.
	for i, want := range []float32{inf, 4, 6, inf} {
		if scores[i] != want {
			t.Fatalf("scores %v, want [-Inf 4 6 -Inf]", scores)
		}
	}
	if o.DoSample = false; len(o.chain(nil)) != 2 {
		t.Error("without sampling, temperature, top-k and top-p must not act")
	}
}

func TestDrawFollowsTheProbabilities(t *testing.T) {
	probabilities := []float64{0.5, 0, 0.3, 0.15, 0.05}
	scores := make([]float32, len(probabilities))
	for i, p := range probabilities {
		scores[i] = float32(math.Log(p)) + 3
	}
	const draws = 200_000
	counts := make([]float64, len(scores))
	random := stream(1, 0, 0)
	for range draws {
		token, err := draw(scores, random)
		if err != nil {
			t.Fatal(err)
		}
		counts[token]++
	}
	for i, p := range probabilities {
		if bound := 5 * math.Sqrt(draws*p*(1-p)); math.Abs(counts[i]-draws*p) > bound {
			t.Errorf("token %d was drawn %v times of %d, want %v ± %v", i, counts[i], draws, draws*p, bound)
		}
	}
}

func TestNothingLeftIsAnError(t *testing.T) {
	nan := float32(math.NaN())
	for _, scores := range [][]float32{{inf, inf}, {nan, nan}} {
		if _, err := likeliest(scores); err == nil {
			t.Errorf("likeliest of %v gave no error", scores)
		}
		if _, err := draw(scores, stream(1, 0, 0)); err == nil {
			t.Errorf("draw from %v gave no error", scores)
		}
	}
}
