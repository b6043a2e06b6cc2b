package modelling

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// besideVersion is raised when the perplexities are measured otherwise.
const besideVersion = 1

// BesidePerplexities measures the base and the tuned model on the side's test
// text and shows the study's perplexities beside ours.
func BesidePerplexities(ctx context.Context, r *run.Run, side run.Side) (chart.Element, error) {
	tuned, err := FineTune(ctx, r, side)
	if err != nil {
		return nil, err
	}
	base, err := Base(ctx, r)
	if err != nil {
		return nil, err
	}
	set, err := DataSetOf(ctx, r, side)
	if err != nil {
		return nil, err
	}
	options, err := PerplexityWindow(r, base)
	if err != nil {
		return nil, err
	}
	st := tuned.step(func(recipe, fingerprint string) run.Step {
		return run.Step{
			Name: "perplexity-" + recipe + "-" + side.Folder(), Version: besideVersion,
			Inputs:    []any{options, base.Record.Fingerprint, fingerprint, set.Record.Fingerprint},
			Artifacts: []string{filepath.Join("compare", recipe, side.Folder()+".json")},
		}
	})
	measured, made, err := run.Cached(ctx, r, st, func() (compare.PerplexityTable, error) {
		return Perplexities(ctx, r, []*Trained{base, tuned}, []*DataSet{set}, options)
	})
	if err != nil {
		return nil, err
	}
	table := chart.Table{
		Caption: tuned.Title + ": perplejidad, publicada y de aquí",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Texto"}, {Name: "Ventana / paso"},
			{Name: "Perplejidad", Align: chart.AlignRight}, {Name: "Bits por byte", Align: chart.AlignRight}},
		Note: r.Source(run.Sentences("Las perplejidades de vocabularios, ventanas o textos distintos no se comparan; los bits por byte, sí entre vocabularios. Sin intervalo: la ventana pasa de un tweet al siguiente, así que no se pueden sortear uno por uno.", tuned.StandIn.Note(), made.String())),
	}
	for _, p := range run.PublishedPerplexities {
		if p.Model == r.Recipe.Name || p.Base == r.Recipe.Name {
			table.Rows = append(table.Rows, []any{"Publicado: " + p.Model, p.Text, p.Window, chart.Number(p.Perplexity, 2), nil})
		}
	}
	var figures []run.Figure
	for i, name := range []string{"antes de afinar", "afinado"} {
		cell := measured.Cells[i][0]
		table.Rows = append(table.Rows, []any{"Aquí: " + name, r.Named(side) + ", prueba", fmt.Sprintf("%d / %d", options.Window, options.Stride),
			chart.Number(cell.Perplexity, 2), chart.Number(cell.BitsPerByte, 3)})
		id := fmt.Sprintf("perplexity.%s.%s.%s", base.StandIn.RecipeName(r.Recipe), side.Folder(), []string{"before", "after"}[i])
		figures = append(figures, run.Figure{ID: id, Value: cell.Perplexity, Unit: "per token", N: cell.Scored, Seed: r.Recipe.Seed, Source: st.Artifacts[0]})
	}
	if !slices.ContainsFunc(run.PublishedPerplexities, func(p run.PublishedPerplexity) bool { return p.Model == r.Recipe.Name }) {
		table.Rows = append(table.Rows, []any{"Publicado: " + r.Recipe.Name, "sin perplejidad publicada", nil, nil, nil})
	}
	return table, r.RecordFigures(ctx, "perplexity-"+r.Recipe.Name+"-"+side.Folder(), figures...)
}

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
