package study

import (
	"context"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// window is the recipe's, cut to the base model's positions.
func (s *Study) window(base *Trained) (perplexity.Options, error) {
	o := s.Recipe.Perplexity
	config, err := base.config()
	if err != nil {
		return o, err
	}
	if o.Window > config.NPositions {
		o.Stride = max(1, o.Stride*config.NPositions/o.Window)
		o.Window = config.NPositions
	}
	return o, nil
}

// perplexities measures every model on every test text.
func (s *Study) perplexities(ctx context.Context, trained []*Trained, sets []*DataSet, options perplexity.Options) (compare.PerplexityTable, error) {
	var models []task.Model
	for _, t := range trained {
		reader, err := s.reader(t)
		if err != nil {
			return compare.PerplexityTable{}, err
		}
		models = append(models, reader)
	}
	var texts []task.Text
	for _, set := range sets {
		text, err := readText(s.path(set.Test.Path))
		if err != nil {
			return compare.PerplexityTable{}, err
		}
		texts = append(texts, task.Text{Name: set.Side.Folder(), Tweets: set.Test.Texts, Text: text})
	}
	track, err := s.engineTrack("Midiendo la perplejidad", "mediciones", int64(len(models)*len(texts)))
	if err != nil {
		return compare.PerplexityTable{}, err
	}
	table, err := s.maker.Perplexities(ctx, models, texts, options,
		func(done, total int) { showing(track.Set(int64(done), int64(total), "")) })
	showing(track.Close(err))
	return table, err
}
