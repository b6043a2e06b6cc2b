package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
)

// LossChart shows the training and validation loss over the steps.
func (t *Trained) LossChart() chart.Element {
	if t.History == nil {
		return chart.Note{Title: t.title, Text: "Publicado ya entrenado: se usa como está, con su propio vocabulario.\n" + t.study.source("")}
	}
	return t.lossChart(t.History.LogHistory, t.History.MaxSteps)
}

func (t *Trained) lossChart(entries []finetune.Entry, steps int) chart.Lines {
	training := chart.Line{Name: "Entrenamiento", Color: chart.BaseColor}
	validation := chart.Line{Name: "Validación", Color: t.color(), Points: true, Best: chart.Lowest}
	rate := chart.Line{Name: "Tasa de aprendizaje", Color: "#B5A500", Dashed: true, Right: true, Decimals: 6}
	for _, e := range entries {
		x := float64(e.Step)
		for _, point := range []struct {
			line  *chart.Line
			value *float64
		}{{&training, e.Loss}, {&validation, e.EvalLoss}, {&rate, e.LearningRate}} {
			if point.value != nil {
				point.line.X, point.line.Y = append(point.line.X, x), append(point.line.Y, *point.value)
			}
		}
	}
	return chart.Lines{
		Figure: chart.Figure{
			Title:    t.title + ": pérdida",
			Subtitle: "Entropía cruzada media por token, en nats; menos es mejor. Validación: el texto de prueba, sin dropout",
			Source:   t.study.source(sentences(fmt.Sprintf("Receta %s, semilla %d.", t.study.Recipe.Name, t.study.Recipe.Seed), t.instead.note())),
		},
		XName: "Paso", YName: "Pérdida", RightName: "Tasa de aprendizaje",
		Lines: []chart.Line{training, validation, rate},
		XMax:  float64(steps),
	}
}

// color is the side's; the base is neither's.
func (t *Trained) color() string {
	switch t.Name {
	case Right.Folder():
		return chart.RightColor
	case Left.Folder():
		return chart.LeftColor
	default:
		return "#009E73" // apart from the grey of the training loss
	}
}

// Table shows what the model is and what training it gave.
func (t *Trained) Table() (chart.Element, error) {
	model, tokenizer, err := t.Open()
	if err != nil {
		return nil, err
	}
	h, c := t.History, model.Config
	vocabulary := "BPE de bytes, aprendido del texto de entrenamiento"
	if t.study.Recipe.BaseModel != "" {
		vocabulary = "BPE de bytes, el del modelo base"
	}
	rows := [][]any{
		{"Modelo", fmt.Sprintf("GPT-2 de %d capas, ancho %d, %d cabezas, %d posiciones: %s parámetros",
			c.NLayer, c.NEmbd, c.NHead, c.NPositions, chart.Integer(model.Count()))},
		{"Vocabulario", chart.Integer(tokenizer.VocabSize()) + " tokens (" + vocabulary + ")"},
	}
	table := chart.Table{
		Caption: t.title,
		Columns: []chart.Column{{Name: ""}, {Name: ""}},
		Rows:    rows,
		Note:    t.study.source(fmt.Sprintf("Receta %s.", t.study.Recipe.Name)),
	}
	if h == nil {
		return table, nil
	}
	_, losses := h.EvalLoss()
	last := h.LogHistory[len(h.LogHistory)-1]
	if t.from != "" {
		rows = append(rows, []any{"Parte desde", t.from})
	}
	rows = append(rows,
		[]any{"Texto de entrenamiento", chart.Integer(h.TrainTokens) + " tokens"},
		[]any{"Bloques", fmt.Sprintf("de %d tokens, %d por paso", h.Settings.BlockSize, h.Settings.BatchSize)},
		[]any{"Pasos", fmt.Sprintf("%s (%s épocas)", chart.Integer(h.GlobalStep), chart.Number(h.Epoch, 0))})
	if last.TrainLoss != nil {
		rows = append(rows, []any{"Pérdida de entrenamiento, media de todos los pasos", chart.Number(*last.TrainLoss, 3)})
	}
	if len(losses) > 0 {
		rows = append(rows,
			[]any{"Pérdida de validación, antes", chart.Number(losses[0], 3)},
			[]any{"Pérdida de validación, al final", chart.Number(losses[len(losses)-1], 3)})
	}
	if last.TokensPerSecond > 0 {
		rows = append(rows, []any{"Velocidad", chart.Number(last.TokensPerSecond, 0) + " tokens por segundo"})
	}
	rows = append(rows, []any{"Guardado en", "runs/" + t.study.Name + "/" + t.Dir + " (formato de Hugging Face)"})
	table.Rows = rows
	table.Note = t.study.source(sentences(fmt.Sprintf("Receta %s, semilla %d.", t.study.Recipe.Name, t.study.Recipe.Seed), t.instead.note(), t.made.String()))
	return table, nil
}

// sentences joins those that there are.
func sentences(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

// recordTraining keeps the losses in figures.json.
func (s *Study) recordTraining(t *Trained) error {
	id := fmt.Sprintf("train.%s.%s", t.instead.id(s.Recipe), t.Name)
	var figures []Figure
	_, losses := t.History.EvalLoss()
	if len(losses) > 0 {
		figures = append(figures,
			Figure{ID: id + ".eval_loss.before", Value: losses[0], Unit: "nats/token", N: t.History.EvalTokens, Seed: s.Recipe.Seed, Source: t.Dir},
			Figure{ID: id + ".eval_loss.after", Value: losses[len(losses)-1], Unit: "nats/token", N: t.History.EvalTokens, Seed: s.Recipe.Seed, Source: t.Dir})
	}
	if last := t.History.LogHistory[len(t.History.LogHistory)-1]; last.TrainLoss != nil {
		figures = append(figures, Figure{ID: id + ".train_loss", Value: *last.TrainLoss, Unit: "nats/token", N: t.History.TrainTokens, Seed: s.Recipe.Seed, Source: t.Dir})
	}
	return s.record(figures...)
}

// PublishedLosses shows the study's validation losses, over their steps.
func PublishedLosses() chart.Element {
	lines := chart.Lines{
		Figure: chart.Figure{
			Title:    "Publicado en 2020: pérdida de validación al afinar con la derecha",
			Subtitle: "Cifras del estudio, cada 500 pasos; otros modelos, vocabularios y textos que los de aquí",
			Source:   "Fuente: el estudio de 2020.",
		},
		XName: "Paso", YName: "Pérdida de validación",
	}
	for _, published := range publishedLosses {
		line := chart.Line{Name: published.Base + " (" + published.Recipe + ")", Points: true, Y: published.Losses}
		for i := range published.Losses {
			line.X = append(line.X, float64(500*(i+1)))
		}
		lines.Lines = append(lines.Lines, line)
	}
	return lines
}

// Table shows the recipe's settings.
func (r Recipe) Table() chart.Element {
	if r.BaseModel != "" {
		return r.publishedTable()
	}
	m := r.Model
	row := func(name string, base, tune any) []any { return []any{name, base, tune} }
	table := chart.Table{
		Caption: fmt.Sprintf("Receta %s: %s", r.Name, r.Title),
		Columns: []chart.Column{{Name: "Ajuste"}, {Name: "Base", Align: chart.AlignRight}, {Name: "Afinado (igual en los dos lados)", Align: chart.AlignRight}},
		Rows: [][]any{
			row("Texto", "todas las cuentas", "un lado"),
			row("Parte desde", fmt.Sprintf("pesos al azar: %d capas × %d, %d cabezas, %d posiciones", m.NLayer, m.NEmbd, m.NHead, m.NPositions), "el modelo base"),
			row("Vocabulario (BPE de bytes)", r.VocabSize, "el del modelo base"),
			row("Tamaño de bloque", r.Base.BlockSize, r.Tune.BlockSize),
			row("Bloques por paso", r.Base.BatchSize, r.Tune.BatchSize),
			row("Épocas", r.Base.Epochs, r.Tune.Epochs),
			row("Tasa de aprendizaje máxima", rate(r.Base.LearningRate), rate(r.Tune.LearningRate)),
			row("Pasos de calentamiento", r.Base.WarmupSteps, r.Tune.WarmupSteps),
			row("Optimizador", "AdamW, norma del gradiente ≤ 1", "AdamW, norma del gradiente ≤ 1"),
			row("Dropout", chart.Number(m.ResidPdrop, 1), chart.Number(m.ResidPdrop, 1)),
			row("Semilla", fmt.Sprint(r.Base.Seed), fmt.Sprint(r.Tune.Seed)),
		},
	}
	return table
}

// publishedTable shows the settings of a recipe that takes a published base.
func (r Recipe) publishedTable() chart.Element {
	var sides []string
	for _, side := range Sides {
		if r.has(side) {
			sides = append(sides, side.Folder())
		}
	}
	t := r.Tune
	return chart.Table{
		Caption: fmt.Sprintf("Receta %s: %s", r.Name, r.Title),
		Columns: []chart.Column{{Name: "Ajuste"}, {Name: "Afinado", Align: chart.AlignRight}},
		Rows: [][]any{
			{"Texto", strings.Join(sides, "; con los mismos ajustes, ")},
			{"Parte desde", r.published()},
			{"Vocabulario (BPE de bytes)", "el del modelo publicado"},
			{"Tamaño de bloque", t.BlockSize},
			{"Bloques por paso (al validar)", fmt.Sprintf("%d (%d)", t.BatchSize, t.EvalBatchSize)},
			{"Épocas", t.Epochs},
			{"Tasa de aprendizaje máxima", rate(t.LearningRate)},
			{"Pasos de calentamiento", t.WarmupSteps},
			{"Pasos entre validaciones", t.EvalEvery},
			{"Pasos entre puntos guardados", t.SaveEvery},
			{"Optimizador", "AdamW, norma del gradiente ≤ 1"},
			{"Dropout", "el del modelo publicado"},
			{"Semilla", fmt.Sprint(t.Seed)},
		},
		Note: "Ajustes del estudio de 2020. La semilla es de aquí.",
	}
}

// rate writes a learning rate as papers do: 3e-4.
func rate(value float64) string {
	return strings.Replace(fmt.Sprintf("%.0e", value), "e-0", "e-", 1)
}
