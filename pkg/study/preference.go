package study

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// preferenceVersion is raised when preferences are counted otherwise.
const preferenceVersion = 2

// Preference is which side's model likes each test tweet better: the two models
// used as a classifier of the side.
type Preference struct {
	Tweets [2][]ScoredTweet `json:"-"`   // by Side
	ROC    compare.ROC      `json:"roc"` // of the right among both
	// Own is the share of each side's tweets that its own model finds likelier.
	Own [2]compare.Measure `json:"own"`

	scores *Scores
	study  *Study
	made   stepRecord
}

func (s *Study) preference(ctx context.Context) (*Preference, error) {
	scores, err := s.scores(ctx)
	if err != nil {
		return nil, err
	}
	path := filepath.Join("compare", s.Recipe.Name, "preference.json")
	p, made, err := cached(ctx, s, step{
		Name: "preference-" + s.Recipe.Name, Version: preferenceVersion,
		Inputs: []any{scores.made.Fingerprint, s.Recipe.Seed}, Artifacts: []string{path},
	}, func() (p Preference, err error) {
		scored := preferences(scores.Sides)
		for _, side := range Sides {
			p.Own[side] = shareOf(scores.Sides[side], s.Recipe.Seed, func(t ScoredTweet) bool { return t.own(side) > 0 })
		}
		p.ROC, err = compare.ROCOf(scored[Right], scored[Left], s.Recipe.Seed)
		return p, err
	})
	if err != nil {
		return nil, err
	}
	p.Tweets, p.scores, p.study, p.made = scores.Sides, scores, s, made
	return &p, p.record(path)
}

// shareOf is the share of tweets of which something holds.
func shareOf(list []ScoredTweet, seed uint64, holds func(ScoredTweet) bool) compare.Measure {
	owners, hits := make([]string, len(list)), make([]bool, len(list))
	for i, t := range list {
		owners[i], hits[i] = t.ScreenName, holds(t)
	}
	return compare.ShareOf(owners, hits, seed)
}

// hits counts the tweets of a side that its own model finds likelier.
func (p *Preference) hits(side Side) (hits, all int) {
	for _, t := range p.Tweets[side] {
		if t.own(side) > 0 {
			hits++
		}
	}
	return hits, len(p.Tweets[side])
}

// record keeps area and accuracy in figures.json.
func (p *Preference) record(source string) error {
	s, n := p.study, p.ROC.Positives+p.ROC.Negatives
	id := "compare." + s.Recipe.Name + ".preference."
	figure := func(name, unit string, n int, m compare.Measure) Figure {
		return Figure{ID: id + name, Value: m.Value, Unit: unit, N: n, Seed: s.Recipe.Seed, Source: source}.measured(m)
	}
	figures := []Figure{figure("auc", "area", n, p.ROC.AUC), figure("accuracy", "share of tweets", n, p.ROC.Accuracy)}
	for _, side := range Sides {
		figures = append(figures, figure("own."+side.Folder(), "share of tweets", len(p.Tweets[side]), p.Own[side]))
	}
	return s.record("preference-"+s.Recipe.Name, figures...)
}
