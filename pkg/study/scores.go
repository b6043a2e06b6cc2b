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
const scoresVersion = 3

// Scores are what the base and both sides' models make of every test tweet, each
// tweet alone.
type Scores struct {
	Sides [2][]ScoredTweet // by Side
	Rest  []ScoredTweet    // of parties on neither side, at most 300 of each

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

// scoresFile is compare/<recipe>/scores.json.
type scoresFile struct {
	Sides [2][]ScoredTweet `json:"sides"`
	Rest  []ScoredTweet    `json:"rest"`
}

// mostOfRest bounds the tweets of a party on neither side: enough for its place
// between the sides, without most of the time going there.
const mostOfRest = 300

// Scores scores every test tweet of both sides, and some of the other parties', each
// alone, under the base and both sides' models.
func (s *Study) Scores(ctx context.Context) (*Scores, error) {
	base, err := s.Base(ctx)
	if err != nil {
		return nil, err
	}
	scores := &Scores{study: s, instead: base.instead}
	models, inputs := []*Trained{base}, []any{base.made.Fingerprint}
	var unscored scoresFile
	for _, side := range Sides {
		model, err := s.FineTune(ctx, side)
		if err != nil {
			return nil, err
		}
		set, err := s.DataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		if err := s.checkAccounts(side, set.Test.Tweets); err != nil {
			return nil, err
		}
		models = append(models, model)
		inputs = append(inputs, model.made.Fingerprint, set.parted)
		unscored.Sides[side] = s.unscored(set.Test.Tweets)
	}
	others, err := s.restDataSet(ctx)
	if err != nil {
		return nil, err
	}
	inputs = append(inputs, others.parted, s.Recipe.Seed)
	unscored.Rest = s.unscored(sampleParties(others.Test.Tweets, mostOfRest, s.Recipe.Seed))
	path := filepath.Join("compare", s.Recipe.Name, "scores.json")
	scores.made, err = s.run(ctx, step{
		Name: "scores-" + s.Recipe.Name, Version: scoresVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() error {
		if err := s.scoreTweets(ctx, models, unscored.Sides[Right], unscored.Sides[Left], unscored.Rest); err != nil {
			return err
		}
		return writeJSON(s.path(path), unscored)
	})
	if err != nil {
		return nil, err
	}
	var file scoresFile
	if err := readJSON(s.path(path), &file); err != nil {
		return nil, err
	}
	scores.Sides, scores.Rest = file.Sides, file.Rest
	return scores, nil
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

// scoreTweets fills in the scores of all groups, one model after the other.
func (s *Study) scoreTweets(ctx context.Context, models []*Trained, groups ...[]ScoredTweet) error {
	engine, err := s.Engine()
	if err != nil {
		return err
	}
	var texts []string
	for _, group := range groups {
		for _, t := range group {
			texts = append(texts, t.Text)
		}
	}
	track := engineTrack("Midiendo cada tweet con los tres modelos", "tweets", int64(len(models)*len(texts)))
	for i, model := range models {
		var scores []compare.TextScore
		scores, err = compare.ScoreTexts(ctx, engine.Backend, s.reader(model), texts,
			func(done, total int) {
				showing(track.Set(int64(i*total+done), int64(len(models)*total), model.title))
			})
		if err != nil {
			break
		}
		for _, group := range groups {
			for j := range group {
				group[j].Scores = append(group[j].Scores, scores[j])
			}
			scores = scores[len(group):]
		}
	}
	showing(track.Close(err))
	return err
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
