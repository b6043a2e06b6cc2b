package run

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

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
		if slices.Contains([]string{"KeepBlanks", "Int8", "BFloat16"}, field.Name) {
			continue // They change the prompts, and the model.
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
		given := reflect.Indirect(reflect.ValueOf(g.Options(1)).FieldByName(field.Name))
		if want := reflect.ValueOf(g).FieldByIndex(field.Index); !given.IsValid() || !reflect.DeepEqual(given.Interface(), want.Interface()) {
			t.Errorf("%s is %v, want %v", field.Name, given, want)
		}
	}
}

func TestGenerationIsTheStudys(t *testing.T) {
	for _, recipe := range []Recipe{LaptopRecipe(), FairRecipe(), PublishedBasesRecipe()} {
		want := Generation{
			DoSample: true, NumBeams: 10, NumReturnSequences: 10, MaxLength: 190, MinLength: 50, Temperature: 1, TopK: 100, TopP: 0.9,
			RepetitionPenalty: 1, NoRepeatNgramSize: 2, BadWords: []string{"|"}, LengthPenalty: 1, Compat: generate.Transformers35,
		}
		if !reflect.DeepEqual(recipe.Generation2020, want) {
			t.Errorf("recipe %s: %+v", recipe.Name, recipe.Generation2020)
		}
		r := &Run{Recipe: recipe, Own: recipe}
		want.KeepBlanks = true
		for _, name := range []string{"en-right", "es48-right", "es16-right", "es16-left"} {
			if name == "es16-left" {
				want.Temperature, want.RepetitionPenalty = 0.9, 2
			}
			published, err := r.With(name)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(published.Recipe.Generation, want) || !reflect.DeepEqual(published.Generation, want) {
				t.Errorf("%s: %+v", name, published.Recipe.Generation)
			}
		}
	}
}

func TestBlanksAtAPromptsEnd(t *testing.T) {
	prompts := []string{"Vamos con todo ", "Vamos con todo", "El presidente  "}
	g := Generation{}
	if got := g.Given(prompts); !reflect.DeepEqual(got, []string{"Vamos con todo", "El presidente"}) {
		t.Errorf("given %q", got)
	}
	g.KeepBlanks = true
	if got := g.Given(prompts); !reflect.DeepEqual(got, prompts) {
		t.Errorf("given %q", got)
	}
}
