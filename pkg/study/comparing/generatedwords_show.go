package comparing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// generatedShown are the words at either end in chart and table.
const generatedShown = 12

// generatedOnly names both for words that one of them never uses.
var generatedOnly = [2]string{"en lo generado", "en los tweets"}

// Bars shows the words that one side's model overuses and underuses, by z.
func (g *GeneratedWords) Bars(side run.Side) chart.Element {
	r, use := g.run, g.Sides[side]
	bar := chart.Bar{
		Figure: chart.Figure{
			Title: fmt.Sprintf("Lo que el modelo de %s escribe de más y de menos (textos GENERADOS)", r.Named(side)),
			Subtitle: fmt.Sprintf("Palabras generadas frente a los tweets de entrenamiento de %s, en errores estándar (z). En color, las que el modelo usa de más; en gris, las que usa de menos.",
				r.Named(side)),
			Source: r.Source(g.method(use)),
		},
		ValueName: "z",
		Decimals:  1,
	}
	for _, over := range []bool{true, false} {
		words := use.ends(over)
		color := run.SideColor(side)
		if !over {
			slices.Reverse(words)
			color = chart.BaseColor
		}
		for _, word := range words {
			bar.Items = append(bar.Items, chart.BarItem{
				Label: word.Word, Value: word.Z, Color: color,
				Lines: append([]string{fmt.Sprintf("Apariciones: %s en lo generado, %s en los tweets", chart.Integer(word.Counts[0]), chart.Integer(word.Counts[1]))},
					wordLines(word, generatedOnly)...),
			})
		}
	}
	return bar
}

// Table shows the same words of both sides with what they rest on.
func (g *GeneratedWords) Table() chart.Element {
	r := g.run
	table := chart.Table{
		Caption: "Palabras de los textos GENERADOS frente a los tweets de entrenamiento de su lado",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Palabra"},
			{Name: "Generado, por 1.000", Align: chart.AlignRight}, {Name: "Tweets, por 1.000", Align: chart.AlignRight},
			{Name: "Apariciones generadas"}, {Name: "Textos que la usan", Align: chart.AlignRight},
			{Name: "Log de la razón de chances", Align: chart.AlignRight}, {Name: "Intervalo de 95 %", Align: chart.AlignRight}, {Name: "z", Align: chart.AlignRight}},
		Note: r.Source(run.Sentences(fmt.Sprintf(promptsNote, compare.FewestTexts), oneSidedNote, g.StandIn.Note(), g.Record.String())),
	}
	for _, use := range g.Sides {
		for _, over := range []bool{true, false} {
			for i, word := range use.ends(over) {
				label := ""
				if i == 0 {
					label = r.Label(use.Side) + map[bool]string{true: ", de más", false: ", de menos"}[over]
				}
				table.Rows = append(table.Rows, []any{label, word.Word,
					perThousand(word, use, 0), perThousand(word, use, 1), word.Counts[0],
					fmt.Sprintf("%d de %d", use.Users[word.Word], use.Texts),
					chart.Number(word.LogOdds, 2), wordCells(word, generatedOnly, false)[0], chart.Number(word.Z, 1)})
			}
		}
	}
	return table
}

// promptsNote says what the intervals of generated words are drawn over, and of how many
// prompts there are any.
const promptsNote = "La frase inicial no se cuenta. " +
	"El intervalo vuelve a sortear tweets y, de lo generado, frases iniciales enteras con todos sus textos: " +
	"los que continúan una misma frase comparten su tema, y los de una misma búsqueda por haces comparten casi todo. " +
	"Con menos de %d frases saldría demasiado angosto, y no se da."

func perThousand(word compare.KeyWord, use GeneratedUse, group int) string {
	return chart.Number(1000*float64(word.Counts[group])/float64(use.Words.Tokens[group]), 1)
}

func (g *GeneratedWords) method(use GeneratedUse) string {
	w := use.Words
	return run.Sentences(fmt.Sprintf(generatedWordsText,
		chart.Count(w.Tokens[0], "palabra", "palabras"), chart.Count(use.Texts, "texto generado", "textos generados"),
		chart.Count(use.Prompts, "frase inicial, que no se cuenta", "frases iniciales, que no se cuentan"),
		chart.Integer(w.Tokens[1]), chart.Count(w.Texts[1], "tweet de entrenamiento", "tweets de entrenamiento"),
		w.MinCount, chart.Number(w.Scale, 4), g.run.Recipe.Name, g.run.Recipe.Seed), g.StandIn.Note())
}

// generatedWordsText says what was compared: words, texts and prompts, words and tweets, the
// least count, the prior, recipe and seed.
const generatedWordsText = "%s en %s (%s) y %s en %s, " +
	"sin palabras vacías; se comparan las que aparecen %d veces o más en total, " +
	"y de más se muestran las que están en dos textos generados o más. Peso del prior: %s. Receta %s, semilla %d."

// Reading holds how many words differ against what the same number of real words gives.
func (g *GeneratedWords) Reading() chart.Element {
	kind, title := chart.Info, "No se ve que los modelos usen otras palabras que los tweets de su lado"
	var lines []string
	for _, use := range g.Sides {
		differ, real := beyondChance(use.Words), beyondChance(use.Real)
		if share(differ, use.Words) > 2*share(real, use.Real) {
			kind, title = chart.Warning, "Al menos un modelo no usa las palabras como los tweets de su lado"
		}
		lines = append(lines, fmt.Sprintf("%s: de %s, %s en lo generado un |z| mayor que 1,96. En %s, con %s, lo tienen: %s de %s.",
			g.run.Label(use.Side), chart.Count(len(use.Words.Words), "palabra comparada", "palabras comparadas"), chart.Count(differ, "tiene", "tienen"),
			chart.Count(use.Real.Texts[0], "tweet de prueba real", "tweets de prueba reales"), chart.Count(use.Real.Tokens[0], "palabra", "palabras"), chart.Integer(real), chart.Integer(len(use.Real.Words))))
	}
	lines = append(lines, "Las frases iniciales imponen su tema: que falte una palabra puede decir solo que ninguna frase llevaba a ella. Otras frases, u otra semilla, darían otras palabras.", g.run.Source(""))
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n")}
}

// share is that of n words among those compared.
func share(n int, k compare.Keyness) float64 { return float64(n) / float64(max(1, len(k.Words))) }
