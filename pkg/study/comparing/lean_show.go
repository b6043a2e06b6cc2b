package comparing

import (
	"fmt"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Typical shows the words of the tweets of [Preference.Typical], each coloured by its lean.
func (l *Lean) Typical(n int) chart.Element {
	r := l.run
	caption := "Los tweets más típicos y más sorprendentes, palabra por palabra (reales, no generados)"
	if r.Settings.Synthetic {
		caption = "Los tweets más típicos y más sorprendentes, palabra por palabra (sintéticos, del corpus; no generados por los modelos)"
	}
	var texts []leanText
	for _, side := range run.Sides {
		list := l.Scores.Sides[side]
		for _, end := range clearest(list, side, n) {
			for _, at := range end.tweets {
				texts = append(texts, leanText{
					heading: fmt.Sprintf("%s · %s · %s", r.Label(side), end.name, handle(list[at].ScreenName)),
					Text:    list[at].Text, Scored: l.InTweets[side][at],
				})
			}
		}
	}
	return l.shown(caption, "Sin calibrar, el total es la ventaja de la tabla de arriba, en bits (un logaritmo natural son 1,44). Los sorprendentes se eligieron por ser los errores más seguros de todos. "+l.Scores.Method(), texts)
}

// shown are texts with each word coloured by its lean, and its total below.
func (l *Lean) shown(caption, note string, texts []leanText) chart.Tinted {
	r := l.run
	t := chart.Tinted{
		Caption: caption,
		High:    r.Label(run.Right), Low: r.Label(run.Left), HighColor: run.SideColor(run.Right), LowColor: run.SideColor(run.Left),
		Unit: "bits", Limit: l.Limit, Decimals: 1,
		Note: r.Source(run.Sentences(fmt.Sprintf("Color y subrayado: bits calibrados en que un modelo espera la palabra más que el otro, dado lo que va antes. En negrita, el tramo más corto con %s del total.",
			chart.Percent(mostOfLean, 0)), note)),
	}
	if t.Limit < 1 {
		t.Decimals = 2
	}
	for _, text := range texts {
		t.Texts = append(t.Texts, l.tinted(text))
	}
	return t
}

// tinted is one text with its verdict.
func (l *Lean) tinted(t leanText) chart.TintedText {
	r, w := l.run, t.Scored
	leans := l.Calibration.leans(w)
	begin, end := lean.ShortestSpan(leans[t.Given:], mostOfLean)
	begin, end = begin+t.Given, end+t.Given
	out := chart.TintedText{Heading: t.heading}
	raw := 0.0
	for i, word := range w.Words {
		if i < t.Given {
			out.Words = append(out.Words, chart.TintedWord{Text: word, Value: math.NaN()})
			continue
		}
		raw += w.Lean(i)
		base, right, left := float64(w.Bits[ScoredBase][i]), float64(w.Bits[ScoredBy(run.Right)][i]), float64(w.Bits[ScoredBy(run.Left)][i])
		out.Words = append(out.Words, chart.TintedWord{
			Text: word, Value: leans[i], Strong: i >= begin && i < end,
			Lines: []string{
				fmt.Sprintf("Sin calibrar: %s bits", signed(w.Lean(i), 1)),
				fmt.Sprintf("Más esperada que por el modelo base: %s bits por el de %s, %s por el de %s", signed(base-right, 1), r.Named(run.Right), signed(base-left, 1), r.Named(run.Left)),
			},
		})
	}
	out.Lines = []string{l.verdict(raw, t.judgedBytes())}
	return out
}

// verdict says what a text's leans add up to, and how often test tweets that lean as much
// are of that side.
func (l *Lean) verdict(raw float64, bytes int) string {
	r, c := l.run, l.Calibration
	bits := c.Scale.Value * raw
	right := lean.Probability(bits)
	like := c.After.Like(right)
	side, p, observed := run.Right, right, like.Observed
	if bits < 0 {
		side, p, observed = run.Left, 1-right, contrary(observed)
	}
	within := judged(r, observed)
	text := fmt.Sprintf("Total: %s bits (%s por byte; sin calibrar, %s). Probabilidad de ser de %s y no de %s: %s. En la prueba, con una parecida (%s): %s %s",
		signed(bits, 1), signed(bits/float64(max(1, bytes)), 3), signed(raw, 1), r.Named(side), r.Named(1-side), chance(p),
		chart.Count(like.Texts[run.Right]+like.Texts[run.Left], "tweet", "tweets"), chart.Percent(observed.Value, 1), intervalText(within, 1, true))
	if beyond(within, 0.5) != 1 {
		text += ", así que no se puede decir de cuál es"
	}
	return text + "."
}

// chance writes a probability; none is sure.
func chance(p float64) string {
	switch {
	case p > 0.999:
		return "más de 99,9\u00a0%"
	case p < 0.001:
		return "menos de 0,1\u00a0%"
	default:
		return chart.Percent(p, 1)
	}
}

// Table shows the words that lean most to either side.
func (l *Lean) Table() chart.Element {
	r, accounts := l.run, l.overAccounts()
	table := chart.Table{
		Caption: "Las palabras que más se inclinan, cada una en su contexto",
		Columns: slices.Concat([]chart.Column{{Name: "Hacia"}, {Name: "Palabra"}, {Name: "Usos", Align: chart.AlignRight}, {Name: "Cuentas", Align: chart.AlignRight},
			{Name: "Bits por uso", Align: chart.AlignRight}}, intervalColumns(accounts), []chart.Column{
			{Name: "En los tweets de cada lado", Align: chart.AlignRight}, {Name: "Keyness (z)", Align: chart.AlignRight}}),
		Note: r.Source(run.Sentences(l.pairsNote(), fmt.Sprintf("Bits por uso: media de sus usos; sobre 0, hacia %s.", r.Named(run.Right)), keyNote, intervalNote(accounts), chosenNote, l.method(), l.Record.String())),
	}
	for _, side := range run.Sides {
		for i, w := range l.Words.Ends[side] {
			label := ""
			if i == 0 {
				label = r.Label(side)
			}
			sides := [2]string{"–", "–"}
			for of, n := range w.Counts {
				if n > 0 {
					sides[of] = signed(w.Sides[of], 2)
				}
			}
			table.Rows = append(table.Rows, slices.Concat([]any{label, w.Word, pair(w.Counts), pair(w.Accounts), signed(w.Lean.Value, 2)},
				intervalCells(w.Lean, accounts, 2, false), []any{sides[run.Right] + " / " + sides[run.Left], l.keynessOf(w.Word)}))
		}
	}
	return table
}

// Use shows the words that lean otherwise in the tweets of one side than in those of the
// other.
func (l *Lean) Use() chart.Element {
	r, accounts := l.run, l.overAccounts()
	table := chart.Table{
		Caption: "Las palabras que se inclinan según quién las usa",
		Columns: slices.Concat([]chart.Column{{Name: "Palabra"}, {Name: "Usos", Align: chart.AlignRight}, {Name: "Cuentas", Align: chart.AlignRight},
			{Name: "Bits por uso, en tweets de " + r.Named(run.Right), Align: chart.AlignRight}, {Name: "En tweets de " + r.Named(run.Left), Align: chart.AlignRight},
			{Name: "Diferencia", Align: chart.AlignRight}}, intervalColumns(accounts), []chart.Column{{Name: "Keyness (z)", Align: chart.AlignRight}}),
		Note: r.Source(run.Sentences(l.pairsNote(), fmt.Sprintf("Palabras que cada lado usa %d veces o más. Bits sobre 0: hacia %s.", l.Words.MinEach, r.Named(run.Right)), keyNote, intervalNote(accounts), chosenNote, l.method())),
	}
	for _, w := range l.Words.Use {
		table.Rows = append(table.Rows, slices.Concat([]any{w.Word, pair(w.Counts), pair(w.Accounts), signed(w.Sides[run.Right], 2), signed(w.Sides[run.Left], 2), signed(w.Use.Value, 2)},
			intervalCells(w.Use, accounts, 2, false), []any{l.keynessOf(w.Word)}))
	}
	return table
}

// chosenNote says what the intervals of words leave out.
const chosenNote = "Las palabras se eligieron entre muchas por ser las más claras, y van en orden de lo que les queda al restar 1,96 errores estándar: sus intervalos no cuentan esa elección. Uno sin ancho es de una palabra que va siempre en la misma frase."

// keyNote says what stands in the column of keyness.
const keyNote = "Keyness: cuánto más frecuente es la palabra en un lado, en todos los tweets, como en el gráfico de más abajo; aquí también la de las palabras vacías, que allí no se cuentan."

func (l *Lean) pairsNote() string {
	return fmt.Sprintf("Usos y cuentas, en los tweets de prueba: de %s / de %s.", l.run.Named(run.Right), l.run.Named(run.Left))
}

// keynessOf is a word's z, if it was weighed.
func (l *Lean) keynessOf(word string) string {
	if z, weighed := l.Keyness[word]; weighed {
		return signed(z, 1)
	}
	return "–"
}

// pair writes the counts of both sides.
func pair(n [2]int) string { return chart.Integer(n[0]) + " / " + chart.Integer(n[1]) }

// overAccounts tells whether the words have intervals over accounts.
func (l *Lean) overAccounts() bool {
	return slices.ContainsFunc(slices.Concat(l.Words.Ends[run.Right], l.Words.Ends[run.Left], l.Words.Use), func(w compare.WordLean) bool { return w.Lean.Accounts != nil })
}

// Spans shows the shortest run of words that carries most of a tweet's lean, for the n most
// typical tweets of each side.
func (l *Lean) Spans(n int) chart.Element {
	r := l.run
	table := chart.Table{
		Caption: fmt.Sprintf("El tramo más corto que lleva %s de la inclinación, en los tweets más típicos de cada lado", chart.Percent(mostOfLean, 0)),
		Columns: []chart.Column{{Name: "Lado"}, {Name: "Tweet, con el tramo marcado", Share: 58}, {Name: "Palabras del tramo", Align: chart.AlignRight},
			{Name: "Bits del tramo", Align: chart.AlignRight}, {Name: "Bits del tweet", Align: chart.AlignRight}},
		Note: r.Source(run.Sentences("Palabras seguidas; las que se inclinan al otro lado restan, y un tramo puede tener más bits que el tweet entero.", l.method())),
	}
	for _, side := range run.Sides {
		for i, at := range clearest(l.Scores.Sides[side], side, n)[0].tweets {
			w := l.InTweets[side][at]
			leans := l.Calibration.leans(w)
			begin, end := lean.ShortestSpan(leans, mostOfLean)
			label, whole, part := "", 0.0, 0.0
			if i == 0 {
				label = r.Label(side)
			}
			var cell chart.Spans
			for j, word := range w.Words {
				whole += leans[j]
				marked := j >= begin && j < end
				if marked {
					part += leans[j]
				}
				if k := len(cell); k > 0 && cell[k-1].Marked == marked {
					cell[k-1].Text += " " + word
				} else {
					cell = append(cell, chart.Span{Text: word, Marked: marked})
				}
			}
			table.Rows = append(table.Rows, []any{label, cell, fmt.Sprintf("%d de %d", end-begin, len(leans)), signed(part, 1), signed(whole, 1)})
		}
	}
	return table
}

func (l *Lean) method() string { return run.Sentences(l.Scores.Method(), l.Calibration.short()) }

// Reading says what can be said of the words, and no more.
func (l *Lean) Reading() chart.Element {
	r, w := l.run, l.Words
	usual, most := byChance(w.Words)
	usualUse, mostUse := byChance(w.Compared)
	kind, title := chart.Warning, "No se puede decir que haya palabras que se inclinen a un lado"
	// Any two models differ in many words, also of tweets dealt at random: only if they tell the
	// sides apart do their words say something of them.
	telling := beyond(conclusive(r, l.Calibration.Scale), 0) == 1
	if telling && max(w.Leaning[run.Right], w.Leaning[run.Left]) > most {
		kind, title = chart.Done, "Hay palabras que se inclinan a un lado, más que por azar"
	}
	use := "Que alguna delate por cómo se usa, y no solo por cuánto, no se puede decir."
	// Words are not independent; those that differ the wrong way show how far chance reaches.
	own, other := float64(w.Differing[0]), float64(w.Differing[1])
	if w.Differing[0] > mostUse && own-other > 1.96*math.Sqrt(own+other) {
		use = "Son más que por azar y más que al revés: hay palabras que delatan por cómo se usan, no solo por cuánto."
	}
	text := fmt.Sprintf("De %s con %d usos o más en los tweets de prueba, %s hacia %s y %s hacia %s por más de 1,96 errores estándar. Por azar, si fueran independientes, serían unas %d hacia cada lado y rara vez más de %d.",
		chart.Count(w.Words, "palabra", "palabras"), w.MinCount, chart.Count(w.Leaning[run.Right], "se inclina", "se inclinan"), r.Named(run.Right), chart.Integer(w.Leaning[run.Left]), r.Named(run.Left), usual, most)
	text += " Dos modelos entrenados con tweets repartidos al azar también se inclinan en muchas: las palabras dicen algo de los lados solo si los modelos los reconocen"
	if telling {
		text += ", como estos."
	} else {
		text += ", y de estos no se puede decir."
	}
	text += fmt.Sprintf("\nDe %s que cada lado usa %d veces o más, %s más hacia %s en sus tweets que en los de %s, y %s al revés; por azar serían unas %d en cada sentido y rara vez más de %d. %s",
		chart.Count(w.Compared, "palabra", "palabras"), w.MinEach, chart.Count(w.Differing[0], "se inclina", "se inclinan"), r.Named(run.Right), r.Named(run.Left), chart.Integer(w.Differing[1]), usualUse, mostUse, use)
	unsure := 0
	for _, word := range slices.Concat(w.Ends[run.Right], w.Ends[run.Left]) {
		if beyond(judged(r, word.Lean), 0) == 0 {
			unsure++
		}
	}
	text += fmt.Sprintf("\nDe %s de la primera tabla, de %d el intervalo toca el 0. %s", chart.Count(len(w.Ends[run.Right])+len(w.Ends[run.Left]), "palabra", "palabras"), unsure, decides(r))
	for _, side := range run.Sides {
		if m := l.Span[side]; m.Value > 0 {
			text += fmt.Sprintf("\nEn la mitad de los tweets de %s, %s de la inclinación cabe en %s de las palabras, seguidas, o menos (intervalo: %s).",
				r.Named(side), chart.Percent(mostOfLean, 0), chart.Percent(m.Value, 0), intervalText(judged(r, m), 0, true))
		}
	}
	return chart.Note{Kind: kind, Title: title, Text: text + "\nUna palabra se inclina en estos modelos y en este contexto: no dice que un lado la apruebe. " + r.SameAuthors() + "\n" + r.Source("")}
}

// byChance is how many of n words lie more than 1.96 standard errors to one side of 0 where
// all have none but chance to thank: on average, and in 39 of 40 cases at most, were the words
// independent.
func byChance(n int) (usual, most int) {
	const share = 0.025
	mean := share * float64(n)
	return int(math.Round(mean)), int(math.Ceil(mean + 1.96*math.Sqrt(mean*(1-share))))
}
