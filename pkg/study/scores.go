package study

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// scoresVersion is raised when tweets are scored otherwise.
const scoresVersion = 4

// Scores are what the base and both sides' models make of every test tweet, each
// tweet alone.
type Scores struct {
	Sides [2][]ScoredTweet `json:"sides"` // by Side
	Rest  []ScoredTweet    `json:"rest"`  // of parties on neither side, at most 300 of each
	// HeldOut are the tweets of each side's training that no model learnt from, those of
	// validation; empty where the recipe holds none out.
	HeldOut [2][]ScoredTweet `json:"held_out"`

	study   *Study
	made    stepRecord
	instead standIn
}

// ScoredTweet is a test tweet with its score under each model.
type ScoredTweet struct {
	ScreenName string              `json:"screen_name"`
	Partido    string              `json:"partido"`
	Text       string              `json:"text"`
	Scores     []compare.TextScore `json:"scores"` // of the base, the right's and the left's model
}

// The models in the order in which they score.
const scoredBase = 0

func scoredBy(side Side) int { return 1 + int(side) }

// right is above 0 where the right's model finds the tweet likelier: how many times
// likelier, as a natural logarithm.
func (t ScoredTweet) right() float64 {
	return t.Scores[scoredBy(Left)].NLL - t.Scores[scoredBy(Right)].NLL
}

// own is the same for a side's own model.
func (t ScoredTweet) own(side Side) float64 {
	if side == Left {
		return -t.right()
	}
	return t.right()
}

// mostOfRest bounds the tweets of a party on neither side: enough for its place
// between the sides, without most of the time going there.
const mostOfRest = 300

func (s *Study) scores(ctx context.Context) (*Scores, error) {
	models, inputs, err := s.scoringModels(ctx)
	if err != nil {
		return nil, err
	}
	var unscored Scores
	for _, side := range Sides {
		set, err := s.dataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		if err := s.checkAccounts(side, set.Test.Tweets); err != nil {
			return nil, err
		}
		inputs = append(inputs, set.made.Fingerprint)
		unscored.Sides[side], unscored.HeldOut[side] = s.unscored(set.Test.Tweets), s.unscored(set.Validation.Tweets)
	}
	others, err := s.restDataSet(ctx)
	if err != nil {
		return nil, err
	}
	inputs = append(inputs, others.parted, s.Recipe.Seed)
	unscored.Rest = s.unscored(sampleParties(others.Test.Tweets, mostOfRest, s.Recipe.Seed))
	path := filepath.Join("compare", s.Recipe.Name, "scores.json")
	scores, made, err := cached(ctx, s, step{
		Name: "scores-" + s.Recipe.Name, Version: scoresVersion, Inputs: inputs, Artifacts: []string{path, s.wordsPath()},
	}, func() (Scores, error) {
		words, err := s.scoreTweets(ctx, models, unscored.Sides, unscored.HeldOut[Right], unscored.HeldOut[Left], unscored.Rest)
		if err != nil {
			return unscored, err
		}
		return unscored, saveWords(s.path(s.wordsPath()), words)
	})
	if err != nil {
		return nil, err
	}
	scores.study, scores.made, scores.instead = s, made, models[scoredBase].instead
	return &scores, nil
}

// scoringModels are the three models in the order in which they score, with what they were
// made from.
func (s *Study) scoringModels(ctx context.Context) (models []*Trained, made []any, err error) {
	base, err := s.base(ctx)
	if err != nil {
		return nil, nil, err
	}
	models, made = []*Trained{base}, []any{base.made.Fingerprint}
	for _, side := range Sides {
		model, err := s.fineTune(ctx, side)
		if err != nil {
			return nil, nil, err
		}
		models, made = append(models, model), append(made, model.made.Fingerprint)
	}
	return models, made, nil
}

// checkAccounts refuses to judge by intervals over accounts that there cannot be.
func (s *Study) checkAccounts(side Side, rows []tweets.Tweet) error {
	if n := len(accounts(rows)); s.Settings.Resample == OverAccounts && n < compare.FewestAccounts {
		return fmt.Errorf("resample = %q: en la prueba del lado «%s» hay %d cuentas y hacen falta %d para un intervalo sobre cuentas; ponga resample = %q en %s/study.toml",
			OverAccounts, s.Label(side), n, compare.FewestAccounts, OverTweets, s.Corpus)
	}
	return nil
}

// restStream sets these random numbers apart from all others of the seed.
const restStream = 0x72657374 // "rest"

// sampleParties draws at most so many tweets of each party, and keeps their order.
func sampleParties(rows []tweets.Tweet, most int, seed uint64) []tweets.Tweet {
	taken := map[string]int{}
	var at []int
	for _, i := range rand.New(rand.NewPCG(seed, restStream)).Perm(len(rows)) {
		if taken[rows[i].Partido] < most {
			taken[rows[i].Partido]++
			at = append(at, i)
		}
	}
	slices.Sort(at)
	sample := make([]tweets.Tweet, len(at))
	for i, row := range at {
		sample[i] = rows[row]
	}
	return sample
}

// unscored are the tweets as they stand in the models' text.
func (s *Study) unscored(rows []tweets.Tweet) []ScoredTweet {
	line := corpus.OneLine
	if s.Recipe.TwoBlanks {
		line = corpus.Line2020
	}
	list := make([]ScoredTweet, len(rows))
	for i, t := range rows {
		list[i] = ScoredTweet{ScreenName: t.ScreenName, Partido: t.Partido, Text: line(t.TextClean)}
	}
	return list
}

// scoreTweets fills in the scores of the sides' tweets and of other groups, and returns the
// words of the sides'.
func (s *Study) scoreTweets(ctx context.Context, models []*Trained, sides [2][]ScoredTweet, others ...[]ScoredTweet) ([]ScoredWords, error) {
	groups := append(slices.Clone(sides[:]), others...)
	var texts []string
	for _, group := range groups {
		for _, t := range group {
			texts = append(texts, t.Text)
		}
	}
	scores, err := s.scoreTexts(ctx, models, texts, "Midiendo cada tweet con los tres modelos", "tweets")
	if err != nil {
		return nil, err
	}
	words := make([]ScoredWords, len(sides[Right])+len(sides[Left]))
	at := 0
	for _, group := range groups {
		for i := range group {
			for m := range models {
				group[i].Scores = append(group[i].Scores, scores[m][at].TextScore)
			}
			if at < len(words) {
				words[at] = wordsOf(scores, at)
			}
			at++
		}
	}
	return words, nil
}

// scoreTexts scores the tokens of texts, one model after the other.
func (s *Study) scoreTexts(ctx context.Context, models []*Trained, texts []string, title, unit string) (scores [][]compare.TokenScores, err error) {
	track, err := s.engineTrack(title, unit, int64(len(models)*len(texts)))
	if err != nil {
		return nil, err
	}
	defer func() { showing(track.Close(err)) }()
	for i, model := range models {
		reader, err := s.reader(model)
		if err != nil {
			return nil, err
		}
		of, err := s.maker.ScoreTokens(ctx, reader, texts, func(done, total int) {
			showing(track.Set(int64(i*total+done), int64(len(models)*total), model.title))
		})
		if err != nil {
			return nil, err
		}
		scores = append(scores, of)
	}
	return scores, nil
}

// method says how tweets were scored.
func (s *Scores) method() string {
	after := "del token que los separa"
	if s.study.Recipe.TwoBlanks {
		after = "de los dos blancos que los separan"
	}
	return sentences(fmt.Sprintf("%s tweets de prueba de %s y %s de %s; cada uno se mide solo, después "+after+". Receta %s, semilla %d.",
		chart.Integer(len(s.Sides[Right])), s.study.named(Right), chart.Integer(len(s.Sides[Left])), s.study.named(Left), s.study.Recipe.Name, s.study.Recipe.Seed), s.instead.note())
}
