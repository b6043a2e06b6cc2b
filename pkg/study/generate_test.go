package study

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

// untilSaved is a context that ends as soon as there is a file like that.
type untilSaved struct {
	context.Context
	pattern string
}

func (c untilSaved) Err() error {
	if found, _ := filepath.Glob(c.pattern); len(found) > 0 {
		return context.Canceled
	}
	return c.Context.Err()
}

// checkGenerated generates in a study whose models are trained: interrupted, gone on
// with, read again, and with other settings.
func checkGenerated(t *testing.T, s *Study) {
	t.Helper()
	ctx := context.Background()
	folder := s.path("generated", s.Recipe.Name)
	partial := filepath.Join(folder, "derecha.jsonl.*.partial")
	if _, err := s.Generate(untilSaved{ctx, partial}); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: error %v", err)
	}
	saved, err := filepath.Glob(partial)
	if err != nil || len(saved) != 1 {
		t.Fatalf("interrupted, %d files of saved texts, %v", len(saved), err)
	}
	before, err := readGenerated(saved[0])
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Recipe.Generation.NumReturnSequences; len(before) != n {
		t.Fatalf("interrupted after the first prompt, %d texts are saved, want %d", len(before), n)
	}
	before[0].Continuation = "Lo ya escrito se conserva." // It is not written again.
	if err := saveGenerated(saved[0], before); err != nil {
		t.Fatal(err)
	}

	generated, err := s.Generate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.partial")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, side := range Sides {
		texts := generated.Texts[side]
		if want := len(s.Settings.Prompts) * s.Recipe.Generation.NumReturnSequences; len(texts) != want {
			t.Errorf("%s: %d texts, want %d", side.Folder(), len(texts), want)
		}
		for i, text := range texts {
			if !text.Generated || text.Continuation == "" || text.Seed != s.Recipe.Seed || text.Index != i%s.Recipe.Generation.NumReturnSequences ||
				text.Model != side.Folder() || !reflect.DeepEqual(text.Settings, s.Recipe.Generation) {
				t.Errorf("%s: text %+v", side.Folder(), text)
			}
		}
	}
	if got := generated.Texts[Right][0].Continuation; got != before[0].Continuation {
		t.Errorf("what was saved was written again: %q", got)
	}
	for _, element := range []string{texts(t, generated.Table()), texts(t, generated.Settings())} {
		if !strings.Contains(element, "sintético") {
			t.Errorf("a table of the synthetic corpus does not say so:\n%s", element)
		}
	}
	bundle, err := generated.Table().MIME()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(bundle.HTML, "<option"); n != 1+len(s.Settings.Prompts) || !strings.Contains(bundle.HTML, "GENERADOS") {
		t.Errorf("%d prompts to choose from", n)
	}

	long := *s
	long.Settings.Prompts = []string{strings.Repeat("desde ", 4000)}
	if _, err := long.Generate(ctx); err == nil || !strings.Contains(err.Error(), "desde desde") || !strings.Contains(err.Error(), "study.toml") || len(err.Error()) > 1000 {
		t.Errorf("a prompt beyond the model's positions: %.2000v", err)
	}

	// Another setting gives other texts, beside the recipe's.
	other := *s
	other.Recipe.Generation.NumBeams, other.Recipe.Generation.Compat = 2, ""
	other.Recipe.Generation.NumReturnSequences = 2
	tried, err := other.Generate(ctx, Left)
	if err != nil {
		t.Fatal(err)
	}
	if len(tried.Texts[Left]) != 2*len(s.Settings.Prompts) || len(tried.Texts[Right]) != 0 {
		t.Errorf("%d and %d texts", len(tried.Texts[Left]), len(tried.Texts[Right]))
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 3 {
		t.Errorf("%d files of texts, want 3 (%v)", len(files), err)
	}
}

// TestGenerationInJSON: the settings are part of fingerprints and of every generated text. In
// another form each finished run would write all its texts anew.
func TestGenerationInJSON(t *testing.T) {
	every := Generation2020()
	every.MaxNewTokens, every.MinNewTokens, every.TypicalP, every.EarlyStopping, every.KeepBlanks = 5, 2, 0.5, generate.WhenEnough, true
	for _, c := range []struct {
		settings Generation
		want     string
	}{
		{Generation{}, `{"do_sample":false,"num_beams":0,"num_return_sequences":0,"max_length":0,"min_length":0,"temperature":0,"top_k":0,"top_p":0,` +
			`"repetition_penalty":0,"no_repeat_ngram_size":0,"bad_words":null,"length_penalty":0,"keep_blanks":false}`},
		{every, `{"do_sample":true,"num_beams":10,"num_return_sequences":10,"max_length":190,"max_new_tokens":5,"min_length":50,"min_new_tokens":2,"temperature":1,` +
			`"top_k":100,"top_p":0.9,"typical_p":0.5,"repetition_penalty":1,"no_repeat_ngram_size":2,"bad_words":["|"],"length_penalty":1,` +
			`"early_stopping":"true","compat":"transformers-3.5","keep_blanks":true}`},
	} {
		got, err := json.Marshal(c.settings)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("the settings are\n%s, want\n%s", got, c.want)
		}
	}
}

// TestEverySettingReachesTheModels: what a reader changes of the settings is what the texts are
// written with.
func TestEverySettingReachesTheModels(t *testing.T) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Generation]()) {
		if field.Name == "KeepBlanks" {
			continue // It changes the prompts.
		}
		var g Generation
		switch value := reflect.ValueOf(&g).Elem().FieldByIndex(field.Index); value.Kind() {
		case reflect.Bool:
			value.SetBool(true)
		case reflect.Int:
			value.SetInt(7)
		case reflect.Float64:
			value.SetFloat(0.7)
		case reflect.String:
			value.SetString("siete")
		default:
			value.Set(reflect.ValueOf([]string{"siete"}))
		}
		given := reflect.Indirect(reflect.ValueOf(g.options(1)).FieldByName(field.Name))
		if want := reflect.ValueOf(g).FieldByIndex(field.Index); !given.IsValid() || !reflect.DeepEqual(given.Interface(), want.Interface()) {
			t.Errorf("%s is %v, want %v", field.Name, given, want)
		}
	}
}

func TestGenerationIsTheStudys(t *testing.T) {
	for _, r := range []Recipe{Laptop(), Fair(), Published()} {
		want := Generation{
			DoSample: true, NumBeams: 10, NumReturnSequences: 10, MaxLength: 190, MinLength: 50, Temperature: 1, TopK: 100, TopP: 0.9,
			RepetitionPenalty: 1, NoRepeatNgramSize: 2, BadWords: []string{"|"}, LengthPenalty: 1, Compat: generate.Transformers35,
		}
		if !reflect.DeepEqual(r.Generation2020, want) {
			t.Errorf("recipe %s: %+v", r.Name, r.Generation2020)
		}
		s := &Study{Recipe: r, own: r}
		want.KeepBlanks = true
		for _, name := range []string{"en-right", "es48-right", "es16-right", "es16-left"} {
			if name == "es16-left" {
				want.Temperature, want.RepetitionPenalty = 0.9, 2
			}
			published, err := s.With(name)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(published.Recipe.Generation, want) || !reflect.DeepEqual(published.generation, want) {
				t.Errorf("%s: %+v", name, published.Recipe.Generation)
			}
		}
	}
}

func TestBlanksAtAPromptsEnd(t *testing.T) {
	prompts := []string{"Vamos con todo ", "Vamos con todo", "El presidente  "}
	g := Generation{}
	if got := g.given(prompts); !reflect.DeepEqual(got, []string{"Vamos con todo", "El presidente"}) {
		t.Errorf("given %q", got)
	}
	g.KeepBlanks = true
	if got := g.given(prompts); !reflect.DeepEqual(got, prompts) {
		t.Errorf("given %q", got)
	}
}
