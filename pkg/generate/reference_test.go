package generate

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// reference is what scripts/fixtures/generation.py records of transformers, with
// the model in tiny.
type reference struct {
	Cases []struct {
		Name      string
		Prompt    []int32
		Arguments arguments
		Sequences [][]int32
		Scores    []float64
		Draws     [][][]int // by step, then search or text
	}
	Distributions []struct {
		Prompt        []int32
		Arguments     arguments
		Probabilities []float64
	}
	Processors []struct {
		Text    []int32
		Scores  nullable
		Results map[string]nullable
	}
}

// arguments are transformers', by its names.
type arguments struct {
	DoSample           bool      `json:"do_sample"`
	NumBeams           int       `json:"num_beams"`
	NumReturnSequences int       `json:"num_return_sequences"`
	MaxLength          int       `json:"max_length"`
	MaxNewTokens       int       `json:"max_new_tokens"`
	MinLength          int       `json:"min_length"`
	MinNewTokens       int       `json:"min_new_tokens"`
	Temperature        float64   `json:"temperature"`
	TopK               int       `json:"top_k"`
	TopP               float64   `json:"top_p"`
	TypicalP           float64   `json:"typical_p"`
	RepetitionPenalty  float64   `json:"repetition_penalty"`
	NoRepeatNgramSize  int       `json:"no_repeat_ngram_size"`
	BadWordsIDs        [][]int32 `json:"bad_words_ids"`
	LengthPenalty      *float64  `json:"length_penalty"`
	EarlyStopping      any       `json:"early_stopping"`
	EOS                any       `json:"eos_token_id"`
}

func (a arguments) options(t *testing.T) Options {
	o := Options{
		DoSample: a.DoSample, NumBeams: a.NumBeams, NumReturnSequences: a.NumReturnSequences,
		MaxLength: a.MaxLength, MaxNewTokens: a.MaxNewTokens, MinLength: a.MinLength, MinNewTokens: a.MinNewTokens,
		Temperature: a.Temperature, TopK: a.TopK, TopP: a.TopP, TypicalP: a.TypicalP,
		RepetitionPenalty: a.RepetitionPenalty, NoRepeatNgramSize: a.NoRepeatNgramSize, BadWordsIDs: a.BadWordsIDs,
		LengthPenalty: a.LengthPenalty,
	}
	switch a.EarlyStopping {
	case nil, false:
	case true:
		o.EarlyStopping = WhenEnough
	case "never":
		o.EarlyStopping = WhenImpossible
	default:
		t.Fatalf("early_stopping %v", a.EarlyStopping)
	}
	switch ends := a.EOS.(type) {
	case nil:
	case float64:
		o.EOS = []int32{int32(ends)}
	case []any:
		for _, end := range ends {
			o.EOS = append(o.EOS, int32(end.(float64)))
		}
	default:
		t.Fatalf("eos_token_id %v", a.EOS)
	}
	return o
}

// nullable are scores of which null stands for one that is ruled out.
type nullable []float32

func (n *nullable) UnmarshalJSON(data []byte) error {
	var values []*float32
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	for _, v := range values {
		if v == nil {
			v = &ruledOut
		}
		*n = append(*n, *v)
	}
	return nil
}

func readReference(t *testing.T, name string) (r reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func openTiny(t *testing.T, wish string) *Generator {
	t.Helper()
	if wish != "" {
		t.Setenv(compute.ConfigEnvVar, wish)
	}
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	model, err := gpt2.Load("../gpt2/testdata/tiny")
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := gpt2.NewDecoder(engine.Backend, model)
	if err != nil {
		t.Fatal(err)
	}
	return New(model.Config, decoder.StartBeams)
}

// recorded repeats draws: those of one search or text, step by step.
func recorded(draws [][][]int, index int) drawer {
	step := -1
	return func(scores []float32, n int) ([]int, error) {
		step++
		drawn := draws[step][index]
		if len(drawn) != n {
			return nil, fmt.Errorf("step %d draws %d, transformers drew %d", step, n, len(drawn))
		}
		for _, place := range drawn {
			if math.IsInf(float64(scores[place]), -1) {
				return nil, fmt.Errorf("step %d: transformers drew %d, which is ruled out", step, place)
			}
		}
		return drawn, nil
	}
}

// Greedy search, beam search with every rule on, and with the recorded draws also
// sampling and beam sampling: token for token.
func TestTextsAreThoseOfTransformers(t *testing.T) {
	releases := map[string]reference{"": readReference(t, "today.json"), Transformers35: readReference(t, "release35.json")}
	for _, wish := range []string{"", "go"} {
		g := openTiny(t, wish)
		for compat, want := range releases {
			for _, c := range want.Cases {
				t.Run("engine="+wish+" "+compat+" "+c.Name, func(t *testing.T) {
					o := c.Arguments.options(t)
					o.Compat = compat
					o.draws = func(_, index int) drawer { return recorded(c.Draws, index) }
					got, err := g.IDs(t.Context(), [][]int32{c.Prompt}, o)
					if err != nil {
						t.Fatal(err)
					}
					rows := g.Rows(got, o)
					if !slices.EqualFunc(rows, c.Sequences, slices.Equal) {
						t.Errorf("got\n%v\nwant\n%v", rows, c.Sequences)
					}
					for i, score := range c.Scores {
						if i < len(got) && math.Abs(got[i].Score-score) > 1e-4 {
							t.Errorf("text %d has the score %v, want %v", i, got[i].Score, score)
						}
					}
				})
			}
		}
	}
}

func TestProcessorsAreThoseOfTransformers(t *testing.T) {
	ends := []int32{0, 7}
	words := [][]int32{{8}, {6, 1, 10}, {1, 11}, {2, 1, 3}, {7}}
	one := func(p Processor) []Processor { return []Processor{p} }
	all := Options{
		DoSample: true, Temperature: 0.7, TopK: 6, TopP: 0.9, TypicalP: 0.8, RepetitionPenalty: 1.7,
		NoRepeatNgramSize: 2, BadWordsIDs: [][]int32{{8}}, MinLength: 11,
	}
	beams := all
	beams.NumBeams = 3
	chains := map[string][]Processor{
		"temperature 0.7":        one(Temperature(0.7)),
		"top_k 3":                one(TopK(3, 1)),
		"top_k 1, keep 3":        one(TopK(1, 3)),
		"top_p 0.8":              one(TopP(0.8, 1)),
		"top_p 0.1, keep 3":      one(TopP(0.1, 3)),
		"typical_p 0.5":          one(TypicalP(0.5, 1)),
		"typical_p 0.2, keep 3":  one(TypicalP(0.2, 3)),
		"typical_p 0.95":         one(TypicalP(0.95, 1)),
		"repetition_penalty 1.7": one(RepetitionPenalty(1.7)),
		"no_repeat_ngram_size 1": one(NoRepeatNgram(1)),
		"no_repeat_ngram_size 2": one(NoRepeatNgram(2)),
		"no_repeat_ngram_size 3": one(NoRepeatNgram(3)),
		"bad_words_ids":          Options{BadWordsIDs: words}.processors(ends),
		"min_length 10":          one(MinLength(10, ends)),
		"min_length 9":           one(MinLength(9, ends)),
		"min_new_tokens 6":       one(MinNewTokens(6, ends)),
		"min_new_tokens 5":       one(MinNewTokens(5, ends)),
		"all, 1 beams":           append(all.processors(ends), all.warpers(ends)...),
		"all, 3 beams":           append(beams.processors(ends), beams.warpers(ends)...),
	}
	for i, c := range readReference(t, "today.json").Processors {
		if len(c.Results) != len(chains) {
			t.Fatalf("%d results, want %d", len(c.Results), len(chains))
		}
		for name, want := range c.Results {
			t.Run(fmt.Sprint(name, " ", i), func(t *testing.T) {
				for range 2 { // Processors keep buffers: a second use must do the same.
					got := slices.Clone(c.Scores)
					apply(chains[name], c.Text, 4, got)
					for token := range got {
						if got[token] != want[token] && !(math.Abs(float64(got[token]-want[token])) < 1e-5) {
							t.Fatalf("scores %v became %v, want %v", c.Scores, got, want)
						}
					}
				}
			})
		}
	}
}
