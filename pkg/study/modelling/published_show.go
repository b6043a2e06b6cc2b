package modelling

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

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

// PublishedLosses shows the study's validation losses, and the training losses that
// it published, over their steps, where the corpus asks for its figures.
func PublishedLosses(r *run.Run) chart.Element {
	if !r.Settings.Published {
		return run.NotPublished
	}
	lines := chart.Lines{
		Figure: chart.Figure{
			Title:    "Publicado en 2020: pérdida al afinar con la derecha",
			Subtitle: "Cifras del estudio, cada 500 pasos; otros modelos, vocabularios y textos que los de aquí",
			Source:   "Fuente: el estudio de 2020.",
		},
		XName: "Paso", YName: "Pérdida de validación (a trazos: de entrenamiento)",
	}
	for _, published := range run.PublishedLosses {
		name := published.Base + " (" + published.Recipe + ")"
		lines.Lines = append(lines.Lines, publishedLine(name, published.Losses))
		if len(published.Training) > 0 {
			training := publishedLine(name+", entrenamiento", published.Training)
			training.Key, training.Dashed = name, true
			lines.Lines = append(lines.Lines, training)
		}
	}
	return lines
}

// publishedLines are the study's losses with the model's recipe, to stand beside ours
// where ours starts from the same base: what stands in for it has few steps.
func (t *Trained) publishedLines() []chart.Line {
	if t.StandIn.For != "" {
		return nil
	}
	var lines []chart.Line
	add := func(name, color string, losses []float64) {
		if len(losses) > 0 {
			line := publishedLine(name, losses)
			line.Color, line.Dashed = color, true
			lines = append(lines, line)
		}
	}
	for _, p := range run.PublishedLosses {
		if p.Recipe == t.run.Recipe.Name {
			add("Entrenamiento, publicado", "#999999", p.Training)
			add("Validación, publicada", "#444444", p.Losses)
		}
	}
	return lines
}

// publishedLine draws losses of the study, which stand every 500 steps.
func publishedLine(name string, losses []float64) chart.Line {
	line := chart.Line{Name: name, Points: true, Y: losses}
	for i := range losses {
		line.X = append(line.X, float64(run.PublishedEvery*(i+1)))
	}
	return line
}
