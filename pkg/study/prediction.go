package study

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// predictionVersion is raised when the scores are summed up otherwise.
const predictionVersion = 1

// Prediction is how well the base and each side's model predict the test tweets of
// each side, each tweet alone.
type Prediction struct {
	Sides [2]compare.Prediction // of the tweets of each side, under the models in the order of [Scores]

	scores *Scores
	study  *Study
	made   stepRecord
}

// pairsOf are the differences that are looked at in a side's tweets: its own model
// against the other side's, and its own against the base.
func pairsOf(side Side) [][2]int {
	own := scoredBy(side)
	return [][2]int{{own, scoredBy(1 - side)}, {own, scoredBase}}
}

func (s *Study) prediction(ctx context.Context) (*Prediction, error) {
	scores, err := s.scores(ctx)
	if err != nil {
		return nil, err
	}
	p := &Prediction{study: s, scores: scores}
	path := filepath.Join("compare", s.Recipe.Name, "prediction.json")
	p.Sides, p.made, err = cached(ctx, s, step{
		Name: "prediction-" + s.Recipe.Name, Version: predictionVersion,
		Inputs: []any{scores.made.Fingerprint, s.Recipe.Seed}, Artifacts: []string{path},
	}, func() (sides [2]compare.Prediction, err error) {
		for _, side := range Sides {
			if sides[side], err = compare.PredictionOf(predicted(scores.Sides[side]), pairsOf(side), s.Recipe.Seed); err != nil {
				return sides, err
			}
		}
		return sides, nil
	})
	if err != nil {
		return nil, err
	}
	return p, p.record(path)
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
	return []string{baseName, Right.Folder(), Left.Folder()}
}

// record keeps the measures and differences in figures.json.
func (p *Prediction) record(source string) error {
	s := p.study
	var figures []Figure
	for _, side := range Sides {
		figures = append(figures, s.predictionFigures("compare."+p.scores.instead.id(s.Recipe)+".tweets."+side.Folder(), p.Sides[side], source)...)
	}
	return s.record("prediction-"+s.Recipe.Name, figures...)
}

func (s *Study) predictionFigures(id string, p compare.Prediction, source string) []Figure {
	names := modelNames()
	figure := func(name, unit string, m compare.Measure) Figure {
		return Figure{ID: id + "." + name, Value: m.Value, Unit: unit, N: p.Texts, Seed: s.Recipe.Seed, Source: source}.measured(m)
	}
	var figures []Figure
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
