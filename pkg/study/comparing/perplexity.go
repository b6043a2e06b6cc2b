package comparing

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// comparisonVersion is raised when the comparison measures otherwise.
const comparisonVersion = 2

// Comparison is how well the base model and each side's predict the test text
// of each side by the study's own procedure: a window that slides over all tweets.
// It has no intervals; [Prediction] has.
type Comparison struct {
	Perplexities compare.PerplexityTable

	Record  run.Record
	StandIn modelling.StandIn

	run *run.Run
}

// Compare measures the perplexity of the three models on both sides' test text.
func Compare(ctx context.Context, r *run.Run) (*Comparison, error) {
	base, err := modelling.Base(ctx, r)
	if err != nil {
		return nil, err
	}
	trained := []*modelling.Trained{base}
	options, err := modelling.PerplexityWindow(r, base)
	if err != nil {
		return nil, err
	}
	inputs := []any{options, base.Record.Fingerprint}
	var sets []*modelling.DataSet
	for _, side := range run.Sides {
		model, err := modelling.FineTune(ctx, r, side)
		if err != nil {
			return nil, err
		}
		set, err := modelling.DataSetOf(ctx, r, side)
		if err != nil {
			return nil, err
		}
		trained, sets = append(trained, model), append(sets, set)
		inputs = append(inputs, model.Record.Fingerprint, set.Record.Fingerprint)
	}
	c := &Comparison{run: r, StandIn: base.StandIn}
	path := filepath.Join("compare", r.Recipe.Name, "perplexity.json")
	c.Perplexities, c.Record, err = run.Cached(ctx, r, run.Step{
		Name: "compare-" + r.Recipe.Name, Version: comparisonVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() (compare.PerplexityTable, error) { return modelling.Perplexities(ctx, r, trained, sets, options) })
	if err != nil {
		return nil, err
	}
	return c, c.record(ctx, path)
}

// record keeps the perplexities in figures.json.
func (c *Comparison) record(ctx context.Context, source string) error {
	r, p := c.run, c.Perplexities
	var figures []run.Figure
	for i, model := range p.Models {
		for j, text := range p.Texts {
			cell := p.Cells[i][j]
			id := fmt.Sprintf("compare.%s.%s.on.%s", c.StandIn.RecipeName(r.Recipe), model, text.Name)
			figures = append(figures,
				run.Figure{ID: id + ".perplexity", Value: cell.Perplexity, Unit: "per token, sliding window", N: text.Tweets, Seed: r.Recipe.Seed, Source: source},
				run.Figure{ID: id + ".bits_per_byte", Value: cell.BitsPerByte, Unit: "bits/byte, sliding window", N: text.Tweets, Seed: r.Recipe.Seed, Source: source})
		}
	}
	return r.RecordFigures(ctx, "compare-"+r.Recipe.Name, figures...)
}
