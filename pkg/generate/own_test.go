package generate_test

import (
	"math"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// One's own processor that does what an option does gives the texts that the option gives,
// whatever decodes and however.
func TestOwnProcessorsActAsTheOptionsDo(t *testing.T) {
	weights, err := load(t).Int8()
	if err != nil {
		t.Fatal(err)
	}
	prompts := [][]int32{{5, 6, 7}, {40}, {90, 4, 5, 6, 7, 8, 9}}
	for decoder, generator := range map[string]*generate.Generator{
		"float32": open(t, "go"),
		"int8":    generate.New(weights.Config, int8.NewDecoder(weights).StartBeams),
	} {
		for name, o := range map[string]generate.Options{
			"greedy":         {MaxNewTokens: 20},
			"sampling":       {MaxNewTokens: 20, DoSample: true, Temperature: 1.2, TopK: 20, NumReturnSequences: 3, Seed: 1},
			"beams":          {MaxNewTokens: 20, NumBeams: 4, NumReturnSequences: 2},
			"sampling beams": {MaxNewTokens: 20, DoSample: true, NumBeams: 4, NumReturnSequences: 2, TopP: 0.9, Seed: 1},
		} {
			t.Run(decoder+" "+name, func(t *testing.T) {
				run := func(o generate.Options) []generate.Sequence {
					t.Helper()
					got, err := generator.IDs(t.Context(), prompts, o)
					if err != nil {
						t.Fatal(err)
					}
					return got
				}
				without := run(o)
				option, own := o, o
				option.RepetitionPenalty, option.NoRepeatNgramSize = 1.5, 2
				own.Processors = func() []generate.Processor {
					return []generate.Processor{generate.RepetitionPenalty(1.5), generate.NoRepeatNgram(2)}
				}
				got, want := run(own), run(option)
				same := func(a, b generate.Sequence) bool { return slices.Equal(a.New, b.New) && a.Score == b.Score }
				if !slices.EqualFunc(got, want, same) {
					t.Errorf("own processors gave %v, the options %v", got, want)
				}
				if slices.EqualFunc(got, without, same) {
					t.Error("the processors changed nothing: this test shows nothing")
				}
			})
		}
	}
}

// One's own processors come after the options' and before what is done to draw.
func TestOwnProcessorsHaveTheirPlace(t *testing.T) {
	const banned, likeliest, other = 8, 14, 33
	for name, o := range map[string]generate.Options{
		"sampling":       {DoSample: true},
		"sampling beams": {DoSample: true, NumBeams: 2},
	} {
		// One token would be all that top-k leaves, two with beams, were it first.
		o.MaxNewTokens, o.TopK, o.BadWordsIDs = 1, 1, [][]int32{{banned}}
		made := 0
		o.Processors = func() []generate.Processor {
			made++
			return []generate.Processor{func(text []int32, prompt int, scores []float32) {
				if !slices.Equal(text, []int32{5, 6, 7}) || prompt != 3 {
					t.Errorf("%s: called for %v, of which %d are given", name, text, prompt)
				}
				if !math.IsInf(float64(scores[banned]), -1) {
					t.Errorf("%s: the bad word is not ruled out yet", name)
				}
				for token := range scores {
					if token != other {
						scores[token] = float32(math.Inf(-1))
					}
				}
			}}
		}
		got, err := open(t, "go").IDs(t.Context(), [][]int32{{5, 6, 7}}, o)
		if err != nil {
			t.Fatal(err)
		}
		if got[0].New[0] != other {
			t.Errorf("%s: wrote %v, want %d", name, got[0].New, other)
		}
		if want := max(1, o.NumBeams); made != want {
			t.Errorf("%s: processors were made %d times, want %d", name, made, want)
		}
	}
	// Without them the text begins otherwise.
	got, err := open(t, "go").IDs(t.Context(), [][]int32{{5, 6, 7}}, generate.Options{MaxNewTokens: 1})
	if err != nil || got[0].New[0] != likeliest {
		t.Errorf("wrote %v (%v), want %d", got, err, likeliest)
	}
}

// That a processor leaves nothing is an error, not a text.
func TestOwnProcessorsThatLeaveNothing(t *testing.T) {
	for _, beams := range []int{1, 3} {
		_, err := open(t, "go").IDs(t.Context(), [][]int32{{5}}, generate.Options{
			NumBeams: beams,
			Processors: func() []generate.Processor {
				return []generate.Processor{func(_ []int32, _ int, scores []float32) {
					for token := range scores {
						scores[token] = float32(math.Inf(-1))
					}
				}}
			},
		})
		if err == nil {
			t.Errorf("%d beams: no error", beams)
		}
	}
}
