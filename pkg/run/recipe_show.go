package run

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

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
			row("Punto de partida", fmt.Sprintf("pesos al azar: %d capas × %d, %d cabezas, %d posiciones", m.NLayer, m.NEmbd, m.NHead, m.NPositions), "el modelo base"),
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

// publishedTable shows the settings of a recipe that takes a published base.
func (r Recipe) publishedTable() chart.Element {
	var sides []string
	for _, side := range Sides {
		if r.Has(side) {
			sides = append(sides, side.Folder())
		}
	}
	t := r.Tune
	table := chart.Table{
		Caption: fmt.Sprintf("Receta %s: %s", r.Name, r.Title),
		Columns: []chart.Column{{Name: "Ajuste"}, {Name: "Afinado", Align: chart.AlignRight}},
		Rows: [][]any{
			{"Texto", strings.Join(sides, "; con los mismos ajustes, ")},
			{"Punto de partida", r.BaseTitle()},
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

// rate writes a learning rate as papers do: 3e-4.
func rate(value float64) string {
	return strings.Replace(fmt.Sprintf("%.0e", value), "e-0", "e-", 1)
}

// trainingOption is a setting that most trainings leave as it is.
type trainingOption struct{ Name, Value, Usual string }

func trainingOptions(t training.Settings) []trainingOption {
	patience := "no"
	if t.EarlyStoppingPatience > 0 {
		patience = "si " + chart.Count(t.EarlyStoppingPatience, "no mejora", "seguidas no mejoran")
	}
	return []trainingOption{
		{"Decaimiento de los pesos", Short(t.WeightDecay), "0"},
		{"β₂ de Adam", Short(cmp.Or(t.Beta2, 0.999)), "0,999"},
		{"Lotes que se acumulan en un paso", fmt.Sprint(max(1, t.GradientAccumulation)), "1"},
		{"Detenerse según las validaciones", patience, "no"},
		{"Quedarse con el mejor punto, no con el último", YesNo(t.LoadBestAtEnd), "no"},
		{"Recalcular las capas para ahorrar memoria", YesNo(t.GradientCheckpointing), "no"},
	}
}
