package study

import (
	"fmt"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
)

// Typical shows the words of the tweets of [Preference.Typical], each coloured by its lean.
func (l *Lean) Typical(n int) chart.Element {
	s := l.study
	caption := "Los tweets más típicos y más sorprendentes, palabra por palabra (reales, no generados)"
	if s.Settings.Synthetic {
		caption = "Los tweets más típicos y más sorprendentes, palabra por palabra (sintéticos, del corpus; no generados por los modelos)"
	}
	var texts []leanText
	for _, side := range Sides {
		list := l.scores.Sides[side]
		for _, end := range clearest(list, side, n) {
			for _, at := range end.tweets {
				texts = append(texts, leanText{
					Heading: fmt.Sprintf("%s · %s · %s", s.Label(side), end.name, handle(list[at].ScreenName)),
					Text:    list[at].Text, Scored: l.words[side][at],
				})
			}
		}
	}
	return l.shown(caption, "Sin calibrar, el total es la ventaja de la tabla de arriba, en bits. "+l.scores.method(), texts)
}

// shown are texts with each word coloured by its lean, and its total below.
func (l *Lean) shown(caption, note string, texts []leanText) chart.Tinted {
	s := l.study
	t := chart.Tinted{
		Caption: caption,
		High:    s.Label(Right), Low: s.Label(Left), HighColor: sideColor(Right), LowColor: sideColor(Left),
		Unit: "bits", Limit: l.Limit, Decimals: 1,
		Note: s.source(sentences(fmt.Sprintf("Color y subrayado: bits calibrados en que un modelo espera la palabra más que el otro, dado lo que va antes. En negrita, el tramo más corto con %s del total.",
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
	s, w := l.study, t.Scored
	leans := l.leans(w)
	begin, end := lean.ShortestSpan(leans[t.Given:], mostOfLean)
	begin, end = begin+t.Given, end+t.Given
	out := chart.TintedText{Heading: t.Heading}
	raw := 0.0
	for i, word := range w.Words {
		if i < t.Given {
			out.Words = append(out.Words, chart.TintedWord{Text: word, Value: math.NaN()})
			continue
		}
		raw += w.lean(i)
		base, right, left := float64(w.Bits[scoredBase][i]), float64(w.Bits[scoredBy(Right)][i]), float64(w.Bits[scoredBy(Left)][i])
		out.Words = append(out.Words, chart.TintedWord{
			Text: word, Value: leans[i], Strong: i >= begin && i < end,
			Lines: []string{
				fmt.Sprintf("Sin calibrar: %s bits", signed(w.lean(i), 1)),
				fmt.Sprintf("Más esperada que por el modelo base: %s bits por el de %s, %s por el de %s", signed(base-right, 1), s.named(Right), signed(base-left, 1), s.named(Left)),
			},
		})
	}
	out.Lines = []string{l.verdict(raw, t.judgedBytes())}
	return out
}

// verdict says what a text's leans add up to, and how sure that is.
func (l *Lean) verdict(raw float64, bytes int) string {
	s, c := l.study, l.calibration
	side := Right
	if raw < 0 {
		side = Left
	}
	bits := c.Scale.Value * raw
	p, within := c.probability(raw), c.within(raw)
	if side == Left {
		p = 1 - p
		if within != nil {
			within = &compare.Interval{Low: 1 - within.High, High: 1 - within.Low}
		}
	}
	text := fmt.Sprintf("Total: %s bits (%s por byte; sin calibrar, %s bits). Probabilidad de ser de %s, y no de %s: %s",
		signed(bits, 1), signed(bits/float64(max(1, bytes)), 3), signed(raw, 1), s.named(side), s.named(1-side), chance(p))
	if within != nil {
		text += fmt.Sprintf(" (según el intervalo de la temperatura, de %s a %s)", chance(within.Low), chance(within.High))
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

// Table shows the words that lean most, and those that lean by how they are used.
func (l *Lean) Table() chart.Element {
	s, accounts := l.study, l.overAccounts()
	both := fmt.Sprintf(", %s / %s", s.named(Right), s.named(Left))
	table := chart.Table{
		Caption: "Las palabras que más se inclinan, cada una en su contexto",
		Columns: slices.Concat([]chart.Column{{Name: ""}, {Name: "Palabra"}, {Name: "Usos" + both, Align: chart.AlignRight}, {Name: "Cuentas" + both, Align: chart.AlignRight},
			{Name: "Inclinación por uso, en bits", Align: chart.AlignRight}}, intervalColumns(accounts), []chart.Column{
			{Name: "En tweets de " + s.named(Right) + " / de " + s.named(Left), Align: chart.AlignRight}, {Name: "Diferencia", Align: chart.AlignRight}, {Name: "Keyness (z)", Align: chart.AlignRight}}),
		Note: s.source(sentences(l.method(), fmt.Sprintf("Inclinación: media de sus usos en los tweets de prueba; sobre 0, hacia %s. Diferencia: la de sus usos en tweets de %s menos la de los de %s, con su intervalo, donde cada lado la usa %d veces o más.",
			s.named(Right), s.named(Right), s.named(Left), l.Words.MinEach),
			"Keyness: cuánto más frecuente es la palabra en un lado, en todos los tweets, como en el gráfico de más abajo; «–»: palabra vacía, que allí no se cuenta.", intervalNote(accounts),
			"Las palabras se eligieron entre muchas por ser las más claras: sus intervalos no cuentan esa elección.", l.made.String())),
	}
	z := map[string]float64{}
	for _, word := range l.keyness.Words.Words {
		z[word.Word] = word.Z
	}
	add := func(label string, words []compare.WordLean) {
		for i, w := range words {
			if i > 0 {
				label = ""
			}
			key, sides := "–", [2]string{"–", "–"}
			if v, known := z[w.Word]; known {
				key = signed(v, 1)
			}
			for side, n := range w.Counts {
				if n > 0 {
					sides[side] = signed(w.Sides[side], 2)
				}
			}
			difference := "–"
			if w.Compared() {
				difference = signed(w.Use.Value, 2) + "\n" + intervalText(s.judged(w.Use), 2, false)
			}
			table.Rows = append(table.Rows, slices.Concat([]any{label, w.Word, pair(w.Counts), pair(w.Accounts), signed(w.Lean.Value, 2)},
				intervalCells(w.Lean, accounts, 2, false), []any{sides[Right] + " / " + sides[Left], difference, key}))
		}
	}
	for _, side := range Sides {
		add("Hacia "+s.named(side), l.Words.Ends[side])
	}
	add("Según quién la usa", l.Words.Use)
	return table
}

// pair writes the counts of both sides.
func pair(n [2]int) string { return chart.Integer(n[0]) + " / " + chart.Integer(n[1]) }

// overAccounts tells whether the words have intervals over accounts.
func (l *Lean) overAccounts() bool {
	return slices.ContainsFunc(l.shownWords(), func(w compare.WordLean) bool { return w.Lean.Accounts != nil })
}

// shownWords are those of all lists, each once.
func (l *Lean) shownWords() (words []compare.WordLean) {
	seen := map[string]bool{}
	for _, w := range slices.Concat(l.Words.Ends[Right], l.Words.Ends[Left], l.Words.Use) {
		if !seen[w.Word] {
			seen[w.Word] = true
			words = append(words, w)
		}
	}
	return words
}

// Spans shows the shortest run of words that carries most of a tweet's lean, for the n most
// typical tweets of each side.
func (l *Lean) Spans(n int) chart.Element {
	s := l.study
	table := chart.Table{
		Caption: fmt.Sprintf("El tramo más corto que lleva %s de la inclinación, en los tweets más típicos de cada lado", chart.Percent(mostOfLean, 0)),
		Columns: []chart.Column{{Name: "Lado"}, {Name: "Tweet, con el tramo marcado", Share: 58}, {Name: "Palabras del tramo", Align: chart.AlignRight},
			{Name: "Bits del tramo", Align: chart.AlignRight}, {Name: "Bits del tweet", Align: chart.AlignRight}},
		Note: s.source(sentences("Palabras seguidas; las que se inclinan al otro lado restan, y un tramo puede tener más bits que el tweet entero.", l.method())),
	}
	for _, side := range Sides {
		for i, at := range clearest(l.scores.Sides[side], side, n)[0].tweets {
			w := l.words[side][at]
			leans := l.leans(w)
			begin, end := lean.ShortestSpan(leans, mostOfLean)
			label, whole, part := "", 0.0, 0.0
			if i == 0 {
				label = s.Label(side)
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

func (l *Lean) method() string { return sentences(l.scores.method(), l.calibration.short()) }

// Reading says what can be said of the words shown, and no more.
func (l *Lean) Reading() chart.Element {
	s := l.study
	shown, sure, compared, byUse := 0, 0, 0, 0
	for _, side := range Sides {
		for _, w := range l.Words.Ends[side] {
			shown++
			if beyond(s.judged(w.Lean), 0) != 0 {
				sure++
			}
		}
	}
	for _, w := range l.shownWords() {
		if w.Compared() {
			compared++
			if beyond(s.judged(w.Use), 0) == 1 {
				byUse++
			}
		}
	}
	kind, title := chart.Done, fmt.Sprintf("%d palabras se inclinan a un lado donde se usan", sure)
	switch sure {
	case 0:
		kind, title = chart.Warning, "No se puede decir de ninguna palabra que se incline a un lado"
	case 1:
		title = "Una palabra se inclina a un lado donde se usa"
	}
	text := fmt.Sprintf("De %s palabras con %d usos o más en los tweets de prueba se muestran las %d que más se inclinan a algún lado; de %d, el intervalo no toca el 0. %s",
		chart.Integer(l.Words.Words), l.Words.MinCount, shown, sure, s.decides())
	text += fmt.Sprintf("\nDe las %d de la tabla que los dos lados usan lo bastante, %d se inclinan a la vez más hacia el lado de quien las usa: lo delatan por cómo las usa. De las otras %d no se puede decir más que lo que ya dice su frecuencia: se inclinan igual las use quien las use.",
		compared, byUse, compared-byUse)
	for _, side := range Sides {
		if m := l.Span[side]; m.Value > 0 {
			text += fmt.Sprintf("\nEn la mitad de los tweets de %s, %s de la inclinación cabe en %s de las palabras, seguidas, o menos (intervalo: %s).",
				s.named(side), chart.Percent(mostOfLean, 0), chart.Percent(m.Value, 0), intervalText(s.judged(m), 0, true))
		}
	}
	return chart.Note{Kind: kind, Title: title, Text: text + "\nUna palabra se inclina en estos modelos y en este contexto: no dice que un lado la apruebe." + s.sameAuthors() + "\n" + s.source("")}
}
