package study

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// calibrationVersion is raised when the preference is calibrated otherwise.
const calibrationVersion = 1

// Calibration is how far the preference of the two models is a probability, and what makes
// it one.
type Calibration struct {
	compare.Calibration

	scores *Scores
	study  *Study
	made   stepRecord
}

func (s *Study) calibration(ctx context.Context) (*Calibration, error) {
	scores, err := s.scores(ctx)
	if err != nil {
		return nil, err
	}
	c := &Calibration{study: s, scores: scores}
	path := filepath.Join("compare", s.Recipe.Name, "calibration.json")
	c.Calibration, c.made, err = cached(ctx, s, step{
		Name: "calibration-" + s.Recipe.Name, Version: calibrationVersion,
		Inputs: []any{scores.made.Fingerprint, s.Recipe.Seed}, Artifacts: []string{path},
	}, func() (compare.Calibration, error) {
		held := scores.Sides
		if c.heldOut() {
			held = scores.HeldOut
		}
		return compare.Calibrate(preferences(held), preferences(scores.Sides), s.Recipe.Seed)
	})
	if err != nil {
		return nil, err
	}
	return c, c.record(path)
}

// heldOut tells whether tweets of both sides were held out of training.
func (c *Calibration) heldOut() bool {
	return len(c.scores.HeldOut[Right]) > 0 && len(c.scores.HeldOut[Left]) > 0
}

// preferences are how much likelier the right's model finds each tweet than the left's.
func preferences(sides [2][]ScoredTweet) (scored [2][]compare.ScoredText) {
	for _, side := range Sides {
		for _, t := range sides[side] {
			scored[side] = append(scored[side], compare.ScoredText{Owner: t.ScreenName, Score: t.right()})
		}
	}
	return scored
}

// record keeps the scale and the errors in figures.json.
func (c *Calibration) record(source string) error {
	s := c.study
	id := "compare." + c.scores.instead.id(s.Recipe) + ".calibration."
	figure := func(name, unit string, n [2]int, m compare.Measure) Figure {
		return Figure{ID: id + name, Value: m.Value, Unit: unit, N: n[0] + n[1], Seed: s.Recipe.Seed, Source: source}.measured(m)
	}
	return s.record("calibration-"+s.Recipe.Name,
		figure("scale", "1/temperature", c.HeldOut, c.Scale),
		figure("before.brier", "mean squared error, both sides alike", c.Texts, c.Before.Brier),
		figure("after.brier", "mean squared error, both sides alike", c.Texts, c.After.Brier),
		figure("brier", "after minus before", c.Texts, c.Brier),
		figure("before.log_loss", "bits per tweet, both sides alike", c.Texts, c.Before.LogLoss),
		figure("after.log_loss", "bits per tweet, both sides alike", c.Texts, c.After.LogLoss),
		figure("log_loss", "bits per tweet, after minus before", c.Texts, c.LogLoss),
	)
}
