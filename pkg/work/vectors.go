package work

import (
	"context"
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
	"github.com/hemiciclo/hemiciclo/pkg/vectors/parquet"
	"github.com/hemiciclo/hemiciclo/pkg/word2vec"
)

// TrainVectors implements [task.Maker].
func (w *Worker) TrainVectors(ctx context.Context, sentences [][]string, o task.VectorOptions) (*vectors.Model, error) {
	engine, done, err := w.vectorEngine()
	if err != nil {
		return nil, err
	}
	defer done()
	options := word2vec.Options{VectorSize: o.Size, MinCount: o.MinCount, Iterations: o.Iterations, Seed: o.Seed}
	if o.Progress != nil {
		options.Progress = func(p word2vec.Progress) { o.Progress(p.Words, p.Total) }
	}
	model, err := word2vec.Train(ctx, engine.Backend, sentences, options)
	if errors.Is(err, word2vec.ErrNoWords) {
		err = fmt.Errorf("%w: %w", task.ErrNoWords, err)
	}
	return model, err
}

// ReadVectors implements [task.Maker].
func (w *Worker) ReadVectors(path string) (*vectors.Model, error) { return parquet.Load(path) }

// WriteVectors implements [task.Maker].
func (w *Worker) WriteVectors(path string, m *vectors.Model) error { return parquet.Save(path, m) }
