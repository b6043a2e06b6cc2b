package comparing

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// predictionVersion is raised when the scores are summed up otherwise.
const predictionVersion = 2

// Prediction is how well the base and each side's model predict the test tweets of
// each side, each tweet alone.
type Prediction struct {
	Sides [2]compare.Prediction // of the tweets of each side, under the models in the order of [Scores]

	Record run.Record

	scores *Scores
	run    *run.Run
}

// pairsOf are the differences that are looked at in a side's tweets: its own model
// against the other side's, and its own against the base.
func pairsOf(side run.Side) [][2]int {
	own := ScoredBy(side)
	return [][2]int{{own, ScoredBy(1 - side)}, {own, ScoredBase}}
}

// PredictionOf sums up the scores of the test tweets.
func PredictionOf(ctx context.Context, r *run.Run) (*Prediction, error) {
	scores, err := ScoresOf(ctx, r)
	if err != nil {
		return nil, err
	}
	p := &Prediction{run: r, scores: scores}
	path := filepath.Join("compare", r.Recipe.Name, "prediction.json")
	p.Sides, p.Record, err = run.Cached(ctx, r, run.Step{
		Name: "prediction-" + r.Recipe.Name, Version: predictionVersion,
		Inputs: []any{scores.Record.Fingerprint, r.Recipe.Seed}, Artifacts: []string{path},
	}, func() (sides [2]compare.Prediction, err error) {
		for _, side := range run.Sides {
			if sides[side], err = compare.PredictionOf(predicted(scores.Sides[side]), pairsOf(side), r.Recipe.Seed); err != nil {
				return sides, err
			}
		}
		return sides, nil
	})
	if err != nil {
		return nil, err
	}
	return p, p.record(ctx, path)
}

func predicted(list []ScoredTweet) []compare.PredictedText {
	texts := make([]compare.PredictedText, len(list))
	for i, t := range list {
		texts[i] = compare.PredictedText{Owner: t.ScreenName, Scores: t.Scores}
	}
	return texts
}

// modelNames are the models' names in figures.json, in the order of the scores.
func modelNames() []string {
	return []string{modelling.BaseName, run.Right.Folder(), run.Left.Folder()}
}

// record keeps the measures and differences in figures.json.
func (p *Prediction) record(ctx context.Context, source string) error {
	r := p.run
	var figures []run.Figure
	for _, side := range run.Sides {
		figures = append(figures, predictionFigures(r, "compare."+p.scores.StandIn.RecipeName(r.Recipe)+".tweets."+side.Folder(), p.Sides[side], source)...)
	}
	return r.RecordFigures(ctx, "prediction-"+r.Recipe.Name, figures...)
}

func predictionFigures(r *run.Run, id string, p compare.Prediction, source string) []run.Figure {
	names := modelNames()
	figure := func(name, unit string, m compare.Measure) run.Figure {
		return run.Figure{ID: id + "." + name, Value: m.Value, Unit: unit, N: p.Texts, Seed: r.Recipe.Seed, Source: source}.Measured(m)
	}
	var figures []run.Figure
	for i, model := range p.Models {
		figures = append(figures,
			figure(names[i]+".perplexity", "per token, each tweet alone", model.Perplexity),
			figure(names[i]+".bits_per_byte", "bits/byte, each tweet alone", model.BitsPerByte))
	}
	for _, d := range p.Differences {
		figures = append(figures, figure(names[d.First]+".minus."+names[d.Second], "bits/byte, same tweets", d.BitsPerByte))
	}
	return figures
}
