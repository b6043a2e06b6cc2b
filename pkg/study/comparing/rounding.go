package comparing

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// roundingVersion is raised when rounding is measured otherwise.
const roundingVersion = 2

// roundingTweets is how many test tweets of each side say what rounding changes.
const roundingTweets = 200

// rounding measures what weights in int8 change of each model's predictions.
func rounding(ctx context.Context, r *run.Run, models []*modelling.Trained, scores *Scores) ([]compare.Rounding, error) {
	path := filepath.Join("compare", r.Recipe.Name, "rounding.json")
	list, _, err := run.Cached(ctx, r, run.Step{
		Name: "rounding-" + r.Recipe.Name, Version: roundingVersion, Inputs: []any{scores.Record.Fingerprint}, Artifacts: []string{path},
	}, func() (list []compare.Rounding, err error) {
		var texts []string
		for _, side := range run.Sides {
			for _, i := range draw(r, len(scores.Sides[side]), roundingTweets) {
				texts = append(texts, scores.Sides[side][i].Text)
			}
		}
		track, err := r.EngineTrack("Midiendo qué cambia al redondear los modelos", "modelos", int64(len(models)))
		if err != nil {
			return nil, err
		}
		for i, trained := range models {
			var rounding compare.Rounding
			var reader task.Model
			if reader, err = modelling.TaskModel(r, trained); err != nil {
				break
			}
			if rounding, err = r.Maker.Rounding(ctx, reader, texts); err != nil {
				break
			}
			list = append(list, rounding)
			run.LogUnshown(track.Set(int64(i+1), int64(len(models)), trained.Title))
		}
		run.LogUnshown(track.Close(err))
		return list, err
	})
	if err != nil {
		return nil, err
	}
	var figures []run.Figure
	for i, rounding := range list {
		id := "playground." + models[i].StandIn.RecipeName(r.Recipe) + "." + models[i].Name + "."
		figures = append(figures,
			run.Figure{ID: id + "same_likeliest", Value: rounding.SameLikeliest, Unit: "share of tokens", N: rounding.Tokens, Seed: r.Recipe.Seed, Source: path},
			run.Figure{ID: id + "bits_per_byte_change", Value: rounding.Int8 - rounding.Float32, Unit: "bits per byte", N: rounding.Texts, Seed: r.Recipe.Seed, Source: path})
	}
	return list, r.RecordFigures(ctx, "rounding-"+r.Recipe.Name, figures...)
}

// playgroundStream sets these random numbers apart from all others of the seed.
const playgroundStream = 0x70726f626172 // "probar"

// draw draws at most so many places of n, in their order.
func draw(r *run.Run, n, most int) []int {
	places := rand.New(rand.NewPCG(r.Recipe.Seed, playgroundStream)).Perm(n)[:min(n, most)]
	slices.Sort(places)
	return places
}
