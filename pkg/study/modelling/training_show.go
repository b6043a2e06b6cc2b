package modelling

import (
	"fmt"
	"math"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// LossChart shows the training and validation loss over the steps.
func (t *Trained) LossChart() chart.Element {
	if t.History == nil {
		return chart.Note{Title: t.Title, Text: "Publicado ya entrenado: se usa como está, con su propio vocabulario.\n" + t.run.Source("")}
	}
	return t.lossChart(t.History.LogHistory, t.History.MaxSteps)
}

func (t *Trained) lossChart(entries []training.Entry, steps int) chart.Lines {
	training := chart.Line{Name: "Entrenamiento", Color: chart.BaseColor}
	validation := chart.Line{Name: "Validación", Color: t.color(), Points: true, Best: chart.Lowest}
	rate := chart.Line{Name: "Tasa de aprendizaje", Color: "#B5A500", Dashed: true, Right: true, Decimals: 6}
	speed := chart.Line{Name: "Velocidad", Color: "#7A5195", Decimals: -1}
	for _, e := range coarse(entries, mostLogged) {
		var pace *float64
		if e.Loss != nil && e.TokensPerSecond > 0 {
			pace = &e.TokensPerSecond
		}
		for _, point := range []struct {
			line  *chart.Line
			value *float64
		}{{&training, e.Loss}, {&validation, e.EvalLoss}, {&rate, e.LearningRate}, {&speed, pace}} {
			if point.value != nil {
				point.line.X, point.line.Y = append(point.line.X, float64(e.Step)), append(point.line.Y, *point.value)
			}
		}
	}
	lines := chart.Lines{
		Figure: chart.Figure{
			Title:    t.Title + ": pérdida",
			Subtitle: "Entropía cruzada media por token, en nats; menos es mejor. Validación: " + t.validatedOn() + ", sin dropout",
			Source:   t.run.Source(run.Sentences(fmt.Sprintf("Receta %s, semilla %d.", t.run.Recipe.Name, t.run.Recipe.Seed), t.StandIn.Note())),
		},
		XName: "Paso", YName: "Pérdida", RightName: "Tasa de aprendizaje",
		Lines: []chart.Line{training, validation, rate},
		XMax:  float64(steps),
	}
	if published := t.publishedLines(); len(published) > 0 {
		lines.Lines = append(lines.Lines, published...)
		lines.Subtitle += ". " + caveat
	}
	if len(speed.X) > 0 {
		lines.Strip = &chart.Strip{YName: "Tokens/s", Line: speed}
	}
	return lines
}

// validatedOn says what the validation loss is of.
func (t *Trained) validatedOn() string {
	if t.run.Recipe.ValidationShare > 0 {
		return "la parte del entrenamiento de la que no se aprende"
	}
	return "el texto de prueba"
}

// color is the side's; the base is neither's.
func (t *Trained) color() string {
	switch t.Name {
	case run.Right.Folder():
		return chart.RightColor
	case run.Left.Folder():
		return chart.LeftColor
	default:
		return "#009E73" // apart from the grey of the training loss
	}
}

// Table shows what the model is and what training it gave.
func (t *Trained) Table() (chart.Element, error) {
	c, tokenizer, err := t.Read()
	if err != nil {
		return nil, err
	}
	h := t.History
	vocabulary := "BPE de bytes, aprendido del texto de entrenamiento"
	if t.run.Recipe.BaseModel != "" {
		vocabulary = "BPE de bytes, el del modelo base"
	}
	rows := [][]any{
		{"Modelo", fmt.Sprintf("GPT-2 de %d capas, ancho %d, %d cabezas, %d posiciones: %s parámetros",
			c.NLayer, c.NEmbd, c.NHead, c.NPositions, chart.Integer(c.Count()))},
		{"Vocabulario", chart.Integer(tokenizer.VocabSize()) + " tokens (" + vocabulary + ")"},
	}
	table := chart.Table{
		Caption: t.Title,
		Columns: []chart.Column{{Name: ""}, {Name: ""}},
		Rows:    rows,
		Note:    t.run.Source(fmt.Sprintf("Receta %s.", t.run.Recipe.Name)),
	}
	if h == nil {
		return table, nil
	}
	_, losses := h.EvalLoss()
	last := h.LogHistory[len(h.LogHistory)-1]
	if t.from != "" {
		rows = append(rows, []any{"Punto de partida", t.from})
	}
	rows = append(rows,
		[]any{"Texto de entrenamiento", chart.Integer(h.TrainTokens) + " tokens"},
		[]any{"Bloques", blocks(h.Settings)},
		[]any{"Pasos", fmt.Sprintf("%s (%s)", chart.Integer(h.GlobalStep), epochs(h.Epoch))})
	if h.GlobalStep < h.MaxSteps {
		rows = append(rows, []any{"Terminó antes", fmt.Sprintf("se detuvo en el paso %s de %s porque la validación no mejoró",
			chart.Integer(h.GlobalStep), chart.Integer(h.MaxSteps))})
	}
	if last.TrainLoss != nil {
		rows = append(rows, []any{"Pérdida de entrenamiento, media de todos los pasos", chart.Number(*last.TrainLoss, 3)})
	}
	if len(losses) > 0 {
		rows = append(rows,
			[]any{"Pérdida de validación, antes", chart.Number(losses[0], 3)},
			[]any{"Pérdida de validación, al final", chart.Number(losses[len(losses)-1], 3)})
	}
	if h.Settings.LoadBestAtEnd && h.BestMetric != nil {
		rows = append(rows, []any{"Pérdida de validación del modelo guardado, el mejor",
			fmt.Sprintf("%s, la del paso %s", chart.Number(*h.BestMetric, 3), chart.Integer(h.BestGlobalStep))})
	}
	if last.TokensPerSecond > 0 {
		rows = append(rows, []any{"Velocidad", chart.Number(last.TokensPerSecond, 0) + " tokens por segundo"})
	}
	rows = append(rows, []any{"Guardado en", "runs/" + t.run.Name + "/" + t.Dir + " (formato de Hugging Face)"})
	table.Rows = rows
	table.Note = t.run.Source(run.Sentences(fmt.Sprintf("Receta %s, semilla %d.", t.run.Recipe.Name, t.run.Recipe.Seed), t.StandIn.Note(), t.Record.String()))
	return table, nil
}

// blocks says what a step learns from.
func blocks(s training.Settings) string {
	text := fmt.Sprintf("de %d tokens, %d por paso", s.BlockSize, s.BatchSize*s.GradientAccumulation)
	if s.GradientAccumulation > 1 {
		text += fmt.Sprintf(" (%d lotes de %d)", s.GradientAccumulation, s.BatchSize)
	}
	return text
}

// epochs shows whether the last epoch was finished.
func epochs(n float64) string {
	switch {
	case n < 0.05:
		return chart.Number(n, 2) + " épocas"
	case math.Abs(n-math.Round(n)) < 0.05:
		return chart.Count(int(math.Round(n)), "época", "épocas")
	default:
		return chart.Number(n, 1) + " épocas"
	}
}
