package study

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// comparisonVersion is raised when the comparison measures otherwise.
const comparisonVersion = 2

// Comparison is how well the base model and each side's predict the test text
// of each side by the study's own procedure: a window that slides over all tweets.
// It has no intervals; [Prediction] has.
type Comparison struct {
	Perplexities compare.PerplexityTable

	study   *Study
	made    stepRecord
	instead standIn
}

func (s *Study) compare(ctx context.Context) (*Comparison, error) {
	base, err := s.base(ctx)
	if err != nil {
		return nil, err
	}
	trained := []*Trained{base}
	options, err := s.window(base)
	if err != nil {
		return nil, err
	}
	inputs := []any{options, base.made.Fingerprint}
	var sets []*DataSet
	for _, side := range Sides {
		model, err := s.fineTune(ctx, side)
		if err != nil {
			return nil, err
		}
		set, err := s.dataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		trained, sets = append(trained, model), append(sets, set)
		inputs = append(inputs, model.made.Fingerprint, set.made.Fingerprint)
	}
	c := &Comparison{study: s, instead: base.instead}
	path := filepath.Join("compare", s.Recipe.Name, "perplexity.json")
	c.Perplexities, c.made, err = cached(ctx, s, step{
		Name: "compare-" + s.Recipe.Name, Version: comparisonVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() (compare.PerplexityTable, error) { return s.perplexities(ctx, trained, sets, options) })
	if err != nil {
		return nil, err
	}
	return c, c.record(path)
}

// record keeps the perplexities in figures.json.
func (c *Comparison) record(source string) error {
	s, p := c.study, c.Perplexities
	var figures []Figure
	for i, model := range p.Models {
		for j, text := range p.Texts {
			cell := p.Cells[i][j]
			id := fmt.Sprintf("compare.%s.%s.on.%s", c.instead.id(s.Recipe), model, text.Name)
			figures = append(figures,
				Figure{ID: id + ".perplexity", Value: cell.Perplexity, Unit: "per token, sliding window", N: text.Tweets, Seed: s.Recipe.Seed, Source: source},
				Figure{ID: id + ".bits_per_byte", Value: cell.BitsPerByte, Unit: "bits/byte, sliding window", N: text.Tweets, Seed: s.Recipe.Seed, Source: source})
		}
	}
	return s.record("compare-"+s.Recipe.Name, figures...)
}
