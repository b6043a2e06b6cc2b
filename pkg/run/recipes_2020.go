package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
)

// The bases from which the study started, by their names on the hub.
const (
	englishGPT2   = "gpt2"
	spanish48GPT2 = "ensamblador/gpt2-es-48heads"
	spanish16GPT2 = "ensamblador/gpt2_espanol_8hx512pos"
)

// PublishedRecipes are the study's four. Each tunes one side.
var PublishedRecipes = []Recipe{
	publishedRecipe("en-right", "GPT-2 en inglés", englishGPT2, Right, tuning2020(500, 2, 4, 10, 500, 1000)),
	publishedRecipe("es48-right", "GPT-2 en español, 48 cabezas", spanish48GPT2, Right, tuning2020(512, 2, 4, 10, 500, 1000)),
	publishedRecipe("es16-right", "GPT-2 en español, 16 cabezas", spanish16GPT2, Right, tuning2020(512, 2, 4, 10, 500, 1000)),
	publishedRecipe("es16-left", "GPT-2 en español, 16 cabezas", spanish16GPT2, Left, tuning2020(64, 8, 16, 20, 200, 800)),
}

func publishedRecipe(name, title, base string, side Side, tune training.Settings) Recipe {
	r := Recipe{Name: name, Title: title, BaseModel: base, TestShare: 0.15, Seed: 2020, Tune: tune, Sides: []Side{side}, TwoBlanks: true}
	r.Perplexity = perplexity.Options{Window: 512, Stride: 256}
	if name == "es16-right" {
		r.Perplexity.Stride = 512
	}
	return r
}

// tuning2020 are the study's settings; what they do not name is finetune's
// default, which was the study's too.
func tuning2020(block, batch, evalBatch, epochs, evalEvery, saveEvery int) training.Settings {
	return training.Settings{
		BlockSize: block, BatchSize: batch, EvalBatchSize: evalBatch, Epochs: epochs,
		LearningRate: 5e-5, WarmupSteps: 250, EvalEvery: evalEvery, LogEvery: evalEvery, SaveEvery: saveEvery, Seed: 2020,
	}
}

// FairRecipe tunes the study's Spanish base of 16 heads on both sides with the same
// settings, those of its right: what the study's own comparison lacks.
func FairRecipe() Recipe {
	r := publishedRecipe("fair", "GPT-2 en español, 16 cabezas, con los mismos ajustes en los dos lados", spanish16GPT2, Right,
		tuning2020(512, 2, 4, 10, 500, 1000))
	r.Sides, r.Fetch, r.TwoBlanks = nil, true, false
	r.Generation, r.Generation2020, r.SideWords = LaptopRecipe().Generation, Generation2020(), LaptopRecipe().SideWords
	return r
}

// PublishedBasesRecipe is the laptop's recipe in a run that may use the study's own bases
// for its four recipes.
func PublishedBasesRecipe() Recipe {
	r := LaptopRecipe()
	r.Name, r.Title, r.Fetch = "published", "la del laptop, y los modelos publicados en los cuadernos del estudio", true
	return r
}

// With returns the same run with one of the study's four recipes. Split and
// seed stay those of the run; the prompts are the study's, where study.toml names none.
func (r *Run) With(name string) (*Run, error) {
	at := slices.IndexFunc(PublishedRecipes, func(recipe Recipe) bool { return recipe.Name == name })
	if at < 0 {
		var names []string
		for _, recipe := range PublishedRecipes {
			names = append(names, recipe.Name)
		}
		return nil, fmt.Errorf("no hay receta del estudio %q; las que hay son %s", name, strings.Join(names, ", "))
	}
	recipe := PublishedRecipes[at]
	recipe.TestShare, recipe.Seed, recipe.Tune.Seed = r.Recipe.TestShare, r.Recipe.Seed, r.Recipe.Seed
	recipe.TF32, recipe.FlashAttention = r.Recipe.TF32, r.Recipe.FlashAttention
	recipe.Generation, recipe.Fetch = r.Recipe.Generation2020.published(recipe), r.Recipe.Fetch
	other := *r
	other.Recipe, other.Generation = recipe, r.Own.Generation2020.published(recipe)
	if slices.Equal(r.Settings.Prompts, defaultPrompts) {
		other.Settings.Prompts = PublishedPrompts
	}
	if r.Recipe.BaseModel == "" {
		other.Own = r.Recipe
	}
	return &other, nil
}
