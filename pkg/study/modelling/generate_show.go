package modelling

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// promptColumn is the column by which the table of texts is filtered.
const promptColumn = "Frase inicial"

// Table shows the texts, both sides face to face, and lets a reader choose a prompt.
func (g *Generated) Table() chart.Element {
	r := g.run
	table := chart.Table{
		Caption: "Textos GENERADOS por los modelos: no son palabras de nadie",
		Columns: []chart.Column{{Name: promptColumn, Share: 16}},
		Filter:  []string{promptColumn},
		Note: r.Source(run.Sentences(r.Recipe.Generation.String(), g.limit(),
			fmt.Sprintf("Receta %s, semilla %d.", r.Recipe.Name, r.Recipe.Seed), g.ends(), g.StandIn.Note())),
	}
	if g.StandIn.For != "" {
		table.Caption += " (" + g.StandIn.String() + ")"
	}
	for _, side := range g.sides {
		table.Columns = append(table.Columns, chart.Column{
			Name: "Modelo de " + r.Named(side) + " (generado)", Share: 84 / len(g.sides),
		})
	}
	for _, prompt := range g.prompts {
		texts, most := make([][]string, len(g.sides)), 0
		for i, side := range g.sides {
			for _, text := range g.Texts[side] {
				if text.Prompt == prompt {
					texts[i] = append(texts[i], tweetLines(text))
				}
			}
			most = max(most, len(texts[i]))
		}
		for n := range most {
			row := []any{nil}
			if n == 0 { // A prompt stands once.
				row[0] = cmp.Or(prompt, "(ninguna)")
			}
			for i := range g.sides {
				if n < len(texts[i]) {
					row = append(row, texts[i][n])
				} else {
					row = append(row, nil)
				}
			}
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}

// Settings shows how the texts were written, under transformers' names.
func (g *Generated) Settings() chart.Element {
	r := g.run
	settings := r.Recipe.Generation
	table := chart.Table{
		Caption: "Cómo escriben los modelos",
		Columns: []chart.Column{{Name: "Ajuste"}, {Name: "Valor", Align: chart.AlignRight}, {Name: "Qué hace"}},
		Note:    r.Source(run.Sentences(g.limit(), fmt.Sprintf("Receta %s, semilla %d.", r.Recipe.Name, r.Recipe.Seed))),
	}
	for _, row := range []struct {
		name, value, what string
		shown             bool
	}{
		{"do_sample", run.YesNo(settings.DoSample), "sortear los tokens según su probabilidad, en lugar de tomar los más probables", true},
		{"num_beams", chart.Integer(int64(max(1, settings.NumBeams))), "comienzos del texto que se siguen a la vez", true},
		{"num_return_sequences", chart.Integer(int64(max(1, settings.NumReturnSequences))), "textos por frase", true},
		{"max_length", chart.Integer(int64(settings.MaxLength)), "tokens a lo más, con la frase inicial", settings.MaxNewTokens == 0},
		{"max_new_tokens", chart.Integer(int64(settings.MaxNewTokens)), "tokens nuevos a lo más", settings.MaxNewTokens > 0},
		{"min_length", chart.Integer(int64(settings.MinLength)), "tokens antes de que el texto pueda terminar, con la frase inicial", settings.MinNewTokens == 0},
		{"min_new_tokens", chart.Integer(int64(settings.MinNewTokens)), "tokens nuevos antes de que el texto pueda terminar", settings.MinNewTokens > 0},
		{"temperature", run.Short(settings.Temperature), "menos de 1 favorece lo probable; más de 1, lo improbable", settings.DoSample},
		{"top_k", chart.Integer(int64(settings.TopK)), "sortear solo entre ese número de tokens, los más probables (0: entre todos)", settings.DoSample},
		{"top_p", run.Short(settings.TopP), "sortear solo entre los más probables que juntan esa probabilidad", settings.DoSample},
		{"typical_p", run.Short(settings.TypicalP), "sortear solo entre los más típicos que juntan esa probabilidad", settings.DoSample && settings.TypicalP > 0},
		{"repetition_penalty", run.Short(settings.RepetitionPenalty), "más de 1 frena los tokens que ya están en el texto", true},
		{"no_repeat_ngram_size", chart.Integer(int64(settings.NoRepeatNgramSize)), "largo de las secuencias de tokens que no pueden repetirse (0: ninguna)", true},
		{"bad_words_ids", strings.Join(settings.BadWords, " "), "palabras prohibidas, con espacio antes y sin él", len(settings.BadWords) > 0},
		{"length_penalty", run.Short(settings.LengthPenalty), "potencia del largo por la que se divide el puntaje: más de 0 favorece textos largos", settings.NumBeams > 1},
		{"early_stopping", cmp.Or(settings.EarlyStopping, "false"), "dejar de buscar en cuanto hay tantos textos terminados como haces (true)", settings.NumBeams > 1},
		{"compat", cmp.Or(settings.Compat, "la de hoy"), "de qué versión de transformers es el procedimiento", true},
		{"espacios finales", run.YesNo(settings.KeepBlanks), "dar al modelo los espacios con que termina la frase, como hizo el estudio", true},
		{"int8", run.YesNo(settings.Int8), "escribir con los pesos redondeados a int8: menos memoria, y unos pocos tokens distintos", settings.Int8},
		{"bfloat16", run.YesNo(settings.BFloat16), "escribir con las matrices en bfloat16: en una tarjeta gráfica, la mitad de la memoria", settings.BFloat16},
	} {
		if row.shown {
			table.Rows = append(table.Rows, []any{row.name, row.value, row.what})
		}
	}
	return table
}

// limit says that the models cannot write texts as long as the settings ask.
func (g *Generated) limit() string {
	if settings := g.run.Recipe.Generation; g.positions >= settings.MaxLength || settings.MaxNewTokens > 0 {
		return ""
	}
	return fmt.Sprintf("El modelo tiene %d posiciones: ningún texto pasa de tantos tokens.", g.positions)
}

// ends says how a reader can tell where tweets end.
func (g *Generated) ends() string {
	if g.run.Recipe.TwoBlanks {
		return "Cada línea nueva es el comienzo de otro tweet, o sigue a una línea en blanco del mismo: con dos espacios no se distingue."
	}
	return "Cada texto es un tweet; «…» donde el límite lo cortó."
}

// tweetLines writes a continued prompt with each of its passages on a line.
func tweetLines(t GeneratedText) string {
	text := t.Prompt + t.Continuation
	if t.TwoBlanks {
		return strings.ReplaceAll(text, corpus.TwoBlanks, "\n")
	}
	if t.Cut() {
		text += "…"
	}
	return text
}
