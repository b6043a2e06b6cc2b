package generate_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

// studys are the settings of the study, on a smaller scale.
var studys = generate.Options{
	DoSample: true, NumBeams: 4, NumReturnSequences: 3, MaxLength: 20, MinLength: 12, TopK: 30, TopP: 0.9,
	NoRepeatNgramSize: 2, Temperature: 0.9, EOS: []int32{8}, Seed: 4,
}

func TestSearchesDependOnSeedPromptAndNumberOnly(t *testing.T) {
	generator := open(t, "go")
	prompts := [][]int32{{5, 6, 7}, {40}, {11, 90, 33, 60, 21}, {40}}
	for _, compat := range []string{"", generate.Transformers35} {
		run := func(prompts [][]int32, change func(o *generate.Options)) []generate.Sequence {
			t.Helper()
			o := studys
			o.Compat = compat
			change(&o)
			got, err := generator.IDs(t.Context(), prompts, o)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		same := func(o *generate.Options) {}
		all := run(prompts, same)
		if len(all) != 12 {
			t.Fatalf("%d texts, want 3 for each of 4 prompts", len(all))
		}
		equal := func(what string, got, want []generate.Sequence) {
			t.Helper()
			for i := range got {
				if !slices.Equal(got[i].New, want[i].New) {
					t.Errorf("%q, %s: text %d is %v, want %v", compat, what, i, got[i].New, want[i].New)
				}
			}
		}
		equal("again", run(prompts, same), all)
		equal("one search at a time", run(prompts, func(o *generate.Options) { o.BatchSize = 1 }), all)
		equal("all together, and an empty place", run(prompts, func(o *generate.Options) { o.BatchSize = 28 }), all)
		equal("the third prompt alone", run(prompts[2:3], same), all[6:9])
		for i, a := range all {
			for _, b := range all[i+1:] {
				if slices.Equal(a.New, b.New) && slices.Equal(a.Given, b.Given) {
					t.Errorf("%q: texts %d/%d and %d/%d are the same", compat, a.Prompt, a.Index, b.Prompt, b.Index)
				}
			}
		}
		if other := run(prompts, func(o *generate.Options) { o.Seed = 5 }); slices.Equal(other[0].New, all[0].New) {
			t.Errorf("%q: another seed gave the same text", compat)
		}
	}
}

// Where few texts are possible, only those come: no text of probability 0.
func TestSearchReturnsNoImpossibleTexts(t *testing.T) {
	o := generate.Options{DoSample: true, NumBeams: 6, NumReturnSequences: 6, MaxNewTokens: 2, TopK: 2}
	got, err := open(t, "go").IDs(t.Context(), [][]int32{{5, 6, 7}}, o)
	if err != nil {
		t.Fatal(err)
	}
	// Two end tokens' worth of candidates are kept at each step: at most 2 × 2 texts.
	if len(got) == 0 || len(got) > 4 {
		t.Errorf("%d texts, want at most 4", len(got))
	}
	for i, s := range got {
		if s.Index != i || len(s.New) != 2 || s.Score < -100 {
			t.Errorf("text %d: %+v", i, s)
		}
	}
}

func TestSearchReportsItsBestBeam(t *testing.T) {
	var steps []generate.Progress
	o := studys
	o.Compat, o.Progress = generate.Transformers35, func(p generate.Progress) { steps = append(steps, p) }
	texts, err := open(t, "go").Text(t.Context(), letters{}, []string{"%&'"}, o)
	if err != nil {
		t.Fatal(err)
	}
	last := steps[len(steps)-1]
	if last.Total != 3 || last.Done != 3 || last.MaxTokens != 3*17 || last.Tokens > last.MaxTokens || last.Partial != texts[2].Text {
		t.Errorf("at last %+v, want 3 of 3 and %q", last, texts[2].Text)
	}
	for i, p := range steps[:len(steps)-1] {
		if p.Index == 0 && len(p.Partial) != len("%&'")+i+1 {
			t.Errorf("step %d shows %q", i, p.Partial)
		}
	}
}

func TestCancelKeepsTheTextsOfCompleteSearches(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := studys
	o.Progress = func(p generate.Progress) {
		if p.Done == 3 {
			cancel()
		}
	}
	got, err := open(t, "go").IDs(ctx, [][]int32{{5, 6, 7}, {40}}, o)
	if !errors.Is(err, context.Canceled) || len(got) != 3 {
		t.Errorf("got %v, %v: want the first prompt's texts and the context's error", got, err)
	}
}

// bytewise is a tokenizer of one byte a token, from 0xC0 up: "ñ" is two tokens.
type bytewise struct{}

func (bytewise) Encode(text string) []int32 {
	var ids []int32
	for _, b := range []byte(text) {
		ids = append(ids, int32(b)%96)
	}
	return ids
}

func (bytewise) Decode(ids []int32) string {
	// All characters have two bytes here; half of one cannot be shown.
	var text []rune
	for i := range ids {
		if i%2 == 1 {
			text = append(text, 'À'+ids[i]%32)
		}
	}
	if len(ids)%2 == 1 {
		text = append(text, '\uFFFD')
	}
	return string(text)
}

func TestCharactersAreShownWhole(t *testing.T) {
	var shown []string
	texts, err := open(t, "go").Text(t.Context(), bytewise{}, []string{"ñ"}, generate.Options{
		MaxNewTokens: 3, Progress: func(p generate.Progress) { shown = append(shown, p.Partial) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range append(shown, texts[0].Text) {
		if slices.Contains([]rune(text), '\uFFFD') || len([]rune(text)) != 1+(min(i+1, 3))/2 {
			t.Errorf("step %d shows %q", i, text)
		}
	}
}

func TestBadWordsAreBannedWithAndWithoutASpace(t *testing.T) {
	generator := open(t, "go")
	write := func(words ...string) string {
		t.Helper()
		texts, err := generator.Text(t.Context(), letters{}, []string{"%&'"}, generate.Options{MaxNewTokens: 3, BadWords: words})
		if err != nil {
			t.Fatal(err)
		}
		return texts[0].Continuation
	}
	if got := write(); got != ".(l" {
		t.Fatalf("wrote %q", got)
	}
	if got := write("("); got[0] != '.' || got[1] == '(' {
		t.Errorf("wrote %q, want no (", got)
	}
	if got := write("(l"); got[:2] != ".(" || got[2] == 'l' {
		t.Errorf("wrote %q, want no (l", got)
	}
	if _, err := generator.Text(t.Context(), letters{}, nil, generate.Options{BadWords: []string{""}}); err == nil {
		t.Error("an empty word gave no error")
	}
}
