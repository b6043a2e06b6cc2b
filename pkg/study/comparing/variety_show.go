package comparing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// Table shows the measures, generated beside real.
func (v *Variety) Table() chart.Element {
	r := v.run
	table := chart.Table{
		Caption: "Variedad de los textos: generados y reales",
		Columns: []chart.Column{{Name: ""}},
		Note:    r.Source(run.Sentences(v.method(), v.Record.String())),
	}
	type row struct {
		name string
		cell func(g VarietyGroup) string
	}
	rows := []row{
		{"Tweets", func(g VarietyGroup) string { return chart.Integer(g.Texts) }},
		{"… cortados por el límite", func(g VarietyGroup) string { return chart.Integer(g.Cut) }},
		{"Palabras", func(g VarietyGroup) string { return chart.Integer(g.Words) }},
		{"Palabras distintas (distinct-1)", func(g VarietyGroup) string { return measureText(g.Distinct[0]) }},
		{"Pares distintos (distinct-2)", func(g VarietyGroup) string { return measureText(g.Distinct[1]) }},
		{"Parecido entre sí (self-BLEU)", func(g VarietyGroup) string {
			return strings.Replace(bleuText(g.SelfBLEU), " ", "\n", 1)
		}},
		{"Palabras por tweet", func(g VarietyGroup) string {
			return chart.Number(g.Length.Value, 1) + "\n" + intervalText(g.Length.Within, 1, false)
		}},
		{"Hashtags", func(g VarietyGroup) string { return measureText(g.Hashtags) }},
		{"Menciones", func(g VarietyGroup) string { return measureText(g.Mentions) }},
		{"Con emoji", func(g VarietyGroup) string { return measureText(g.Emoji) }},
	}
	if r.Recipe.TwoBlanks {
		rows[0].name = "Trozos generados, tweets reales"
		rows = slices.DeleteFunc(rows, func(line row) bool {
			return slices.Contains([]string{"… cortados por el límite", "Parecido entre sí (self-BLEU)", "Palabras por tweet"}, line.name)
		})
	}
	for _, g := range v.Groups {
		name := "Reales, " + r.Named(g.Side)
		if g.Generated {
			name = "Generados, " + r.Named(g.Side)
		}
		table.Columns = append(table.Columns, chart.Column{Name: name, Align: chart.AlignRight})
	}
	for _, row := range rows {
		cells := []any{row.name}
		for _, g := range v.Groups {
			cells = append(cells, row.cell(g))
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

// method says how variety is measured.
func (v *Variety) method() string {
	r := v.run
	const intervals = "Entre corchetes, intervalos de 95 %: bootstrap sobre tweets y, en las medidas de repetición, jackknife, que deja fuera un tweet a la vez: volver a sortear tweets los repite, y repetir es lo que se mide. Donde no hay ninguna palabra de una clase, el de Wilson."
	words, texts := chart.Integer(v.Groups[0].Sampled.Words.Size), chart.Integer(v.Groups[0].Sampled.Texts.Size)
	recipe := run.Sentences(fmt.Sprintf("Receta %s, semilla %d.", r.Recipe.Name, r.Recipe.Seed), v.StandIn.Note())
	if r.Recipe.TwoBlanks {
		return run.Sentences(intervals, fmt.Sprintf("Las medidas de repetición son promedios de muestras sin textos en común y del mismo tamaño en todas las columnas: %s palabras. De los generados no se cuenta la frase inicial.", words),
			modelling.NoWholeTweets, "Largo y self-BLEU, que son de tweets enteros, no se miden.", recipe)
	}
	return run.Sentences(intervals, fmt.Sprintf(samplesText, words, texts), recipe)
}

// samplesText says of what samples repetition is measured: of how many words, and tweets.
const samplesText = "Las medidas de repetición son promedios de muestras sin tweets en común y del mismo tamaño en todas las columnas: %s palabras, " +
	"y %s tweets para self-BLEU, en el que los reales se cortan a los largos de los generados. " +
	"De los generados no se cuenta la frase inicial, salvo en la longitud; los que cortó el límite cuentan como quedaron."

// Reading says whether the models repeat themselves more than real tweets do.
func (v *Variety) Reading() chart.Element {
	r := v.run
	var lines []string
	kind, title := chart.Info, "No se ve que los modelos se repitan más que los tweets reales"
	for _, side := range run.Sides {
		if v.more(side) == 1 {
			kind, title = chart.Warning, "Al menos un modelo se repite más que los tweets reales"
		}
		written, real := facing(v.Groups, side)
		words := chart.Integer(written.Sampled.Words.Size)
		for n, sentence := range []string{
			"%s: en %s palabras son distintas %s de las generadas y %s de las reales; %s.",
			"%s: en %s palabras son distintos %s de los pares generados y %s de los reales; %s.",
		} {
			lines = append(lines, fmt.Sprintf(sentence, r.Label(side), words, oneLine(measureText(written.Distinct[n])), oneLine(measureText(real.Distinct[n])),
				[]string{"los generados son más variados", "los intervalos se cruzan o faltan: no se puede decir que difieran", "los generados son menos variados"}[1+apart(real.Distinct[n].Within, written.Distinct[n].Within)]))
		}
		if !r.Recipe.TwoBlanks {
			lines = append(lines, fmt.Sprintf("%s: los tweets generados se parecen entre sí %s (self-BLEU) y los reales, cortados a los mismos largos, %s; %s.",
				r.Label(side), bleuText(written.SelfBLEU), bleuText(real.SelfBLEU),
				[]string{"los generados, menos", "los intervalos se cruzan o faltan: no se puede decir que difieran", "los generados, más"}[1+v.alike(written, real)]))
		}
	}
	lines = append(lines, "Los generados parten todos de unas pocas frases; con otras, o con otra semilla, serían otros. El intervalo los toma por independientes, y así sale algo angosto.")
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" + r.Source("")}
}

// bleuText is a self-BLEU with its interval.
func bleuText(m compare.Measure) string {
	return chart.Number(m.Value, 3) + " " + intervalText(m.Within, 3, false)
}
