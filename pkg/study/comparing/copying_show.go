package comparing

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// label is what readers call a group of texts.
func (c *Copying) label(g CopyingGroup) string {
	if g.Generated {
		return "Generados, " + c.run.Named(g.Side)
	}
	return "Tweets de prueba, " + c.run.Named(g.Side)
}

// Lines shows which share of the n-grams stands in the training text.
func (c *Copying) Lines() chart.Element {
	lines := chart.Lines{
		Figure: chart.Figure{
			Title:    "¿Cuánto de los textos ya estaba en el entrenamiento?",
			Subtitle: "Parte de las secuencias de n palabras que aparece en los tweets de entrenamiento. Línea continua: textos generados; cortada: tweets de prueba reales, que ningún modelo vio.",
			Source:   c.run.Source(c.method()),
		},
		XName: "n (palabras seguidas)", YName: "% encontrado",
	}
	for _, g := range c.Groups {
		line := chart.Line{Name: c.label(g), Color: run.SideColor(g.Side), Dashed: !g.Generated, Points: true, Decimals: 1}
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
		Note: c.run.Source(run.Sentences(c.method(), c.copiesNote(),
			fmt.Sprintf("De lo que tienen menos de %d textos no se da intervalo, salvo el de Wilson donde no se halló nada o se halló todo.", compare.FewestTexts), c.Record.String())),
	}
	shown := []int{4, 6, 10}
	for _, n := range shown {
		table.Columns = append(table.Columns, chart.Column{Name: fmt.Sprintf("n = %d", n), Align: chart.AlignRight})
	}
	whole := !c.run.Recipe.TwoBlanks
	if whole {
		table.Columns = append(table.Columns, chart.Column{Name: "Secuencia más larga, media", Align: chart.AlignRight},
			chart.Column{Name: "Copias exactas", Align: chart.AlignRight},
			chart.Column{Name: fmt.Sprintf("… de %d palabras o más", compare.NearCopyWords), Align: chart.AlignRight}, chart.Column{Name: "Casi copias", Align: chart.AlignRight})
	}
	for _, g := range c.Groups {
		row := []any{c.label(g), g.Texts}
		for _, n := range shown {
			row = append(row, shareText(g.Grams[n-compare.ShortestGram]))
		}
		if whole {
			row = append(row, chart.Number(g.Longest, 1)+"\n"+intervalText(g.LongestWithin, 1, false))
			for _, kind := range g.copies() {
				row = append(row, fmt.Sprintf("%s de %s\n%s", chart.Integer(kind.Copies), chart.Integer(kind.Judged), kind))
			}
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// copiesNote says what copies are.
func (c *Copying) copiesNote() string {
	if c.run.Recipe.TwoBlanks {
		return modelling.NoWholeTweets + " Copias de tweets enteros no se cuentan."
	}
	return fmt.Sprintf(copiesText,
		compare.CopyWords, compare.NearCopyWords)
}

// copiesText says what a copy and a near copy are, each of how many words or more.
const copiesText = "Copia exacta: un tweet de %d palabras o más que está entero, palabra por palabra, dentro de un tweet de entrenamiento. " +
	"Cuanto más corto, más fácil es que lo esté: por eso decide la tabla siguiente, a igual largo. " +
	"Casi copia: de un tweet de %d palabras o más, cuatro quintos están, en el mismo orden, en un tweet de entrenamiento. " +
	"Que los tweets de prueba tengan copias dice cuánto deja pasar el reparto."

// AtEqualLengths shows how many generated tweets are exact copies, beside as long runs of
// words of test tweets.
func (c *Copying) AtEqualLengths() chart.Element {
	r := c.run
	if r.Recipe.TwoBlanks {
		return chart.Note{Title: "Copias a igual largo: no se miden", Text: modelling.NoWholeTweets + "\n" + r.Source("")}
	}
	table := chart.Table{
		Caption: "Copias exactas, a igual largo",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Tweets generados"}, {Name: "Copias exactas entre ellos", Align: chart.AlignRight},
			{Name: "Entre trozos igual de largos de los tweets de prueba", Align: chart.AlignRight}, {Name: "Diferencia", Align: chart.AlignRight}},
		Note: r.Source(run.Sentences(c.method(), fmt.Sprintf("Tweets generados de %d palabras o más, sin su frase inicial. De cada tweet de prueba se miran todos los trozos del mismo largo. Entre corchetes, intervalos de 95 %%: de Wilson, por sorteo de los tweets de prueba y, el de la diferencia, de Newcombe.", compare.CopyWords))),
	}
	for _, side := range run.Sides {
		written, _ := facing(c.Groups, side)
		e := written.Equal
		row := []any{r.Label(side), e.Texts, nil, nil, nil}
		if e.Texts > 0 {
			row[2], row[3], row[4] = measureText(e.Written), measureText(e.Real), signedShare(e.Difference)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// signedShare is a difference of shares, in points, with its interval.
func signedShare(m compare.Measure) string {
	within := m.Within
	if within != nil {
		within = &compare.Interval{Low: 100 * within.Low, High: 100 * within.High}
	}
	return signed(100*m.Value, 1) + "\u00a0puntos\n" + intervalText(within, 1, false)
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
		Note: c.run.Source(nearestNote + c.method()),
	}
	for _, g := range c.Groups {
		if !g.Generated {
			continue
		}
		shown := map[string]bool{}
		for i, same := range g.Runs {
			if same.Nearest < 0 || len(shown) == n {
				break
			}
			if shown[same.Passage] {
				continue
			}
			shown[same.Passage] = true
			label := ""
			if len(shown) == 1 {
				label = c.run.Label(g.Side)
			}
			kind := map[string]string{compare.ExactCopy: "exacta", compare.NearCopy: "casi"}[same.Kind]
			var written, source any = same.Passage, g.Sources[i].Text
			if same.Alike() {
				a, b := compare.Differences(same.Passage, g.Sources[i].Text)
				written, source = marked(a), marked(b)
			}
			table.Rows = append(table.Rows, []any{label, written, source, handle(g.Sources[i].ScreenName),
				fmt.Sprintf("%d de %d", int(math.Round(same.InOrder*float64(same.Words))), same.Words), fmt.Sprintf("%d: «%s»", same.Length, same.Run), kind})
		}
	}
	return table
}

// nearestNote says in what order passages stand, and what is compared and marked.
const nearestNote = "Primero las copias exactas, después las casi copias, y los demás según cuántas de sus palabras están, en el mismo orden, " +
	"en el tweet de entrenamiento. " +
	"Si son tres quintos o más, se resalta lo que difiere; si no, se muestra el tweet con la secuencia compartida más larga. " +
	"No se distingue entre mayúsculas y minúsculas ni se mira la puntuación en los bordes de las palabras. " +
	"La frase inicial no se cuenta. "

// marked marks what sets a text apart.
func marked(pieces []compare.Piece) chart.Spans {
	spans := make(chart.Spans, len(pieces))
	for i, piece := range pieces {
		spans[i] = chart.Span{Text: piece.Text, Marked: !piece.Same}
	}
	return spans
}

func (c *Copying) method() string {
	return run.Sentences(fmt.Sprintf("Se busca en los tweets de entrenamiento de todas las cuentas. Receta %s, semilla %d.", c.run.Recipe.Name, c.run.Recipe.Seed), c.StandIn.Note())
}

// Reading says whether models copy more than real tweets repeat each other.
func (c *Copying) Reading() chart.Element {
	r := c.run
	var lines []string
	kind, title := chart.Info, "No se ve que los modelos copien más de lo que se repiten los tweets reales"
	for _, side := range run.Sides {
		if c.more(side) == 1 {
			kind, title = chart.Warning, "Al menos un modelo copia más de lo que se repiten los tweets reales"
		}
		a, b, grams := c.grams(side)
		lines = append(lines, fmt.Sprintf("%s: de las secuencias de %d palabras, ya estaban en el entrenamiento %s de las generadas y %s de las de los tweets de prueba; %s.",
			r.Label(side), judgedGram, oneLine(shareText(a)), oneLine(shareText(b)),
			[]string{"los generados repiten menos", "los intervalos se cruzan o faltan: no se puede decir que difieran", "los generados repiten más"}[1+grams]))
		written, _ := facing(c.Groups, side)
		if e := written.Equal; e != nil && e.Texts > 0 {
			lines = append(lines, fmt.Sprintf("%s: son copias exactas %s de los tweets generados y %s de los trozos igual de largos de los de prueba; %s.",
				r.Label(side), oneLine(measureText(e.Written)), oneLine(measureText(e.Real)),
				[]string{"los generados lo son menos", "el intervalo de la diferencia incluye el 0 o falta: no se puede decir que difieran", "los generados lo son más"}[1+c.whole(side)]))
		}
	}
	if r.Recipe.TwoBlanks {
		lines = append(lines, c.copiesNote())
	}
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" + r.Source("")}
}
