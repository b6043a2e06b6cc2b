package modelling

import (
	"context"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// PerplexityWindow is the recipe's, cut to the base model's positions.
func PerplexityWindow(r *run.Run, base *Trained) (perplexity.Options, error) {
	o := r.Recipe.Perplexity
	config, err := base.Config()
	if err != nil {
		return o, err
	}
	if o.Window > config.NPositions {
		o.Stride = max(1, o.Stride*config.NPositions/o.Window)
		o.Window = config.NPositions
	}
	return o, nil
}

// Perplexities measures every model on every test text.
func Perplexities(ctx context.Context, r *run.Run, trained []*Trained, sets []*DataSet, options perplexity.Options) (compare.PerplexityTable, error) {
	var models []task.Model
	for _, t := range trained {
		reader, err := TaskModel(r, t)
		if err != nil {
			return compare.PerplexityTable{}, err
		}
		models = append(models, reader)
	}
	var texts []task.Text
	for _, set := range sets {
		text, err := run.ReadText(r.Path(set.Test.Path))
		if err != nil {
			return compare.PerplexityTable{}, err
		}
		texts = append(texts, task.Text{Name: set.Side.Folder(), Tweets: set.Test.Texts, Text: text})
	}
	track, err := r.EngineTrack("Midiendo la perplejidad", "mediciones", int64(len(models)*len(texts)))
	if err != nil {
		return compare.PerplexityTable{}, err
	}
	table, err := r.Maker.Perplexities(ctx, models, texts, options,
		func(done, total int) { run.LogUnshown(track.Set(int64(done), int64(total), "")) })
	run.LogUnshown(track.Close(err))
	return table, err
}
