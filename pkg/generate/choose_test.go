package generate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// most is what chi-square with that many degrees of freedom exceeds for one fair
// sample in 10,000 (Wilson and Hilferty's approximation).
func most(freedom float64) float64 {
	const z = 3.719
	a := 2 / (9 * freedom)
	return freedom * math.Pow(1-a+z*math.Sqrt(a), 3)
}

// fair checks counts against probabilities by Pearson's chi-square.
func fair(t *testing.T, counts, probabilities []float64) {
	t.Helper()
	draws, cells, square := 0.0, 0.0, 0.0
	for _, n := range counts {
		draws += n
	}
	for i, p := range probabilities {
		if p == 0 {
			if counts[i] > 0 {
				t.Errorf("%d was drawn, and has probability 0", i)
			}
			continue
		}
		cells++
		square += (counts[i] - draws*p) * (counts[i] - draws*p) / (draws * p)
	}
	if bound := most(cells - 1); square > bound {
		t.Errorf("chi-square of %v draws over %v cells is %.1f, above %.1f", draws, cells, square, bound)
	}
}

// Two draws without replacement: every ordered pair has the probability that the
// first is drawn, and then the second of what is left.
func TestDrawsWithoutReplacement(t *testing.T) {
	probabilities := []float64{0.5, 0, 0.3, 0.15, 0.05}
	scores := make([]float32, len(probabilities))
	for i, p := range probabilities {
		scores[i] = float32(math.Log(p)) + 3
	}
	draw := drawFrom(rand.New(rand.NewPCG(1, 2)))
	var counts, want []float64
	for i, p := range probabilities {
		for j, q := range probabilities {
			counts = append(counts, 0)
			if i == j {
				q = 0
			}
			want = append(want, p*q/(1-p))
		}
	}
	for range 100_000 {
		pair, err := draw(scores, 2)
		if err != nil {
			t.Fatal(err)
		}
		counts[pair[0]*len(probabilities)+pair[1]]++
	}
	fair(t, counts, want)
}

func TestDrawsBeyondThePossible(t *testing.T) {
	got, err := drawFrom(rand.New(rand.NewPCG(1, 2)))([]float32{inf, 1, inf, inf, 2}, 4)
	if err != nil {
		t.Fatal(err)
	}
	if got[0]+got[1] != 5 || got[2] != 0 || got[3] != 2 {
		t.Errorf("drew %v, want 1 and 4, then 0 and 2", got)
	}
}

// The next token of 8,192 texts follows the probabilities that transformers draws
// it from.
func TestSampledTextsFollowTheProbabilities(t *testing.T) {
	want := readReference(t, "today.json").Distributions[0]
	o := want.Arguments.options(t)
	o.Seed, o.NumReturnSequences, o.BatchSize = 3, 8192, 1024
	got, err := openTiny(t, "").IDs(t.Context(), [][]int32{want.Prompt}, o)
	if err != nil {
		t.Fatal(err)
	}
	fair(t, tally(got, len(want.Probabilities)), want.Probabilities)
}

// The best text of 4,096 searches with two beams, one token long, is the likelier of
// the first two that are drawn.
func TestSearchesThatSampleFollowTheProbabilities(t *testing.T) {
	want := readReference(t, "today.json").Distributions[1]
	o := want.Arguments.options(t)
	o.Seed, o.BatchSize = 3, 1024
	prompts := make([][]int32, 4096)
	for i := range prompts {
		prompts[i] = want.Prompt
	}
	got, err := openTiny(t, "").IDs(t.Context(), prompts, o)
	if err != nil {
		t.Fatal(err)
	}
	best := make([]float64, len(want.Probabilities))
	for i, p := range want.Probabilities {
		for _, q := range want.Probabilities {
			if q < p {
				best[i] += p*q/(1-p) + q*p/(1-q)
			}
		}
	}
	fair(t, tally(got, len(best)), best)
}

// tally counts the first tokens of texts.
func tally(texts []Sequence, vocabulary int) []float64 {
	counts := make([]float64, vocabulary)
	for _, s := range texts {
		if s.Ended == ByEnd {
			counts[s.End]++
		} else {
			counts[s.New[0]]++
		}
	}
	return counts
}

func TestNothingLeftIsAnError(t *testing.T) {
	nan := float32(math.NaN())
	for _, scores := range [][]float32{{inf, inf}, {nan, nan}, {1, nan}} {
		j := job{draw: drawFrom(rand.New(rand.NewPCG(1, 2)))}
		if _, err := likeliest(scores); err == nil && scores[0] != 1 {
			t.Errorf("likeliest of %v gave no error", scores)
		}
		if _, err := j.choose(scores, 1, 2); err == nil {
			t.Errorf("the best of %v gave no error", scores)
		}
		if _, err := j.draw(scores, 1); err == nil {
			t.Errorf("draw from %v gave no error", scores)
		}
	}
}
