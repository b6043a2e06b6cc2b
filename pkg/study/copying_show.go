package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// label is what readers call a group of texts.
func (c *Copying) label(g CopyingGroup) string {
	if g.Generated {
		return "Generados, " + c.study.named(g.Side)
	}
	return "Tweets de prueba, " + c.study.named(g.Side)
}

// Lines shows which share of the n-grams stands in the training text.
func (c *Copying) Lines() chart.Element {
	lines := chart.Lines{
		Figure: chart.Figure{
			Title:    "¿Cuánto de los textos ya estaba en el entrenamiento?",
			Subtitle: "Parte de las secuencias de n palabras que aparece en los tweets de entrenamiento. Línea continua: textos generados; cortada: tweets de prueba reales, que ningún modelo vio.",
			Source:   c.study.source(c.method()),
		},
		XName: "n (palabras seguidas)", YName: "% encontrado",
	}
	for _, g := range c.Groups {
		line := chart.Line{Name: c.label(g), Color: sideColor(g.Side), Dashed: !g.Generated, Points: true, Decimals: 1}
		for _, share := range g.Grams {
			if share.Grams > 0 {
				line.X, line.Y = append(line.X, float64(share.N)), append(line.Y, 100*share.Share)
			}
		}
		lines.Lines = append(lines.Lines, line)
		lines.YLimits[1] = max(lines.YLimits[1], slices.Max(append(line.Y, 1)))
	}
	return lines
}

// Table shows the shares with their intervals.
func (c *Copying) Table() chart.Element {
	table := chart.Table{
		Caption: "Las cifras del gráfico, con sus intervalos de 95 %",
		Columns: []chart.Column{{Name: "Textos"}, {Name: "Cuántos"}},
		Note: c.study.source(c.method() + fmt.Sprintf(
			" Copia exacta: un tweet de %d palabras o más que está entero, palabra por palabra, dentro de un tweet de entrenamiento. Cuanto más corto, más fácil es que lo esté: para comparar grupos de distinto largo sirven mejor las de %d palabras o más. Casi copia: de un tweet de otras tantas, cuatro quintos están, en el mismo orden, en un tweet de entrenamiento. Que los tweets de prueba tengan copias dice cuánto deja pasar el reparto. ", compare.CopyWords, compare.NearCopyWords) + c.made.String()),
	}
	shown := []int{4, 6, 10}
	for _, n := range shown {
		table.Columns = append(table.Columns, chart.Column{Name: fmt.Sprintf("n = %d", n), Align: chart.AlignRight})
	}
	table.Columns = append(table.Columns, chart.Column{Name: "Secuencia más larga, media", Align: chart.AlignRight},
		chart.Column{Name: "Copias exactas", Align: chart.AlignRight},
		chart.Column{Name: fmt.Sprintf("… de %d palabras o más", compare.NearCopyWords), Align: chart.AlignRight}, chart.Column{Name: "Casi copias", Align: chart.AlignRight})
	for _, g := range c.Groups {
		row := []any{c.label(g), g.Texts}
		for _, n := range shown {
			row = append(row, shareText(g.Grams[n-compare.ShortestGram]))
		}
		row = append(row, chart.Number(g.Longest, 1)+"\n"+intervalText(g.LongestWithin, 1, false))
		for _, kind := range g.copies() {
			row = append(row, fmt.Sprintf("%s de %s\n%s", chart.Integer(kind.Copies), chart.Integer(kind.Judged), kind))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// String is the share with its interval.
func (c copyCount) String() string {
	if c.Judged == 0 {
		return "–"
	}
	return chart.Percent(c.share(), 1) + "\n" + intervalText(c.Within, 1, true)
}

func shareText(share compare.GramShare) string {
	if share.Grams == 0 {
		return "–"
	}
	return chart.Percent(share.Share, 1) + "\n" + intervalText(share.Within, 1, true)
}

// Nearest shows n different generated passages of each side, those that are copies or
// else have the most of a training tweet, beside that tweet, with the words that differ
// marked.
func (c *Copying) Nearest(n int) chart.Element {
	table := chart.Table{
		Caption: "Lo más copiado: textos GENERADOS y el tweet de entrenamiento más parecido a cada uno",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Escrito por el modelo (generado)", Share: 33}, {Name: "Tweet de entrenamiento", Share: 33}, {Name: "Cuenta"},
			{Name: "Palabras en el mismo orden", Align: chart.AlignRight}, {Name: "La secuencia más larga", Share: 16}, {Name: "Copia"}},
		Note: c.study.source("Primero las copias exactas, después las casi copias, y los demás según cuántas de sus palabras están, en el mismo orden, en el tweet de entrenamiento. Si son tres quintos o más, se resalta lo que difiere; si no, se muestra el tweet con la secuencia compartida más larga. No se distingue entre mayúsculas y minúsculas ni se mira la puntuación en los bordes de las palabras. La frase inicial no se cuenta. " + c.method()),
	}
	for _, g := range c.Groups {
		if !g.Generated {
			continue
		}
		shown := map[string]bool{}
		for i, run := range g.Runs {
			if run.Nearest < 0 || len(shown) == n {
				break
			}
			if shown[run.Passage] {
				continue
			}
			shown[run.Passage] = true
			label := ""
			if len(shown) == 1 {
				label = c.study.Label(g.Side)
			}
			kind := map[string]string{compare.ExactCopy: "exacta", compare.NearCopy: "casi"}[run.Kind]
			var written, source any = run.Passage, g.Sources[i].Text
			if run.Alike() {
				a, b := compare.Differences(run.Passage, g.Sources[i].Text)
				written, source = marked(a), marked(b)
			}
			table.Rows = append(table.Rows, []any{label, written, source, "@" + strings.TrimPrefix(g.Sources[i].ScreenName, "@"),
				fmt.Sprintf("%d de %d", int(math.Round(run.InOrder*float64(run.Words))), run.Words), fmt.Sprintf("%d: «%s»", run.Length, run.Run), kind})
		}
	}
	return table
}

// marked marks what sets a text apart.
func marked(pieces []compare.Piece) chart.Spans {
	spans := make(chart.Spans, len(pieces))
	for i, piece := range pieces {
		spans[i] = chart.Span{Text: piece.Text, Marked: !piece.Same}
	}
	return spans
}

func (c *Copying) method() string {
	return fmt.Sprintf("Se busca en los tweets de entrenamiento de todas las cuentas. Receta %s, semilla %d.", c.study.Recipe.Name, c.study.Recipe.Seed)
}

// judgedGram is the n by which the reading judges: longer than a turn of phrase,
// short enough for many to be found. The longest run would mislead, for generated
// tweets are shorter than real ones.
const judgedGram = 6

// repeated are the shares of a side's n-grams that stand in the training text, of
// generated and of real texts, and whether the first are surely more (1) or fewer
// (−1): their intervals do not meet.
func (c *Copying) repeated(side Side) (written, real CopyingGroup, shares [2]compare.GramShare, more int) {
	for _, g := range c.Groups {
		switch {
		case g.Side == side && g.Generated:
			written = g
		case g.Side == side:
			real = g
		}
	}
	a, b := written.Grams[judgedGram-compare.ShortestGram], real.Grams[judgedGram-compare.ShortestGram]
	return written, real, [2]compare.GramShare{a, b}, apart(a.Within, b.Within)
}

// Reading says whether models copy more than real tweets repeat each other.
func (c *Copying) Reading() chart.Element {
	var lines []string
	kind, title := chart.Done, "No se ve que los modelos copien más de lo que se repiten los tweets reales"
	for _, side := range Sides {
		written, real, shares, more := c.repeated(side)
		verdict := "los intervalos se cruzan o faltan: no se puede decir que difieran"
		switch more {
		case 1:
			kind, title = chart.Warning, "Al menos un modelo repite el entrenamiento más que los tweets reales"
			verdict = "los generados repiten más"
		case -1:
			verdict = "los generados repiten menos"
		}
		lines = append(lines, fmt.Sprintf("%s: de las secuencias de %d palabras, ya estaban en el entrenamiento %s de las generadas y %s de las de los tweets de prueba; %s.",
			c.study.Label(side), judgedGram, oneLine(shareText(shares[0])), oneLine(shareText(shares[1])), verdict))
		exact, long := written.copies()[0], written.copies()[1]
		realExact, realLong := real.copies()[0], real.copies()[1]
		if apart(exact.Within, realExact.Within) == 1 {
			lines = append(lines, fmt.Sprintf("%s: copias exactas hay más entre los generados (%s) que entre los de prueba (%s). Un tweet corto se halla entero con más facilidad: de los de %d palabras o más lo son %s de %s generados y %s de %s de prueba.",
				c.study.Label(side), oneLine(exact.String()), oneLine(realExact.String()), compare.NearCopyWords, chart.Integer(long.Copies), chart.Integer(long.Judged), chart.Integer(realLong.Copies), chart.Integer(realLong.Judged)))
		}
		if apart(long.Within, realLong.Within) == 1 {
			kind, title = chart.Warning, "Al menos un modelo copia tweets enteros más de lo que se repiten los reales"
		}
		if written.Exact == 0 && written.Judged > 0 {
			lines = append(lines, fmt.Sprintf("%s: no se halló ninguna copia exacta entre %s tweets generados. Con tan pocos textos, hasta %s podrían serlo sin que se note.",
				c.study.Label(side), chart.Integer(written.Judged), chart.Percent(written.ExactWithin.High, 1)))
		}
	}
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" + c.study.source("")}
}

// oneLine is a cell's text for use in a sentence.
func oneLine(cell string) string { return strings.ReplaceAll(cell, "\n", " ") }
