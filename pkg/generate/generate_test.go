package generate_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// tiny is a random GPT-2 of 96 tokens and 32 positions, with what transformers
// generates from it.
const tiny = "../gpt2/testdata/tiny"

// letters is a tokenizer of one printable character a token.
type letters struct{}

func (letters) Encode(text string) []int32 {
	var ids []int32
	for _, letter := range text {
		ids = append(ids, letter-' ')
	}
	return ids
}

func (letters) Decode(ids []int32) string {
	var text strings.Builder
	for _, id := range ids {
		text.WriteRune(id + ' ')
	}
	return text.String()
}

func load(t testing.TB) *gpt2.Model {
	t.Helper()
	m, err := gpt2.Load(tiny)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t *testing.T, wish string) *generate.Generator {
	t.Helper()
	return openModel(t, wish, load(t))
}

// openModel returns a generator of m on the engine that is wished for.
func openModel(t *testing.T, wish string, m *gpt2.Model) *generate.Generator {
	t.Helper()
	if wish != "" {
		t.Setenv(compute.ConfigEnvVar, wish)
	}
	engine, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := gpt2.NewDecoder(engine.Backend, m)
	if err != nil {
		t.Fatal(err)
	}
	return generate.New(m.Config, decoder.StartBeams)
}

func TestGreedyMatchesTransformers(t *testing.T) {
	data, err := os.ReadFile(tiny + "/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		Greedy []struct {
			Prompt []int32 `json:"prompt"`
			Tokens []int32 `json:"tokens"`
		} `json:"greedy"`
	}
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	var prompts [][]int32
	for _, c := range reference.Greedy {
		prompts = append(prompts, c.Prompt)
	}
	for _, wish := range []string{"", "go"} {
		t.Run("engine="+wish, func(t *testing.T) {
			// Prompts of different length, side by side.
			got, err := open(t, wish).IDs(t.Context(), prompts, generate.Options{MaxNewTokens: 20})
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range reference.Greedy {
				if !slices.Equal(got[i].New, c.Tokens) || got[i].Ended != generate.ByLength {
					t.Errorf("prompt %v: %v (%s), want %v", c.Prompt, got[i].New, got[i].Ended, c.Tokens)
				}
			}
		})
	}
}

// Texts from weights in int8 are those of a float32 model that was rounded in the same way.
func TestTextsFromInt8AreThoseOfTheRoundedModel(t *testing.T) {
	weights, err := load(t).Int8()
	if err != nil {
		t.Fatal(err)
	}
	prompts := [][]int32{{5, 6, 7}, {40}, {90, 4, 5, 6, 7, 8, 9}, {5, 6, 7}}
	for _, wish := range []string{"", "go"} {
		rounded, err := gpt2.FromInt8(weights)
		if err != nil {
			t.Fatal(err)
		}
		generator := openModel(t, wish, rounded)
		for name, o := range map[string]generate.Options{
			"greedy":             {MaxNewTokens: 20},
			"beams":              {MaxNewTokens: 20, NumBeams: 4, NumReturnSequences: 2},
			"beams of the study": {MaxLength: 20, NumBeams: 4, NumReturnSequences: 2, DoSample: true, Compat: generate.Transformers35, Seed: 1},
			"sampling":           {MaxNewTokens: 20, DoSample: true, TopK: 20, NumReturnSequences: 3, Seed: 1},
		} {
			t.Run("engine="+wish+" "+name, func(t *testing.T) {
				want, err := generator.IDs(t.Context(), prompts, o)
				if err != nil {
					t.Fatal(err)
				}
				got, err := generate.New(weights.Config, int8.NewDecoder(weights).StartBeams).IDs(t.Context(), prompts, o)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) != len(want) {
					t.Fatalf("%d texts, want %d", len(got), len(want))
				}
				for i := range want {
					if !slices.Equal(got[i].New, want[i].New) || got[i].Ended != want[i].Ended {
						t.Errorf("text %d: %v (%s), want %v (%s)", i, got[i].New, got[i].Ended, want[i].New, want[i].Ended)
					}
				}
			})
		}
	}
}

func TestTextEndsAtEndTokenAndNotBeforeTheMinimum(t *testing.T) {
	generator := open(t, "go")
	prompt := [][]int32{{5, 6, 7}} // Continues with 14 8 76 26 33 …
	for name, c := range map[string]struct {
		options generate.Options
		want    []int32
		ended   string
	}{
		"end token":     {generate.Options{EOS: []int32{76}}, []int32{14, 8}, generate.ByEnd},
		"of two":        {generate.Options{EOS: []int32{26, 8}}, []int32{14}, generate.ByEnd},
		"new tokens":    {generate.Options{MaxNewTokens: 2}, []int32{14, 8}, generate.ByLength},
		"whole length":  {generate.Options{MaxLength: 4}, []int32{14}, generate.ByLength},
		"new over all":  {generate.Options{MaxLength: 4, MaxNewTokens: 2}, []int32{14, 8}, generate.ByLength},
		"end over room": {generate.Options{EOS: []int32{76}, MaxNewTokens: 3}, []int32{14, 8}, generate.ByEnd},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := generator.IDs(t.Context(), prompt, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got[0].New, c.want) || got[0].Ended != c.ended || c.ended == generate.ByEnd && !slices.Contains(c.options.EOS, got[0].End) {
				t.Errorf("%v (%s), want %v (%s)", got[0].New, got[0].Ended, c.want, c.ended)
			}
		})
	}
	for name, o := range map[string]generate.Options{
		"MinNewTokens": {EOS: []int32{76}, MinNewTokens: 5},
		"MinLength":    {EOS: []int32{76}, MinLength: 8},
	} {
		got, err := generator.IDs(t.Context(), prompt, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(got[0].New) < 5 || !slices.Equal(got[0].New[:2], []int32{14, 8}) || slices.Contains(got[0].New, 76) {
			t.Errorf("%s: %v, want at least 5 tokens, none of them the end", name, got[0].New)
		}
	}
}

func TestTextStopsAtTheLastPosition(t *testing.T) {
	got, err := open(t, "go").IDs(t.Context(), [][]int32{{5, 6, 7}, make([]int32, 31)}, generate.Options{MaxNewTokens: 1000, EOS: []int32{95}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got[0].New) != 29 || len(got[1].New) != 1 {
		t.Errorf("%d and %d new tokens, want 29 and 1", len(got[0].New), len(got[1].New))
	}
}

func TestSamplesDependOnSeedPromptAndNumberOnly(t *testing.T) {
	generator := open(t, "go")
	prompts := [][]int32{{5, 6, 7}, {40}, {11, 90, 33, 60, 21}}
	options := generate.Options{
		DoSample: true, Temperature: 1.3, TopK: 60, TopP: 0.97, Seed: 4, NumReturnSequences: 3, MaxNewTokens: 12,
	}
	sample := func(prompts [][]int32, change func(o *generate.Options)) []generate.Sequence {
		t.Helper()
		o := options
		change(&o)
		got, err := generator.IDs(t.Context(), prompts, o)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	all := sample(prompts, func(*generate.Options) {})
	equal := func(what string, got []generate.Sequence) {
		t.Helper()
		for i := range got {
			if !slices.Equal(got[i].New, all[i].New) {
				t.Errorf("%s: text %d is %v, want %v", what, i, got[i].New, all[i].New)
			}
		}
	}
	equal("again", sample(prompts, func(*generate.Options) {}))
	equal("one at a time", sample(prompts, func(o *generate.Options) { o.BatchSize = 1 }))
	equal("four at a time", sample(prompts, func(o *generate.Options) { o.BatchSize = 4 }))
	equal("first prompt alone", sample(prompts[:1], func(*generate.Options) {}))
	for i, a := range all {
		for _, b := range all[i+1:] {
			if slices.Equal(a.New, b.New) {
				t.Errorf("texts %d/%d and %d/%d are the same", a.Prompt, a.Index, b.Prompt, b.Index)
			}
		}
	}
	if other := sample(prompts, func(o *generate.Options) { o.Seed = 5 }); slices.Equal(other[0].New, all[0].New) {
		t.Error("another seed gave the same text")
	}
}

func TestPromptsAndOptionsThatCannotBe(t *testing.T) {
	generator := open(t, "go")
	for name, c := range map[string]struct {
		prompt  []int32
		options generate.Options
		want    string
	}{
		"too long":           {make([]int32, 32), generate.Options{}, "32 positions"},
		"unknown token":      {[]int32{96}, generate.Options{}, "vocabulary"},
		"no room":            {[]int32{3, 4}, generate.Options{MaxLength: 2}, "MaxLength"},
		"temperature":        {[]int32{3}, generate.Options{Temperature: -1}, "Temperature"},
		"top-p":              {[]int32{3}, generate.Options{TopP: 1.5}, "TopP"},
		"same texts":         {[]int32{3}, generate.Options{NumReturnSequences: 2}, "DoSample"},
		"more than beams":    {[]int32{3}, generate.Options{NumBeams: 2, NumReturnSequences: 3}, "2 beams"},
		"empty bad word":     {[]int32{3}, generate.Options{BadWordsIDs: [][]int32{{}}}, "BadWordsIDs[0]"},
		"bad bad word":       {[]int32{3}, generate.Options{BadWordsIDs: [][]int32{{200}}}, "200"},
		"words to no tokens": {[]int32{3}, generate.Options{BadWords: []string{"a"}}, "BadWordsIDs"},
		"end":                {[]int32{3}, generate.Options{EOS: []int32{-1}}, "EOS"},
		"early stopping":     {[]int32{3}, generate.Options{EarlyStopping: "yes"}, "EarlyStopping"},
		"unknown release":    {[]int32{3}, generate.Options{Compat: "transformers-2"}, generate.Transformers35},
		"not in 3.5":         {[]int32{3}, generate.Options{Compat: generate.Transformers35, TypicalP: 0.5}, "TypicalP"},
		"none in 3.5":        {[]int32{3}, generate.Options{Compat: generate.Transformers35, Processors: func() []generate.Processor { return nil }}, "Processors"},
		"one end in 3.5":     {[]int32{3}, generate.Options{Compat: generate.Transformers35, EOS: []int32{1, 2}}, "EOS"},
	} {
		if _, err := generator.IDs(t.Context(), [][]int32{c.prompt}, c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v, want one with %q", name, err, c.want)
		}
	}
	got, err := generator.IDs(t.Context(), [][]int32{{}}, generate.Options{MaxNewTokens: 1})
	if err != nil || !slices.Equal(got[0].Given, []int32{0}) {
		t.Errorf("an empty prompt gave %v, %v: want a start from the begin token 0", got, err)
	}
	begin := int32(7)
	got, err = generator.IDs(t.Context(), [][]int32{{}}, generate.Options{MaxNewTokens: 1, BOS: &begin})
	if err != nil || !slices.Equal(got[0].Given, []int32{7}) {
		t.Errorf("an empty prompt gave %v, %v: want a start from 7", got, err)
	}
}

func TestCancelKeepsCompleteTexts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := generate.Options{MaxNewTokens: 5, BatchSize: 1, Progress: func(p generate.Progress) {
		if p.Done == 1 {
			cancel()
		}
	}}
	got, err := open(t, "go").IDs(ctx, [][]int32{{5, 6, 7}, {40}}, o)
	if !errors.Is(err, context.Canceled) || len(got) != 1 || len(got[0].New) != 5 {
		t.Errorf("got %v, %v: want the first text and the context's error", got, err)
	}
}

// crowded is a decoding for which the device's memory ends with a further token.
type crowded struct{}

var errCrowded = errors.New("PJRT error (code=8): Allocator (GPU_0_bfc) has no room for 80000000000 bytes")

func (crowded) Logits() ([][]float32, error)    { return [][]float32{make([]float32, 96)}, nil }
func (crowded) AppendFrom([]int, []int32) error { return errCrowded }
func (crowded) Close() error                    { return nil }

func TestOutOfMemoryIsExplained(t *testing.T) {
	for name, start := range map[string]func([][]int32, int, int) (crowded, error){
		"prompts":         func([][]int32, int, int) (crowded, error) { return crowded{}, errCrowded },
		"a further token": func([][]int32, int, int) (crowded, error) { return crowded{}, nil },
	} {
		_, err := generate.New(load(t).Config, start).IDs(t.Context(), [][]int32{{5, 6, 7}}, generate.Options{})
		if !errors.Is(err, generate.ErrOutOfMemory) || !errors.Is(err, errCrowded) {
			t.Errorf("%s: error %v, want %v, and the device's", name, err, generate.ErrOutOfMemory)
		}
	}
}

func TestTextReportsProgress(t *testing.T) {
	var steps []generate.Progress
	texts, err := open(t, "go").Text(t.Context(), letters{}, []string{"%&'", "H"}, generate.Options{
		MaxNewTokens: 3, Progress: func(p generate.Progress) { steps = append(steps, p) },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := generate.Text{Text: "%&'.(l", Continuation: ".(l"} // 5 6 7, then 14 8 76.
	if texts[0].Text != want.Text || texts[0].Continuation != want.Continuation || texts[1].Prompt != 1 {
		t.Errorf("texts %+v", texts)
	}
	if len(steps) != 3 || steps[0].Partial != "%&'." || steps[0].Total != 2 || steps[0].Tokens != 2 || steps[2].Done != 2 {
		t.Errorf("progress %+v", steps)
	}
}

// A prompt after an opening is continued as one that begins with the opening's tokens, and
// the text has none of them.
func TestOpeningIsNoPartOfTheText(t *testing.T) {
	generator, ctx := open(t, "go"), context.Background()
	plain, err := generator.Text(ctx, letters{}, []string{"Xab"}, generate.Options{MaxLength: 12})
	if err != nil {
		t.Fatal(err)
	}
	var partial []string
	opened, err := generator.Text(ctx, letters{}, []string{"ab"}, generate.Options{
		Opening: letters{}.Encode("X"), MaxLength: 12,
		Progress: func(p generate.Progress) { partial = append(partial, p.Partial) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(opened[0].New, plain[0].New) || opened[0].Text != strings.TrimPrefix(plain[0].Text, "X") {
		t.Errorf("after the opening %q, with it in the prompt %q", opened[0].Text, plain[0].Text)
	}
	if last := partial[len(partial)-1]; last != opened[0].Text {
		t.Errorf("at the end progress shows %q", last)
	}
	if alone, err := generator.Text(ctx, letters{}, []string{""}, generate.Options{Opening: letters{}.Encode("Xab"), MaxLength: 12}); err != nil || !slices.Equal(alone[0].New, plain[0].New) {
		t.Errorf("an opening without a prompt: %v, %v", alone, err)
	}
	// Nor has it the token from which an empty prompt starts.
	begin := letters{}.Encode("X")[0]
	started, err := generator.Text(ctx, letters{}, []string{""}, generate.Options{
		BOS: &begin, MaxLength: 12, Progress: func(p generate.Progress) { partial = append(partial, p.Partial) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if last := partial[len(partial)-1]; started[0].Text != started[0].Continuation || last != started[0].Text {
		t.Errorf("from the begin token comes %q, with %q in progress, of which %q was added", started[0].Text, last, started[0].Continuation)
	}
}
