package comparing

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// preferenceVersion is raised when preferences are counted otherwise.
const preferenceVersion = 4

// Preference is which side's model likes each test tweet better: the two models
// used as a classifier of the side.
type Preference struct {
	Tweets [2][]ScoredTweet `json:"-"`   // by Side
	ROC    compare.ROC      `json:"roc"` // of the right among both
	// Own is the share of each side's tweets that its own model finds likelier.
	Own [2]compare.Measure `json:"own"`

	Scores *Scores    `json:"-"`
	Record run.Record `json:"-"`

	run *run.Run
}

// PreferenceOf asks of every test tweet of both sides which side's model finds it
// likelier.
func PreferenceOf(ctx context.Context, r *run.Run) (*Preference, error) {
	scores, err := ScoresOf(ctx, r)
	if err != nil {
		return nil, err
	}
	path := filepath.Join("compare", r.Recipe.Name, "preference.json")
	p, made, err := run.Cached(ctx, r, run.Step{
		Name: "preference-" + r.Recipe.Name, Version: preferenceVersion,
		Inputs: []any{scores.Record.Fingerprint, r.Recipe.Seed}, Artifacts: []string{path},
	}, func() (p Preference, err error) {
		scored := preferences(scores.Sides)
		for _, side := range run.Sides {
			p.Own[side] = shareOf(scores.Sides[side], r.Recipe.Seed, func(t ScoredTweet) bool { return t.own(side) > 0 })
		}
		p.ROC, err = compare.ROCOf(scored[run.Right], scored[run.Left], r.Recipe.Seed)
		return p, err
	})
	if err != nil {
		return nil, err
	}
	p.Tweets, p.Scores, p.run, p.Record = scores.Sides, scores, r, made
	return &p, p.record(ctx, path)
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
func (p *Preference) hits(side run.Side) (hits, all int) {
	for _, t := range p.Tweets[side] {
		if t.own(side) > 0 {
			hits++
		}
	}
	return hits, len(p.Tweets[side])
}

// record keeps area and accuracy in figures.json.
func (p *Preference) record(ctx context.Context, source string) error {
	r, n := p.run, p.ROC.Positives+p.ROC.Negatives
	id := "compare." + p.Scores.StandIn.RecipeName(r.Recipe) + ".preference."
	figure := func(name, unit string, n int, m compare.Measure) run.Figure {
		return run.Figure{ID: id + name, Value: m.Value, Unit: unit, N: n, Seed: r.Recipe.Seed, Source: source}.Measured(m)
	}
	figures := []run.Figure{figure("auc", "area", n, p.ROC.AUC), figure("accuracy", "share of tweets", n, p.ROC.Accuracy)}
	for _, side := range run.Sides {
		figures = append(figures, figure("own."+side.Folder(), "share of tweets", len(p.Tweets[side]), p.Own[side]))
	}
	return r.RecordFigures(ctx, "preference-"+r.Recipe.Name, figures...)
}
