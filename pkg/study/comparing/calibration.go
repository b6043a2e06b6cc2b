package comparing

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// calibrationVersion is raised when the preference is calibrated otherwise.
const calibrationVersion = 2

// Calibration is how far the preference of the two models is a probability, and what makes
// it one.
type Calibration struct {
	compare.Calibration

	Record run.Record

	scores *Scores
	run    *run.Run
}

// CalibrationOf estimates a temperature on the tweets that were held out of training, those of
// other accounts than the one that is judged, and judges the test tweets with it. Where none
// are held out, the test tweets of other accounts take their place: those that the models
// learnt from would promise too much.
func CalibrationOf(ctx context.Context, r *run.Run) (*Calibration, error) {
	scores, err := ScoresOf(ctx, r)
	if err != nil {
		return nil, err
	}
	c := &Calibration{run: r, scores: scores}
	path := filepath.Join("compare", r.Recipe.Name, "calibration.json")
	c.Calibration, c.Record, err = run.Cached(ctx, r, run.Step{
		Name: "calibration-" + r.Recipe.Name, Version: calibrationVersion,
		Inputs: []any{scores.Record.Fingerprint, r.Recipe.Seed}, Artifacts: []string{path},
	}, func() (compare.Calibration, error) {
		held := scores.Sides
		if c.heldOut() {
			held = scores.HeldOut
		}
		return compare.Calibrate(preferences(held), preferences(scores.Sides), r.Recipe.Seed)
	})
	if err != nil {
		return nil, err
	}
	return c, c.record(ctx, path)
}

// heldOut tells whether tweets of both sides were held out of training.
func (c *Calibration) heldOut() bool {
	return len(c.scores.HeldOut[run.Right]) > 0 && len(c.scores.HeldOut[run.Left]) > 0
}

// preferences are how much likelier the right's model finds each tweet than the left's.
func preferences(sides [2][]ScoredTweet) (scored [2][]compare.ScoredText) {
	for _, side := range run.Sides {
		for _, t := range sides[side] {
			scored[side] = append(scored[side], compare.ScoredText{Owner: t.ScreenName, Score: t.Right()})
		}
	}
	return scored
}

// record keeps the scale and the errors in figures.json.
func (c *Calibration) record(ctx context.Context, source string) error {
	r := c.run
	id := "compare." + c.scores.StandIn.RecipeName(r.Recipe) + ".calibration."
	figure := func(name, unit string, n [2]int, m compare.Measure) run.Figure {
		return run.Figure{ID: id + name, Value: m.Value, Unit: unit, N: n[0] + n[1], Seed: r.Recipe.Seed, Source: source}.Measured(m)
	}
	return r.RecordFigures(ctx, "calibration-"+r.Recipe.Name,
		figure("scale", "1/temperature", c.HeldOut, c.Scale),
		figure("before.brier", "mean squared error, both sides alike", c.Texts, c.Before.Brier),
		figure("after.brier", "mean squared error, both sides alike", c.Texts, c.After.Brier),
		figure("brier", "after minus before", c.Texts, c.Brier),
		figure("before.log_loss", "bits per tweet, both sides alike", c.Texts, c.Before.LogLoss),
		figure("after.log_loss", "bits per tweet, both sides alike", c.Texts, c.After.LogLoss),
		figure("log_loss", "bits per tweet, after minus before", c.Texts, c.LogLoss),
	)
}
