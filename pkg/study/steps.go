package study

import (
	"context"
	"strconv"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// What cells call, in the order of the notebooks. Each returns a step's result: at once where
// it is there; else a worker makes it first, and all that it rests on.

// About shows what is studied, on what engine, and where results go.
func (s *Study) About() (chart.Element, error) {
	return have(context.Background(), s, s.about, "about")
}

// Load reads the corpus, applies the study's steps and keeps the result in
// tweets.parquet. Malformed records are counted and listed; too many are an
// error.
func (s *Study) Load(ctx context.Context) (*Loaded, error) {
	return have(ctx, s, s.load, "load")
}

// Vectors trains word2vec of two dimensions on the n-grams of the clean tweets
// without stop words, and averages the tweets' vectors per party and coalition.
func (s *Study) Vectors(ctx context.Context, n int) (*Vectors, error) {
	return have(ctx, s, func(ctx context.Context) (*Vectors, error) { return s.vectors(ctx, n) }, "vectors", strconv.Itoa(n))
}

// VectorPanel shows the means of coalitions and parties for n-grams of one,
// two and three words, as the study's panel of 2 × 3; without a row of coalitions
// where there are none.
func (s *Study) VectorPanel(ctx context.Context) (chart.Element, error) {
	return have(ctx, s, s.vectorPanel, "vectors")
}

// Separation measures what the panel of n-grams shows: how much of the tweets'
// spread lies between parties, held against parties drawn by lot among accounts.
func (s *Study) Separation(ctx context.Context) (*Separation, error) {
	return have(ctx, s, s.separation, "separation")
}

// Ngrams counts the n-grams of each party, the same that word2vec learns from, and keeps
// the most frequent in ngrams.json.
func (s *Study) Ngrams(ctx context.Context) (*Ngrams, error) {
	return have(ctx, s, s.ngrams, "ngrams")
}

// Sides picks the tweets of each side and keeps them in derecha.parquet and
// izquierda.parquet. A tweet on both sides and a side without tweets are errors.
func (s *Study) Sides(ctx context.Context) (*ChosenSides, error) {
	return have(ctx, s, s.sides, "sides")
}

// Tags counts the hashtags and mentions of each side by week, month, quarter or year, as
// the corpus's span asks, and keeps the most used in tags.json. A tweet counts once for
// each, whatever the case in which it spells it and whatever unseen signs it holds.
func (s *Study) Tags(ctx context.Context) (*Tags, error) {
	return have(ctx, s, s.tags, "tags")
}

// Mentions counts who mentions whom and keeps it in mentions.json. Who mentions itself is
// left out. Names are compared whatever their case, and a tweet counts once for each.
func (s *Study) Mentions(ctx context.Context) (*Mentions, error) {
	return have(ctx, s, s.mentions, "mentions")
}

// DataSet splits a side's tweets into training, validation and test and writes their
// texts.
func (s *Study) DataSet(ctx context.Context, side Side) (*DataSet, error) {
	return have(ctx, s, func(ctx context.Context) (*DataSet, error) { return s.dataSet(ctx, side) }, "dataset", side.Folder())
}

// Base gives the model from which the sides start: the published one that the
// recipe names, or one that is trained here on the training text of all
// accounts, and validated on all test text. Where the published one is not to be
// had, the run's own base stands in for it.
func (s *Study) Base(ctx context.Context) (*Trained, error) {
	return have(ctx, s, s.base, "base")
}

// BaseNote says which model the recipe starts from here, and why.
func (s *Study) BaseNote(ctx context.Context) (chart.Element, error) {
	return have(ctx, s, s.baseNote, "base")
}

// FineTune tunes the base model on one side's training text and validates on
// its test text.
func (s *Study) FineTune(ctx context.Context, side Side) (*Trained, error) {
	return have(ctx, s, func(ctx context.Context) (*Trained, error) { return s.fineTune(ctx, side) }, "finetune", side.Folder())
}

// BesidePerplexities measures the base and the tuned model on the side's test
// text and shows the study's perplexities beside ours.
func (s *Study) BesidePerplexities(ctx context.Context, side Side) (chart.Element, error) {
	return have(ctx, s, func(ctx context.Context) (chart.Element, error) { return s.besidePerplexities(ctx, side) }, "perplexity", side.Folder())
}

// Generate lets the sides' models, both if none is named, continue the corpus's
// prompts (the study's five, if it names none) as the recipe's Generation says: each
// prompt as the beginning of a tweet, until the model ends the tweet. The
// texts of other settings than the recipe's own lie beside, not in the place of,
// those of its own.
func (s *Study) Generate(ctx context.Context, sides ...Side) (*Generated, error) {
	return have(ctx, s, func(ctx context.Context) (*Generated, error) { return s.generate(ctx, sides...) }, "generate", sideFolders(sides)...)
}

// Scores scores every test tweet of both sides, and some of the other parties', each
// alone, under the base and both sides' models.
func (s *Study) Scores(ctx context.Context) (*Scores, error) {
	return have(ctx, s, s.scores, "scores")
}

// Prediction sums up the scores of the test tweets.
func (s *Study) Prediction(ctx context.Context) (*Prediction, error) {
	return have(ctx, s, s.prediction, "prediction")
}

// Compare measures the perplexity of the three models on both sides' test text.
func (s *Study) Compare(ctx context.Context) (*Comparison, error) {
	return have(ctx, s, s.compare, "compare")
}

// Preference asks of every test tweet of both sides which side's model finds it
// likelier.
func (s *Study) Preference(ctx context.Context) (*Preference, error) {
	return have(ctx, s, s.preference, "preference")
}

// Calibration estimates a temperature on the tweets that were held out of training, those of
// other accounts than the one that is judged, and judges the test tweets with it. Where none
// are held out, the test tweets of other accounts take their place: those that the models
// learnt from would promise too much.
func (s *Study) Calibration(ctx context.Context) (*Calibration, error) {
	return have(ctx, s, s.calibration, "calibration")
}

// Lean says which words of the test tweets lean, in their context.
func (s *Study) Lean(ctx context.Context) (*Lean, error) {
	return have(ctx, s, s.lean, "lean")
}

// Parties sums up the scores of the test tweets by party.
func (s *Study) Parties(ctx context.Context) (*Parties, error) {
	return have(ctx, s, s.parties, "parties")
}

// Classifier trains on the training tweets of both sides and tests on their test
// tweets.
func (s *Study) Classifier(ctx context.Context) (*Classifier, error) {
	return have(ctx, s, s.classifier, "classifier")
}

// Sounds lets the classifier judge every generated text, without its prompt, which the
// model was given. A text is a tweet, as real ones are, unless two blanks part tweets.
func (s *Study) Sounds(ctx context.Context) (*Sounds, error) {
	return have(ctx, s, s.sounds, "sounds")
}

// Keyness weighs the words of both sides' tweets.
func (s *Study) Keyness(ctx context.Context) (*Keyness, error) {
	return have(ctx, s, s.keyness, "keyness")
}

// GeneratedWords weighs the words of the generated texts. The prompts' own words do not
// count.
func (s *Study) GeneratedWords(ctx context.Context) (*GeneratedWords, error) {
	return have(ctx, s, s.generatedWords, "generatedwords")
}

// SideVectors trains word2vec on each side's tweets, all of them, without stop words: with
// two seeds, and once with the tweets drawn anew. The left's vectors are turned onto the
// right's.
func (s *Study) SideVectors(ctx context.Context) (*SideVectors, error) {
	return have(ctx, s, s.sideVectors, "sidevectors")
}

// Copying looks for the generated texts and for the test tweets of both sides in
// the training tweets of all accounts, for the base model learnt from all.
func (s *Study) Copying(ctx context.Context) (*Copying, error) {
	return have(ctx, s, s.copying, "copying")
}

// Variety measures the tweets that models wrote and the test tweets of both sides,
// all on the same amount of text.
func (s *Study) Variety(ctx context.Context) (*Variety, error) {
	return have(ctx, s, s.variety, "variety")
}

// Summary answers the comparison's questions in one table: each with its figure, its
// interval and the texts that it rests on, and how sure the answer is.
func (s *Study) Summary(ctx context.Context) (chart.Element, error) {
	return have(ctx, s, s.summary, "summary")
}

// Playground makes a page that runs the sides' models and the base: see package
// playground. It is not made of models that are too large.
func (s *Study) Playground(ctx context.Context, o PlaygroundOptions) (*Playground, error) {
	return have(ctx, s, func(ctx context.Context) (*Playground, error) { return s.playground(ctx, o) }, "playground", o.arguments()...)
}
