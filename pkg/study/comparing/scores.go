package comparing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
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

	Run     *run.Run          `json:"-"`
	Record  run.Record        `json:"-"`
	StandIn modelling.StandIn `json:"-"`
}

// ScoredTweet is a test tweet with its score under each model.
type ScoredTweet struct {
	ScreenName string              `json:"screen_name"`
	Partido    string              `json:"partido"`
	Text       string              `json:"text"`
	Scores     []compare.TextScore `json:"scores"` // of the base, the right's and the left's model
}

// ScoredBase is the place of the base among the models, in the order in which they score.
const ScoredBase = 0

// ScoredBy is the place of a side's model among the models.
func ScoredBy(side run.Side) int { return 1 + int(side) }

// Right is above 0 where the right's model finds the tweet likelier: how many times
// likelier, as a natural logarithm.
func (t ScoredTweet) Right() float64 {
	return t.Scores[ScoredBy(run.Left)].NLL - t.Scores[ScoredBy(run.Right)].NLL
}

// own is the same for a side's own model.
func (t ScoredTweet) own(side run.Side) float64 {
	if side == run.Left {
		return -t.Right()
	}
	return t.Right()
}

// mostOfRest bounds the tweets of a party on neither side: enough for its place
// between the sides, without most of the time going there.
const mostOfRest = 300

// ScoresOf scores every test tweet of both sides, and some of the other parties', each
// alone, under the base and both sides' models.
func ScoresOf(ctx context.Context, r *run.Run) (*Scores, error) {
	models, inputs, err := scoringModels(ctx, r)
	if err != nil {
		return nil, err
	}
	var unscored Scores
	for _, side := range run.Sides {
		set, err := modelling.DataSetOf(ctx, r, side)
		if err != nil {
			return nil, err
		}
		if err := checkAccounts(r, side, set.Test.Tweets); err != nil {
			return nil, err
		}
		inputs = append(inputs, set.Record.Fingerprint)
		unscored.Sides[side], unscored.HeldOut[side] = toScore(r, set.Test.Tweets), toScore(r, set.Validation.Tweets)
	}
	others, err := modelling.RestDataSet(ctx, r)
	if err != nil {
		return nil, err
	}
	inputs = append(inputs, others.Parted, r.Recipe.Seed)
	unscored.Rest = toScore(r, sampleParties(others.Test.Tweets, mostOfRest, r.Recipe.Seed))
	path := filepath.Join("compare", r.Recipe.Name, "scores.json")
	scores, made, err := run.Cached(ctx, r, run.Step{
		Name: "scores-" + r.Recipe.Name, Version: scoresVersion, Inputs: inputs, Artifacts: []string{path, wordsPath(r)},
	}, func() (Scores, error) {
		words, err := scoreTweets(ctx, r, models, unscored.Sides, unscored.HeldOut[run.Right], unscored.HeldOut[run.Left], unscored.Rest)
		if err != nil {
			return unscored, err
		}
		return unscored, saveWords(r.Path(wordsPath(r)), words)
	})
	if err != nil {
		return nil, err
	}
	scores.Run, scores.Record, scores.StandIn = r, made, models[ScoredBase].StandIn
	return &scores, nil
}

// scoringModels are the three models in the order in which they score, with what they were
// made from.
func scoringModels(ctx context.Context, r *run.Run) (models []*modelling.Trained, made []any, err error) {
	base, err := modelling.Base(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	models, made = []*modelling.Trained{base}, []any{base.Record.Fingerprint}
	for _, side := range run.Sides {
		model, err := modelling.FineTune(ctx, r, side)
		if err != nil {
			return nil, nil, err
		}
		models, made = append(models, model), append(made, model.Record.Fingerprint)
	}
	return models, made, nil
}

// checkAccounts refuses to judge by intervals over accounts that there cannot be.
func checkAccounts(r *run.Run, side run.Side, rows []tweets.Tweet) error {
	if n := len(run.AccountNames(rows)); r.Settings.Resample == run.OverAccounts && n < compare.FewestAccounts {
		return fmt.Errorf("resample = %q: en la prueba del lado «%s» hay %s y hacen falta %d para un intervalo sobre cuentas; ponga resample = %q en %s/study.toml",
			run.OverAccounts, r.Label(side), chart.Count(n, "cuenta", "cuentas"), compare.FewestAccounts, run.OverTweets, r.Corpus)
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

// toScore are the tweets as they stand in the models' text.
func toScore(r *run.Run, rows []tweets.Tweet) []ScoredTweet {
	line := corpus.OneLine
	if r.Recipe.TwoBlanks {
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
func scoreTweets(ctx context.Context, r *run.Run, models []*modelling.Trained, sides [2][]ScoredTweet, others ...[]ScoredTweet) ([]ScoredWords, error) {
	groups := append(slices.Clone(sides[:]), others...)
	var texts []string
	for _, group := range groups {
		for _, t := range group {
			texts = append(texts, t.Text)
		}
	}
	scores, err := scoreTexts(ctx, r, models, texts, "Midiendo cada tweet con los tres modelos", "tweets")
	if err != nil {
		return nil, err
	}
	words := make([]ScoredWords, len(sides[run.Right])+len(sides[run.Left]))
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
func scoreTexts(ctx context.Context, r *run.Run, models []*modelling.Trained, texts []string, title, unit string) (scores [][]compare.TokenScores, err error) {
	track, err := r.EngineTrack(title, unit, int64(len(models)*len(texts)))
	if err != nil {
		return nil, err
	}
	defer func() { run.LogUnshown(track.Close(err)) }()
	for i, model := range models {
		reader, err := modelling.TaskModel(r, model)
		if err != nil {
			return nil, err
		}
		of, err := r.Maker.ScoreTokens(ctx, reader, texts, func(done, total int) {
			run.LogUnshown(track.Set(int64(i*total+done), int64(len(models)*total), model.Title))
		})
		if err != nil {
			return nil, err
		}
		scores = append(scores, of)
	}
	return scores, nil
}

// Method says how tweets were scored.
func (s *Scores) Method() string {
	after := "del token que los separa"
	if s.Run.Recipe.TwoBlanks {
		after = "de los dos espacios que los separan"
	}
	return run.Sentences(fmt.Sprintf("%s de %s y %s de %s; cada uno se mide solo, después "+after+". Receta %s, semilla %d.",
		chart.Count(len(s.Sides[run.Right]), "tweet de prueba", "tweets de prueba"), s.Run.Named(run.Right), chart.Integer(len(s.Sides[run.Left])), s.Run.Named(run.Left), s.Run.Recipe.Name, s.Run.Recipe.Seed), s.StandIn.Note())
}
