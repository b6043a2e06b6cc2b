package study

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// LossChart shows the training and validation loss over the steps.
func (t *Trained) LossChart() chart.Element {
	if t.History == nil {
		return chart.Note{Title: t.title, Text: "Publicado ya entrenado: se usa como está, con su propio vocabulario.\n" + t.study.source("")}
	}
	return t.lossChart(t.History.LogHistory, t.History.MaxSteps)
}

func (t *Trained) lossChart(entries []training.Entry, steps int) chart.Lines {
	training := chart.Line{Name: "Entrenamiento", Color: chart.BaseColor}
	validation := chart.Line{Name: "Validación", Color: t.color(), Points: true, Best: chart.Lowest}
	rate := chart.Line{Name: "Tasa de aprendizaje", Color: "#B5A500", Dashed: true, Right: true, Decimals: 6}
	speed := chart.Line{Name: "Velocidad", Color: "#7A5195", Decimals: -1}
	for _, e := range entries {
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
			Title:    t.title + ": pérdida",
			Subtitle: "Entropía cruzada media por token, en nats; menos es mejor. Validación: " + t.validatedOn() + ", sin dropout",
			Source:   t.study.source(sentences(fmt.Sprintf("Receta %s, semilla %d.", t.study.Recipe.Name, t.study.Recipe.Seed), t.instead.note())),
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
	if t.study.Recipe.ValidationShare > 0 {
		return "la parte del entrenamiento de la que no se aprende"
	}
	return "el texto de prueba"
}

// publishedLines are the study's losses with the model's recipe, to stand beside ours
// where ours starts from the same base: what stands in for it has few steps.
func (t *Trained) publishedLines() []chart.Line {
	if t.instead.For != "" {
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
	for _, p := range publishedLosses {
		if p.Recipe == t.study.Recipe.Name {
			add("Entrenamiento, publicado", "#999999", p.Training)
			add("Validación, publicada", "#444444", p.Losses)
		}
	}
	return lines
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
	c, tokenizer, err := t.read()
	if err != nil {
		return nil, err
	}
	h := t.History
	vocabulary := "BPE de bytes, aprendido del texto de entrenamiento"
	if t.study.Recipe.BaseModel != "" {
		vocabulary = "BPE de bytes, el del modelo base"
	}
	rows := [][]any{
		{"Modelo", fmt.Sprintf("GPT-2 de %d capas, ancho %d, %d cabezas, %d posiciones: %s parámetros",
			c.NLayer, c.NEmbd, c.NHead, c.NPositions, chart.Integer(c.Count()))},
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
		[]any{"Bloques", blocks(h.Settings)},
		[]any{"Pasos", fmt.Sprintf("%s (%s épocas)", chart.Integer(h.GlobalStep), chart.Number(h.Epoch, epochDecimals(h.Epoch)))})
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
	rows = append(rows, []any{"Guardado en", "runs/" + t.study.Name + "/" + t.Dir + " (formato de Hugging Face)"})
	table.Rows = rows
	table.Note = t.study.source(sentences(fmt.Sprintf("Receta %s, semilla %d.", t.study.Recipe.Name, t.study.Recipe.Seed), t.instead.note(), t.made.String()))
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

// epochDecimals shows that an epoch was not finished.
func epochDecimals(epochs float64) int {
	if math.Abs(epochs-math.Round(epochs)) < 0.05 {
		return 0
	}
	return 1
}

// recordTraining keeps the losses in figures.json.
func (s *Study) recordTraining(t *Trained) error {
	id := fmt.Sprintf("train.%s.%s", t.instead.id(s.Recipe), t.Name)
	var figures []Figure
	_, losses := t.History.EvalLoss()
	if len(losses) > 0 {
		after := losses[len(losses)-1]
		if t.History.Settings.LoadBestAtEnd {
			after = *t.History.BestMetric
		}
		figures = append(figures,
			Figure{ID: id + ".eval_loss.before", Value: losses[0], Unit: "nats/token", N: t.History.EvalTokens, Seed: s.Recipe.Seed, Source: t.Dir},
			Figure{ID: id + ".eval_loss.after", Value: after, Unit: "nats/token", N: t.History.EvalTokens, Seed: s.Recipe.Seed, Source: t.Dir})
	}
	if last := t.History.LogHistory[len(t.History.LogHistory)-1]; last.TrainLoss != nil {
		figures = append(figures, Figure{ID: id + ".train_loss", Value: *last.TrainLoss, Unit: "nats/token", N: t.History.TrainTokens, Seed: s.Recipe.Seed, Source: t.Dir})
	}
	return s.record("model-"+s.Recipe.Name+"-"+t.Name, figures...)
}

// publishedLine draws losses of the study, which stand every 500 steps.
func publishedLine(name string, losses []float64) chart.Line {
	line := chart.Line{Name: name, Points: true, Y: losses}
	for i := range losses {
		line.X = append(line.X, float64(publishedEvery*(i+1)))
	}
	return line
}

// PublishedLosses shows the study's validation losses, and the training losses that
// it published, over their steps, where the corpus asks for its figures.
func (s *Study) PublishedLosses() chart.Element {
	if !s.Settings.Published {
		return notPublished
	}
	lines := chart.Lines{
		Figure: chart.Figure{
			Title:    "Publicado en 2020: pérdida al afinar con la derecha",
			Subtitle: "Cifras del estudio, cada 500 pasos; otros modelos, vocabularios y textos que los de aquí",
			Source:   "Fuente: el estudio de 2020.",
		},
		XName: "Paso", YName: "Pérdida de validación (a trazos: de entrenamiento)",
	}
	for _, published := range publishedLosses {
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
			row("Vocabulario (BPE de bytes)", "hasta "+chart.Integer(r.VocabSize), "el del modelo base"),
			row("Tamaño de bloque", r.Base.BlockSize, r.Tune.BlockSize),
			row("Bloques por paso", r.Base.BatchSize, r.Tune.BatchSize),
			row("Épocas", r.Base.Epochs, r.Tune.Epochs),
			row("Tasa de aprendizaje máxima", rate(r.Base.LearningRate), rate(r.Tune.LearningRate)),
			row("Pasos de calentamiento", r.Base.WarmupSteps, r.Tune.WarmupSteps),
			row("Optimizador", "AdamW, norma del gradiente ≤ 1", "AdamW, norma del gradiente ≤ 1"),
			row("Aritmética", r.arithmetic(r.Base), r.arithmetic(r.Tune)),
			row("Dropout", dropout(m, r.Base), dropout(m, r.Tune)),
			row("Semilla", fmt.Sprint(r.Base.Seed), fmt.Sprint(r.Tune.Seed)),
		},
	}
	base, tune := trainingOptions(r.Base), trainingOptions(r.Tune)
	for i := range base {
		if base[i].Value != base[i].Usual || tune[i].Value != tune[i].Usual {
			table.Rows = append(table.Rows, row(base[i].Name, base[i].Value, tune[i].Value))
		}
	}
	return table
}

// arithmetic says in what numbers a training computes.
func (r Recipe) arithmetic(t training.Settings) string {
	switch {
	case t.BFloat16 && r.FlashAttention:
		return "float32, y bfloat16 en los productos de matrices, con atención «flash» si la hay"
	case t.BFloat16:
		return "float32, y bfloat16 en los productos de matrices"
	case r.TF32:
		return "float32, y TF32 en los productos de matrices si los hace una tarjeta gráfica"
	default:
		return "float32"
	}
}

// dropout is the rate that the training has: its own, or the model's.
func dropout(m config.GPT2, t training.Settings) string {
	if t.Dropout != nil {
		return chart.Number(*t.Dropout, 1)
	}
	return chart.Number(m.ResidPdrop, 1)
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
	table := chart.Table{
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
			{"Aritmética", r.arithmetic(t)},
			{"Dropout", "el del modelo publicado"},
			{"Semilla", fmt.Sprint(t.Seed)},
		},
		Note: "Ajustes del estudio de 2020. La semilla es de aquí.",
	}
	for _, option := range trainingOptions(t) {
		if option.Value != option.Usual {
			table.Rows = append(table.Rows, []any{option.Name, option.Value})
		}
	}
	return table
}

// trainingOption is a setting that most trainings leave as it is.
type trainingOption struct{ Name, Value, Usual string }

func trainingOptions(t training.Settings) []trainingOption {
	patience := "no"
	if t.EarlyStoppingPatience > 0 {
		patience = fmt.Sprintf("si %d seguidas no mejoran", t.EarlyStoppingPatience)
	}
	return []trainingOption{
		{"Decaimiento de los pesos", short(t.WeightDecay), "0"},
		{"β₂ de Adam", short(cmp.Or(t.Beta2, 0.999)), "0,999"},
		{"Lotes que se acumulan en un paso", fmt.Sprint(max(1, t.GradientAccumulation)), "1"},
		{"Detenerse según las validaciones", patience, "no"},
		{"Quedarse con el mejor punto, no con el último", yesNo(t.LoadBestAtEnd), "no"},
		{"Recalcular las capas para ahorrar memoria", yesNo(t.GradientCheckpointing), "no"},
	}
}

// rate writes a learning rate as papers do: 3e-4.
func rate(value float64) string {
	return strings.Replace(fmt.Sprintf("%.0e", value), "e-0", "e-", 1)
}
