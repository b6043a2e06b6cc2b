package score

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Model is one row of a [compare.PerplexityTable].
type Model struct {
	Name string
	// Open loads the model, and how it reads tweets. It is called when its row begins, so
	// that one model at a time is in memory.
	Open func() (*gpt2.Model, corpus.Encoding, error)
}

// Column is one column of a [compare.PerplexityTable]: a text.
type Column struct {
	Name   string
	Tweets int    // that the text holds, for the table
	Text   string // as the models' encoding takes it
}

// PerplexityOptions say how a table is measured.
type PerplexityOptions struct {
	// Window, Stride and BatchSize are the same for all cells. Where they are 0 the
	// first model's positions set them, for all. Bytes is set from each text.
	perplexity.Options
	// Progress, when set, is called after each cell.
	Progress func(done, total int)
}

// Perplexities measures every model on every text, all with the same window. The
// error names the model and the text, and may be [ErrOutOfMemory].
func Perplexities(ctx context.Context, be compute.Backend, models []Model, texts []Column, o PerplexityOptions) (compare.PerplexityTable, error) {
	if len(models) == 0 || len(texts) == 0 {
		return compare.PerplexityTable{}, errors.New("score: no models or no texts to compare")
	}
	t := compare.PerplexityTable{Window: o.Window, Stride: o.Stride}
	for _, text := range texts {
		t.Texts = append(t.Texts, compare.TextCounts{
			Name: text.Name, Tweets: text.Tweets, Characters: utf8.RuneCountInString(text.Text), Bytes: len(text.Text),
		})
	}
	for _, m := range models {
		row, err := measure(ctx, be, m, texts, &t, o, len(models)*len(texts))
		if err != nil {
			return compare.PerplexityTable{}, fmt.Errorf("score: model %s: %w", m.Name, explained(err))
		}
		t.Models, t.Cells = append(t.Models, m.Name), append(t.Cells, row)
	}
	for j := range texts {
		best := 0
		for i := range t.Cells {
			if t.Cells[i][j].BitsPerByte < t.Cells[best][j].BitsPerByte {
				best = i
			}
		}
		t.Best = append(t.Best, best)
	}
	return t, nil
}

// measure makes one model's row.
func measure(ctx context.Context, be compute.Backend, m Model, texts []Column, t *compare.PerplexityTable, o PerplexityOptions, total int) ([]perplexity.Result, error) {
	model, encoding, err := m.Open()
	if err != nil {
		return nil, err
	}
	if t.Window == 0 {
		t.Window = model.Config.NPositions
	}
	if t.Stride == 0 {
		t.Stride = max(1, t.Window/2)
	}
	var row []perplexity.Result
	for _, text := range texts {
		settings := o.Options
		settings.Window, settings.Stride, settings.Bytes = t.Window, t.Stride, len(text.Text)
		cell, err := finetune.Perplexity(ctx, be, model, encoding.Text(text.Text), settings)
		if err != nil {
			return nil, fmt.Errorf("text %s: %w", text.Name, err)
		}
		row = append(row, cell)
		if o.Progress != nil {
			o.Progress(len(t.Cells)*len(texts)+len(row), total)
		}
	}
	return row, nil
}
