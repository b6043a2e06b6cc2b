package study

import (
	"context"
	"strconv"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/exploring"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// The methods that follow are what cells call, in the order of the notebooks. Each returns a
// step's result: at once where it is there; else a worker makes it first, and all that it rests
// on.

// About shows what is studied, on what engine, and where results go.
func (s *Study) About(ctx context.Context) (chart.Element, error) {
	return run.Have(ctx, &s.Run, run.About, "about")
}

// Load reads the corpus, applies the study's steps and keeps the result in tweets.parquet.
func (s *Study) Load(ctx context.Context) (*loading.Loaded, error) {
	return run.Have(ctx, &s.Run, loading.Load, "load")
}

// Vectors trains word2vec of two dimensions on the n-grams of the clean tweets without stop
// words, and averages the tweets' vectors per party and coalition.
func (s *Study) Vectors(ctx context.Context, n int) (*exploring.Vectors, error) {
	return run.Have(ctx, &s.Run, func(ctx context.Context, r *run.Run) (*exploring.Vectors, error) {
		return exploring.VectorsOf(ctx, r, n)
	}, "vectors", strconv.Itoa(n))
}

// VectorPanel shows the means of coalitions and parties for n-grams of one, two and three
// words, as the study's panel of 2 × 3; without a row of coalitions where there are none.
func (s *Study) VectorPanel(ctx context.Context) (chart.Element, error) {
	return run.Have(ctx, &s.Run, exploring.VectorPanel, "vectors")
}

// Separation measures what the panel of n-grams shows: how much of the tweets' spread lies
// between parties, held against parties drawn by lot among accounts.
func (s *Study) Separation(ctx context.Context) (*exploring.Separation, error) {
	return run.Have(ctx, &s.Run, exploring.SeparationOf, "separation")
}

// Ngrams counts the n-grams of each party, the same that word2vec learns from, and keeps
// the most frequent in ngrams.json.
func (s *Study) Ngrams(ctx context.Context) (*exploring.Ngrams, error) {
	return run.Have(ctx, &s.Run, exploring.NgramsOf, "ngrams")
}

// Sides picks the tweets of each side and keeps them in derecha.parquet and
// izquierda.parquet.
func (s *Study) Sides(ctx context.Context) (*loading.ChosenSides, error) {
	return run.Have(ctx, &s.Run, loading.ChooseSides, "sides")
}

// Tags counts the hashtags and mentions of each side by week, month, quarter or year, as
// the corpus's span asks, and keeps the most used in tags.json.
func (s *Study) Tags(ctx context.Context) (*exploring.Tags, error) {
	return run.Have(ctx, &s.Run, exploring.TagsOf, "tags")
}

// Mentions counts who mentions whom and keeps it in mentions.json.
func (s *Study) Mentions(ctx context.Context) (*exploring.Mentions, error) {
	return run.Have(ctx, &s.Run, exploring.MentionsOf, "mentions")
}

// DataSet splits a side's tweets into training, validation and test and writes their texts.
func (s *Study) DataSet(ctx context.Context, side run.Side) (*modelling.DataSet, error) {
	return run.Have(ctx, &s.Run, func(ctx context.Context, r *run.Run) (*modelling.DataSet, error) {
		return modelling.DataSetOf(ctx, r, side)
	}, "dataset", side.Folder())
}

// Base gives the model from which the sides start: the published one that the recipe names,
// or one that is trained here on the training text of all accounts, and validated on all
// test text.
func (s *Study) Base(ctx context.Context) (*modelling.Trained, error) {
	return run.Have(ctx, &s.Run, modelling.Base, "base")
}

// BaseNote says which model the recipe starts from here, and why.
func (s *Study) BaseNote(ctx context.Context) (chart.Element, error) {
	return run.Have(ctx, &s.Run, modelling.BaseNote, "base")
}

// FineTune tunes the base model on one side's training text and validates on its test text.
func (s *Study) FineTune(ctx context.Context, side run.Side) (*modelling.Trained, error) {
	return run.Have(ctx, &s.Run, func(ctx context.Context, r *run.Run) (*modelling.Trained, error) {
		return modelling.FineTune(ctx, r, side)
	}, "finetune", side.Folder())
}

// BesidePerplexities measures the base and the tuned model on the side's test text and
// shows the study's perplexities beside ours.
func (s *Study) BesidePerplexities(ctx context.Context, side run.Side) (chart.Element, error) {
	return run.Have(ctx, &s.Run, func(ctx context.Context, r *run.Run) (chart.Element, error) {
		return modelling.BesidePerplexities(ctx, r, side)
	}, "perplexity", side.Folder())
}

// Generate lets the sides' models, both if none is named, continue the corpus's prompts
// (the study's five, if it names none) as the recipe's Generation says: each prompt as the
// beginning of a tweet, until the model ends the tweet.
func (s *Study) Generate(ctx context.Context, sides ...run.Side) (*modelling.Generated, error) {
	return run.Have(ctx, &s.Run, func(ctx context.Context, r *run.Run) (*modelling.Generated, error) {
		return modelling.Generate(ctx, r, sides...)
	}, "generate", run.SideFolders(sides)...)
}

// Scores scores every test tweet of both sides, and some of the other parties', each alone,
// under the base and both sides' models.
func (s *Study) Scores(ctx context.Context) (*comparing.Scores, error) {
	return run.Have(ctx, &s.Run, comparing.ScoresOf, "scores")
}

// Prediction sums up the scores of the test tweets.
func (s *Study) Prediction(ctx context.Context) (*comparing.Prediction, error) {
	return run.Have(ctx, &s.Run, comparing.PredictionOf, "prediction")
}

// Compare measures the perplexity of the three models on both sides' test text.
func (s *Study) Compare(ctx context.Context) (*comparing.Comparison, error) {
	return run.Have(ctx, &s.Run, comparing.Compare, "compare")
}

// Preference asks of every test tweet of both sides which side's model finds it likelier.
func (s *Study) Preference(ctx context.Context) (*comparing.Preference, error) {
	return run.Have(ctx, &s.Run, comparing.PreferenceOf, "preference")
}

// Calibration estimates a temperature on the tweets that were held out of training, those
// of other accounts than the one that is judged, and judges the test tweets with it.
func (s *Study) Calibration(ctx context.Context) (*comparing.Calibration, error) {
	return run.Have(ctx, &s.Run, comparing.CalibrationOf, "calibration")
}

// Lean says which words of the test tweets lean, in their context.
func (s *Study) Lean(ctx context.Context) (*comparing.Lean, error) {
	return run.Have(ctx, &s.Run, comparing.LeanOf, "lean")
}

// Parties sums up the scores of the test tweets by party.
func (s *Study) Parties(ctx context.Context) (*comparing.Parties, error) {
	return run.Have(ctx, &s.Run, comparing.PartiesOf, "parties")
}

// Classifier trains on the training tweets of both sides and tests on their test tweets.
func (s *Study) Classifier(ctx context.Context) (*comparing.Classifier, error) {
	return run.Have(ctx, &s.Run, comparing.ClassifierOf, "classifier")
}

// Sounds lets the classifier judge every generated text, without its prompt, which the
// model was given.
func (s *Study) Sounds(ctx context.Context) (*comparing.Sounds, error) {
	return run.Have(ctx, &s.Run, comparing.SoundsOf, "sounds")
}

// Keyness weighs the words of both sides' tweets.
func (s *Study) Keyness(ctx context.Context) (*comparing.Keyness, error) {
	return run.Have(ctx, &s.Run, comparing.KeynessOf, "keyness")
}

// GeneratedWords weighs the words of the generated texts.
func (s *Study) GeneratedWords(ctx context.Context) (*comparing.GeneratedWords, error) {
	return run.Have(ctx, &s.Run, comparing.GeneratedWordsOf, "generatedwords")
}

// SideVectors trains word2vec on each side's tweets, all of them, without stop words: with
// two seeds, and once with the tweets drawn anew.
func (s *Study) SideVectors(ctx context.Context) (*comparing.SideVectors, error) {
	return run.Have(ctx, &s.Run, comparing.SideVectorsOf, "sidevectors")
}

// Copying looks for the generated texts and for the test tweets of both sides in the
// training tweets of all accounts, for the base model learnt from all.
func (s *Study) Copying(ctx context.Context) (*comparing.Copying, error) {
	return run.Have(ctx, &s.Run, comparing.CopyingOf, "copying")
}

// Variety measures the tweets that models wrote and the test tweets of both sides, all on
// the same amount of text.
func (s *Study) Variety(ctx context.Context) (*comparing.Variety, error) {
	return run.Have(ctx, &s.Run, comparing.VarietyOf, "variety")
}

// Summary answers the comparison's questions in one table: each with its figure, its
// interval and the texts that it rests on, and how sure the answer is.
func (s *Study) Summary(ctx context.Context) (chart.Element, error) {
	return run.Have(ctx, &s.Run, comparing.Summary, "summary")
}

// Playground makes a page that runs the sides' models and the base: see package playground.
func (s *Study) Playground(ctx context.Context, o comparing.PlaygroundOptions) (*comparing.Playground, error) {
	return run.Have(ctx, &s.Run, func(ctx context.Context, r *run.Run) (*comparing.Playground, error) {
		return comparing.PlaygroundOf(ctx, r, o)
	}, "playground", o.Arguments()...)
}
