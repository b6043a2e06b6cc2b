package study

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
)

// preferenceVersion is raised when tweets are scored otherwise.
const preferenceVersion = 1

// Preference is which side's model likes each test tweet better: the two models
// used as a classifier of the side.
type Preference struct {
	Tweets []PreferredTweet
	ROC    compare.ROC // of the right among both
	// Own is the share of each side's tweets that its own model finds likelier.
	Own [2]compare.Measure

	study *Study
	made  stepRecord
}

// PreferredTweet is a test tweet with its score under both sides' models.
type PreferredTweet struct {
	Side       Side    `json:"side"` // whose tweet it is
	ScreenName string  `json:"screen_name"`
	Text       string  `json:"text"`
	Tokens     int     `json:"tokens"`
	NLLRight   float64 `json:"nll_right"` // in nats
	NLLLeft    float64 `json:"nll_left"`
}

// Score is above 0 where the right's model finds the tweet likelier: how many
// times likelier, as a natural logarithm.
func (t PreferredTweet) Score() float64 { return t.NLLLeft - t.NLLRight }

// own is above 0 where the tweet's own side's model finds it likelier.
func (t PreferredTweet) own() float64 {
	if t.Side == Left {
		return -t.Score()
	}
	return t.Score()
}

// preferenceFile is compare/<recipe>/preference.json.
type preferenceFile struct {
	ROC    compare.ROC        `json:"roc"`
	Own    [2]compare.Measure `json:"own"`
	Tweets []PreferredTweet   `json:"tweets"`
}

// Preference scores every test tweet of both sides, each alone, under both sides'
// models.
func (s *Study) Preference(ctx context.Context) (*Preference, error) {
	p := &Preference{study: s}
	inputs := []any{s.Recipe.Seed}
	var models []*Trained
	var tweets []PreferredTweet
	for _, side := range Sides {
		model, err := s.FineTune(ctx, side)
		if err != nil {
			return nil, err
		}
		set, err := s.DataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		models = append(models, model)
		inputs = append(inputs, model.made.Fingerprint, set.made.Fingerprint)
		for _, t := range set.TestTweets {
			tweets = append(tweets, PreferredTweet{Side: side, ScreenName: t.ScreenName, Text: corpus.Line(t.TextClean)})
		}
	}
	path := filepath.Join("compare", s.Recipe.Name, "preference.json")
	var err error
	p.made, err = s.run(step{
		Name: "preference-" + s.Recipe.Name, Version: preferenceVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() error {
		if err := s.scoreTweets(ctx, models, tweets); err != nil {
			return err
		}
		var scores, wins, ones [2][]float64
		for _, t := range tweets {
			win := 0.0
			if t.own() > 0 {
				win = 1
			}
			scores[t.Side] = append(scores[t.Side], t.Score())
			wins[t.Side], ones[t.Side] = append(wins[t.Side], win), append(ones[t.Side], 1)
		}
		var own [2]compare.Measure
		for _, side := range Sides {
			own[side] = compare.MeasureOf(wins[side], ones[side], s.Recipe.Seed)
		}
		roc, err := compare.ROCOf(scores[Right], scores[Left], s.Recipe.Seed)
		if err != nil {
			return err
		}
		return writeJSON(s.path(path), preferenceFile{roc, own, tweets})
	})
	if err != nil {
		return nil, err
	}
	var file preferenceFile
	if err := readJSON(s.path(path), &file); err != nil {
		return nil, err
	}
	p.Tweets, p.ROC, p.Own = file.Tweets, file.ROC, file.Own
	return p, p.record(path)
}

// scoreTweets fills in the tweets' scores, one model after the other.
func (s *Study) scoreTweets(ctx context.Context, models []*Trained, tweets []PreferredTweet) error {
	engine, err := s.Engine()
	if err != nil {
		return err
	}
	texts := make([]string, len(tweets))
	for i, t := range tweets {
		texts[i] = t.Text
	}
	track := chart.NewTrack("Midiendo cada tweet con los dos modelos", "tweets", int64(len(models)*len(texts)))
	for i, side := range Sides {
		var scores []compare.TextScore
		scores, err = compare.ScoreTexts(ctx, engine.Backend, compare.Model{Name: models[i].Name, Open: models[i].Open}, texts,
			func(done, total int) {
				showing(track.Set(int64(i*total+done), int64(len(models)*total), models[i].title))
			})
		if err != nil {
			break
		}
		for j, score := range scores {
			tweets[j].Tokens = score.Tokens
			if side == Right {
				tweets[j].NLLRight = score.NLL
			} else {
				tweets[j].NLLLeft = score.NLL
			}
		}
	}
	showing(track.Close(err))
	return err
}

// hits counts the tweets of a side that its own model finds likelier.
func (p *Preference) hits(side Side) (hits, all int) {
	for _, t := range p.Tweets {
		if t.Side == side {
			all++
			if t.own() > 0 {
				hits++
			}
		}
	}
	return hits, all
}

// record keeps area and accuracy in figures.json.
func (p *Preference) record(source string) error {
	s, n := p.study, len(p.Tweets)
	id := "compare." + s.Recipe.Name + ".preference."
	figures := []Figure{
		Figure{ID: id + "auc", Value: p.ROC.AUC, Unit: "area", N: n, Seed: s.Recipe.Seed, Source: source}.within(p.ROC.AUCWithin),
		Figure{ID: id + "accuracy", Value: p.ROC.Accuracy, Unit: "share of tweets", N: n, Seed: s.Recipe.Seed, Source: source}.within(p.ROC.AccuracyWithin),
	}
	for _, side := range Sides {
		_, all := p.hits(side)
		figures = append(figures, Figure{
			ID: id + "own." + side.Folder(), Value: p.Own[side].Value, Unit: "share of tweets", N: all, Seed: s.Recipe.Seed, Source: source,
		}.within(p.Own[side].Within))
	}
	return s.record(figures...)
}
