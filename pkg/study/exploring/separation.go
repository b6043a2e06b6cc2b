package exploring

import (
	"context"
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// separationVersion is raised when the separation is measured otherwise.
const separationVersion = 1

// Separation says how far the parties stand apart in each space of n-grams.
type Separation struct {
	// ByN are the n-grams of one, two and three words, without those whose vectors do
	// not differ; none in a corpus of one party.
	ByN []NgramSeparation `json:"by_n"`
	// Flat are the lengths of the n-grams left out.
	Flat []int `json:"flat"`

	rare string // says of which lengths no n-gram is frequent; else empty
	run  *run.Run
}

// NgramSeparation is that by n-grams of N words.
type NgramSeparation struct {
	N int `json:"n"`
	compare.Separation
}

// SeparationOf measures what the panel of n-grams shows: how much of the tweets'
// spread lies between parties, held against parties drawn by lot among accounts.
func SeparationOf(ctx context.Context, r *run.Run) (*Separation, error) {
	lengths, err := lengthsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var spaces []*Vectors
	inputs := []any{r.Recipe.Seed}
	for _, n := range lengths {
		v, err := VectorsOf(ctx, r, n)
		if err != nil {
			return nil, err
		}
		if len(v.Parties) < 2 {
			return &Separation{run: r}, nil
		}
		spaces, inputs = append(spaces, v), append(inputs, v.Record.Fingerprint)
	}
	p, _, err := run.Cached(ctx, r, run.Step{
		Name: "separation", Version: separationVersion, Inputs: inputs, Artifacts: []string{"separation.json"},
	}, func() (Separation, error) { return separationIn(spaces, r.Recipe.Seed) })
	if err != nil {
		return nil, err
	}
	p.rare, p.run = rareNote(lengths), r
	return &p, p.record(ctx)
}

// separationIn measures each space on its own.
func separationIn(spaces []*Vectors, seed uint64) (p Separation, err error) {
	for _, v := range spaces {
		var parties, accounts []string
		for _, t := range v.loaded.Tweets {
			parties, accounts = append(parties, t.Partido), append(accounts, t.ScreenName)
		}
		of, err := compare.SeparationOf(documentMeans(v.Model, ngrams(v.loaded.Tweets, v.N)), parties, accounts, seed)
		if errors.Is(err, compare.ErrNoSpread) {
			p.Flat = append(p.Flat, v.N)
			continue
		}
		if err != nil {
			return p, fmt.Errorf("separación de los partidos con n-gramas de %d: %w", v.N, err)
		}
		p.ByN = append(p.ByN, NgramSeparation{v.N, of})
	}
	return p, nil
}

// record keeps the measures in figures.json.
func (p *Separation) record(ctx context.Context) error {
	var figures []run.Figure
	for _, of := range p.ByN {
		figure := func(id string, value float64, unit string, rows int) {
			figures = append(figures, run.Figure{ID: fmt.Sprintf("separation.%d.%s", of.N, id), Value: value, Unit: unit, N: rows,
				Seed: p.run.Recipe.Seed, Source: fmt.Sprintf("vectors/%d-gram.parquet", of.N)})
		}
		figure("explained", of.Explained, "share of variance between parties", of.Rows)
		figure("f", of.F, "Caliński-Harabasz", of.Rows)
		figure("p", of.P, "p", of.Rows)
		for _, g := range of.Groups {
			figure(g.Name+".distance", g.Distance, "spreads within parties", g.Rows)
			figure(g.Name+".p", g.P, "p", g.Rows)
		}
	}
	return p.run.RecordFigures(ctx, "separation", figures...)
}
