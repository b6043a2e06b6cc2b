package work

import (
	"context"
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/backend/memory"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/compare/classify"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Train implements [task.Maker].
func (w *Worker) Train(ctx context.Context, t task.Training) (*training.History, error) {
	engine, err := w.open()
	if err != nil {
		return nil, err
	}
	var model *gpt2.Model
	if t.From == "" {
		model, err = gpt2.New(t.Config, t.Seed)
	} else {
		model, err = gpt2.Load(t.From)
	}
	if err != nil {
		return nil, err
	}
	history, err := finetune.Train(ctx, engine.Backend, model, t.Learn, t.Validate, t.Settings, finetune.RunOptions{Dir: t.Checkpoints, Progress: t.Progress})
	switch {
	case errors.Is(err, finetune.ErrOutOfMemory):
		return nil, fmt.Errorf("%w: %w", task.ErrOutOfMemory, err)
	case errors.Is(err, finetune.ErrNoFlashAttention):
		return nil, fmt.Errorf("%w: %w", task.ErrNoFlashAttention, err)
	case err != nil:
		return nil, err
	}
	return history, model.Save(t.Into)
}

// Generator implements [task.Maker].
func (w *Worker) Generator(folder string, bfloat16 bool) (*generate.Generator, error) {
	engine, err := w.open()
	if err != nil {
		return nil, err
	}
	model, err := gpt2.Load(folder)
	if err != nil {
		return nil, err
	}
	decoder, err := gpt2.NewDecoder(engine.Backend, model.Computing(gpt2.Compute{BFloat16: bfloat16}))
	if memory.Exhausted(err) {
		return nil, fmt.Errorf("%w: %w", generate.ErrOutOfMemory, err)
	}
	if err != nil {
		return nil, err
	}
	return generate.New(model.Config, decoder.StartBeams), nil
}

// ScoreTokens implements [task.Maker].
func (w *Worker) ScoreTokens(ctx context.Context, m task.Model, texts []string, progress func(done, total int)) ([]compare.TokenScores, error) {
	engine, err := w.open()
	if err != nil {
		return nil, err
	}
	scores, err := score.Tokens(ctx, engine.Backend, opened(m), texts, progress)
	return scores, scoringError(err)
}

// Perplexities implements [task.Maker].
func (w *Worker) Perplexities(ctx context.Context, models []task.Model, texts []task.Text, o perplexity.Options, progress func(done, total int)) (compare.PerplexityTable, error) {
	engine, err := w.open()
	if err != nil {
		return compare.PerplexityTable{}, err
	}
	var rows []score.Model
	for _, m := range models {
		rows = append(rows, opened(m))
	}
	var columns []score.Column
	for _, t := range texts {
		columns = append(columns, score.Column(t))
	}
	table, err := score.Perplexities(ctx, engine.Backend, rows, columns, score.PerplexityOptions{Options: o, Progress: progress})
	return table, scoringError(err)
}

// Round implements [task.Maker].
func (w *Worker) Round(folder string) (*int8.Weights, error) {
	model, err := gpt2.Load(folder)
	if err != nil {
		return nil, err
	}
	return model.Int8()
}

// Rounding implements [task.Maker].
func (w *Worker) Rounding(ctx context.Context, m task.Model, texts []string) (compare.Rounding, error) {
	engine, err := w.open()
	if err != nil {
		return compare.Rounding{}, err
	}
	rounding, err := score.Rounding(ctx, engine.Backend, opened(m), texts)
	return rounding, scoringError(err)
}

// scoringError is an error of package score as task names it.
func scoringError(err error) error {
	if errors.Is(err, score.ErrOutOfMemory) {
		return fmt.Errorf("%w: %w", task.ErrScoringOutOfMemory, err)
	}
	return err
}

// opened is a model that is loaded when its turn comes.
func opened(m task.Model) score.Model {
	return score.Model{Name: m.Name, Open: func() (*gpt2.Model, corpus.Encoding, error) {
		model, err := gpt2.Load(m.Folder)
		return model, m.Encoding, err
	}}
}

// TrainClassifier implements [task.Maker].
func (w *Worker) TrainClassifier(ctx context.Context, first, second []string, o task.ClassifierOptions) (*compare.Classifier, error) {
	engine, err := w.open()
	if err != nil {
		return nil, err
	}
	return classify.Train(ctx, engine.Backend, first, second, classify.Options{Names: o.Names, Seed: o.Seed, Progress: o.Progress})
}

// ScoresOfDeals implements [task.Maker].
func (w *Worker) ScoresOfDeals(ctx context.Context, train, test []string, deals [][]bool, o task.ClassifierOptions) ([][]float64, error) {
	engine, err := w.open()
	if err != nil {
		return nil, err
	}
	return classify.ScoresOfDeals(ctx, engine.Backend, train, test, deals, classify.Options{Names: o.Names, Seed: o.Seed, Progress: o.Progress})
}
