package run

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// Recipe says how models are made: the tokenizer, the base model, and the
// settings with which it is tuned on each side. The base is trained here, on
// everyone's training text, or is a published model, whose tokenizer and weights
// are taken as they are. It is a plain value: change a field to experiment.
type Recipe struct {
	Name       string
	Title      string // in Spanish, for tables
	DemoTweets int    // size of the demo corpus; 0 means its default
	TestShare  float64
	// ValidationShare is the part of the training tweets that models do not learn from but
	// are validated on while they train, at most 500 tweets of a side; 0 validates on
	// the test tweets, as the study did.
	ValidationShare float64
	// TwoBlanks joins tweets by two blanks, as the study did, in place of a token that
	// tells where one ends. What models write then has no whole tweets to measure.
	TwoBlanks bool
	Seed      uint64
	// TF32 multiplies float32 matrices in TF32 on a graphics card: faster, with 10 bits of
	// each number in place of 23. It counts from the first use of the engine on.
	TF32 bool
	// FlashAttention lets a graphics card that trains in bfloat16 compute attention in a way
	// that takes a third of the time where texts are long, and less memory; but not where
	// attention has dropout, as GPT-2's own has. The same run then gives figures that differ
	// in their last digits. It counts from the first use of the engine on.
	FlashAttention bool

	// BaseModel names a published base: a name of the Hugging Face hub, or a
	// folder. If empty the base is trained here, as the next four fields say.
	BaseModel    string
	VocabSize    int
	MinFrequency int
	Model        config.GPT2       // vocabulary and special tokens are set from the tokenizer
	Base         training.Settings // training of the base

	Tune       training.Settings // tuning on a side: the same for both
	Generation Generation
	// Generation2020 is how the study's four recipes write, in this recipe's runs.
	Generation2020 Generation
	Perplexity     perplexity.Options
	SideWords      SideWords

	// Sides are those that the recipe is for; both, if empty.
	Sides []Side
	// Fetch lets a run use the hub's models: large ones, that take hours without a
	// graphics card. Without it the own base stands in for them.
	Fetch bool
	// StandInSteps is how long a recipe of a published base is tuned where this
	// recipe's base stands in for it.
	StandInSteps int
}

// SideWords says how the word2vec of each side is trained and compared.
type SideWords struct {
	Size, MinCount, Iterations int // of the training; over large texts fewer passes are made
	Frequent                   int // how often a word occurs on each side to be compared
	Nearest                    int // neighbours that are compared and shown
	Shuffles                   int // how often tweets are dealt at random, to see what chance does
}

// recipes are those that a run can ask for by name: they make the models of
// both sides. [Run.With] has those of one.
var recipes = []Recipe{LaptopRecipe(), FairRecipe(), PublishedBasesRecipe(), TestRecipe()}

// recipeByName returns the recipe of a run; "" is the laptop's.
func recipeByName(name string) (Recipe, error) {
	if name == "" {
		return LaptopRecipe(), nil
	}
	names := make([]string, len(recipes))
	for i, r := range recipes {
		if r.Name == name {
			return r, nil
		}
		names[i] = r.Name
	}
	return Recipe{}, fmt.Errorf("no hay receta %q; las que hay son %s", name, strings.Join(names, ", "))
}

// LaptopRecipe trains a small GPT-2 of its own, in minutes on two cores, with nothing
// to download: a base on the training text of all accounts, then one model for
// each side with the same settings.
func LaptopRecipe() Recipe {
	return Recipe{
		Name:            "laptop",
		Title:           "GPT-2 pequeño, entrenado desde cero en este equipo",
		TestShare:       0.15,
		ValidationShare: 0.1,
		Seed:            2020,
		VocabSize:       4000,
		MinFrequency:    2,
		Model:           SmallModel(4, 128, 4, 128),
		// Chosen by bits per byte on held-out training tweets, of a real and of the demo corpus
		// (scripts/benchmarks/recipe). A small model that learns for long does better than a
		// larger one in the same time. The base needs no dropout, but stops where a small corpus
		// begins to be memorised; tuning, on fewer tweets, needs it. A side's model is always the
		// last one: the best might be the base itself, which is the other side's as well.
		Base: training.Settings{
			BlockSize: 128, BatchSize: 4, EvalBatchSize: 8, Epochs: 13, Dropout: new(float64),
			LearningRate: 2e-3, WarmupSteps: 200, WeightDecay: 0.1, Beta2: 0.99,
			EvalEvery: 400, LogEvery: 20, SaveEvery: 400, LoadBestAtEnd: true, EarlyStoppingPatience: 4, Seed: 2020,
		},
		Tune: training.Settings{
			BlockSize: 128, BatchSize: 4, EvalBatchSize: 8, Epochs: 3,
			LearningRate: 3e-4, WarmupSteps: 40, WeightDecay: 0.1, Beta2: 0.99,
			EvalEvery: 60, LogEvery: 10, SaveEvery: 60, Seed: 2020,
		},
		// Of thirteen settings tried, the nearest to real tweets in length, hashtags, the side
		// that they sound like and the share of words that no training tweet has, with as much
		// variety as that leaves. The study's beams write what is most frequent.
		Generation: Generation{
			DoSample: true, NumReturnSequences: 10, MaxNewTokens: 100, MinNewTokens: 1, Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1, LengthPenalty: 1,
		},
		Generation2020: Generation2020(),
		Perplexity:     perplexity.Options{Window: 128, Stride: 64},
		SideWords:      SideWords{Size: 50, MinCount: 10, Iterations: 20, Frequent: 20, Nearest: 10, Shuffles: 19},

		StandInSteps: 100,
	}
}

// TestRecipe is the laptop's recipe made tiny, for the project's own tests.
func TestRecipe() Recipe {
	r := LaptopRecipe()
	r.Name, r.Title = "test", "GPT-2 diminuto, solo para las pruebas del programa"
	r.DemoTweets = 600
	r.VocabSize = 600
	r.Model = SmallModel(2, 32, 2, 64)
	r.Base.BlockSize, r.Tune.BlockSize = 64, 64
	r.Base.Epochs, r.Tune.Epochs = 2, 2
	r.Base.EvalEvery, r.Tune.EvalEvery = 10, 10
	r.Base.WarmupSteps, r.Tune.WarmupSteps = 5, 5
	r.Generation.NumReturnSequences, r.Generation.MaxNewTokens = 3, 40
	r.Generation2020.NumBeams, r.Generation2020.NumReturnSequences = 3, 3
	r.Generation2020.MinLength, r.Generation2020.MaxLength = 24, 48
	r.Perplexity.Window, r.Perplexity.Stride = 64, 32
	r.SideWords = SideWords{Size: 8, MinCount: 3, Iterations: 2, Frequent: 5, Nearest: 5, Shuffles: 1}
	r.StandInSteps = 10
	return r
}

// SmallModel is GPT-2's own configuration with other sizes.
func SmallModel(layers, width, heads, positions int) config.GPT2 {
	c := config.Default()
	c.NLayer, c.NEmbd, c.NHead, c.NPositions = layers, width, heads, positions
	return c
}

// BaseTitle says which published base the recipe takes. Of a folder it gives the name alone:
// where it lies is nobody else's business.
func (r Recipe) BaseTitle() string {
	if info, err := os.Stat(r.BaseModel); err == nil && info.IsDir() {
		return fmt.Sprintf("el modelo de la carpeta «%s»", filepath.Base(r.BaseModel))
	}
	return "el modelo publicado " + r.BaseModel
}

// Of2020 tells whether the recipe is one of the study's four.
func (r Recipe) Of2020() bool {
	return slices.ContainsFunc(PublishedRecipes, func(p Recipe) bool { return p.Name == r.Name })
}

// Has tells whether the recipe is for a side.
func (r Recipe) Has(side Side) bool {
	return len(r.Sides) == 0 || slices.Contains(r.Sides, side)
}

// Passes is how often the training goes over both sides alike. Small texts need many;
// large ones need few, and would take long.
func (w SideWords) Passes(sentences [2][][]string) int {
	const enough, fewest = 4_000_000, 3 // words of both sides, over all passes
	words := 0
	for _, sentence := range slices.Concat(sentences[0], sentences[1]) {
		words += len(sentence)
	}
	return min(w.Iterations, max(fewest, enough/max(1, words)))
}
