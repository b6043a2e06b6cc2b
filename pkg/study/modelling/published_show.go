package modelling

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// besideVersion is raised when the perplexities are measured otherwise.
const besideVersion = 1

// caveat stands below every table that shows the study's figures beside ours.
const caveat = "Lo publicado es de otro corpus, y sus pérdidas de varias tarjetas gráficas se promediaron de otro modo: compare cómo bajan, no su altura."

// BesideLosses shows the study's losses with this recipe beside ours, one
// evaluation or log entry after the other. Ours may stand at other steps: both
// columns say which.
func (t *Trained) BesideLosses() chart.Element {
	name := t.run.Recipe.Name
	table := chart.Table{
		Caption: t.Title + ": las pérdidas publicadas y las de aquí",
		Columns: []chart.Column{{Name: "Pérdida"}, {Name: "Paso (estudio de 2020)", Align: chart.AlignRight}, {Name: "Publicada", Align: chart.AlignRight},
			{Name: "Paso (aquí)", Align: chart.AlignRight}, {Name: "Aquí", Align: chart.AlignRight}},
		Note: t.run.Source(run.Sentences(caveat, t.StandIn.Note())),
	}
	var published, publishedLog []float64
	for _, p := range run.PublishedLosses {
		if p.Recipe == name {
			published, publishedLog = p.Losses, p.Training
		}
	}
	steps, losses := t.History.EvalLoss()
	if len(steps) > 0 && steps[0] == 0 {
		table.Rows = append(table.Rows, []any{"Validación, antes de afinar", nil, nil, 0, chart.Number(losses[0], 3)})
		steps, losses = steps[1:], losses[1:]
	}
	table.Rows = append(table.Rows, besideRows("Validación", published, steps, losses)...)
	if len(publishedLog) > 0 {
		steps, losses := t.History.TrainLoss()
		table.Rows = append(table.Rows, besideRows("Entrenamiento", publishedLog, steps, losses)...)
	}
	row := []any{"Entrenamiento, media de todos los pasos", nil, nil, t.History.GlobalStep, nil}
	if p, ok := run.PublishedTraining[name]; ok {
		row[1], row[2] = p.Steps, chart.Number(p.Loss, 3)
	}
	if last := t.History.LogHistory[len(t.History.LogHistory)-1]; last.TrainLoss != nil {
		row[4] = chart.Number(*last.TrainLoss, 3)
	}
	table.Rows = append(table.Rows, row)
	return table
}

// besideRows numbers losses and puts those that were published before ours.
func besideRows(what string, published []float64, steps []int, losses []float64) [][]any {
	rows := make([][]any, max(len(published), len(losses)))
	for i := range rows {
		row := []any{fmt.Sprintf("%s %d", what, i+1), nil, nil, nil, nil}
		if i < len(published) {
			row[1], row[2] = run.PublishedEvery*(i+1), chart.Number(published[i], 3)
		}
		if i < len(losses) {
			row[3], row[4] = steps[i], chart.Number(losses[i], 3)
		}
		rows[i] = row
	}
	return rows
}

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
	path := filepath.Join("compare", r.Recipe.Name, side.Folder()+".json")
	measured, made, err := run.Cached(ctx, r, run.Step{
		Name: "perplexity-" + r.Recipe.Name + "-" + side.Folder(), Version: besideVersion,
		Inputs:    []any{options, base.Record.Fingerprint, tuned.Record.Fingerprint, set.Record.Fingerprint},
		Artifacts: []string{path},
	}, func() (compare.PerplexityTable, error) {
		return Perplexities(ctx, r, []*Trained{base, tuned}, []*DataSet{set}, options)
	})
	if err != nil {
		return nil, err
	}
	table := chart.Table{
		Caption: tuned.Title + ": perplejidad, publicada y de aquí",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Texto"}, {Name: "Ventana / paso"},
			{Name: "Perplejidad", Align: chart.AlignRight}, {Name: "Bits por byte", Align: chart.AlignRight}},
		Note: r.Source(run.Sentences("Las perplejidades de vocabularios, ventanas o textos distintos no se comparan; los bits por byte, sí entre vocabularios. Sin intervalo: la ventana pasa de un tweet al siguiente, así que no se pueden sortear uno por uno.", base.StandIn.Note(), made.String())),
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
		figures = append(figures, run.Figure{ID: id, Value: cell.Perplexity, Unit: "per token", N: cell.Scored, Seed: r.Recipe.Seed, Source: path})
	}
	if !slices.ContainsFunc(run.PublishedPerplexities, func(p run.PublishedPerplexity) bool { return p.Model == r.Recipe.Name }) {
		table.Rows = append(table.Rows, []any{"Publicado: " + r.Recipe.Name, "sin perplejidad publicada", nil, nil, nil})
	}
	return table, r.RecordFigures("perplexity-"+r.Recipe.Name+"-"+side.Folder(), figures...)
}

// BaseNote says which model the recipe starts from here, and why.
func BaseNote(ctx context.Context, r *run.Run) (chart.Element, error) {
	base, err := Base(ctx, r)
	if err != nil {
		return nil, err
	}
	if base.StandIn.For == "" {
		return chart.Note{Kind: chart.Done, Title: "Parte desde " + base.asBase(), Text: r.Source("")}, nil
	}
	t := tuning(r, base)
	text := fmt.Sprintf("%s\nSe muestra el mismo procedimiento en pequeño: bloques de %d tokens, %d por paso, y a lo más %d pasos.",
		base.StandIn.Note(), t.BlockSize, t.BatchSize, t.MaxSteps)
	if !r.Recipe.Fetch {
		text += "\nPara usar el publicado: scripts/run --recipe published (unos 500 MB por modelo, y horas si no hay tarjeta gráfica)."
	} else {
		text += "\nSe busca en la carpeta de Hugging Face de este equipo y, con conexión, se descarga."
	}
	return chart.Note{Kind: chart.Warning, Title: "Sin el modelo publicado", Text: text + "\n" + r.Source("")}, nil
}
