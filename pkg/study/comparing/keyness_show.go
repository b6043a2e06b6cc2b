package comparing

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Bars shows the words that tell each side, by z.
func (k *Keyness) Bars() chart.Element {
	r := k.run
	bar := chart.Bar{
		Figure: chart.Figure{
			Title: fmt.Sprintf("Las palabras que más distinguen a %s de %s", r.Named(run.Right), r.Named(run.Left)),
			Subtitle: fmt.Sprintf("Razón de chances con prior de Dirichlet, en errores estándar (z). Hacia la derecha del gráfico, palabras de %s; hacia la izquierda, de %s.",
				r.Named(run.Right), r.Named(run.Left)),
			Source: r.Source(k.method()),
		},
		ValueName: "z",
		Decimals:  1,
	}
	for _, side := range run.Sides {
		words := k.ends(side)
		if side == run.Left {
			slices.Reverse(words)
		}
		for _, word := range words {
			bar.Items = append(bar.Items, chart.BarItem{
				Label: word.Word, Value: word.Z, Color: run.SideColor(side),
				Lines: append([]string{
					fmt.Sprintf("Apariciones: %s en %s, %s en %s",
						chart.Integer(word.Counts[0]), r.Named(run.Right), chart.Integer(word.Counts[1]), r.Named(run.Left)),
					fmt.Sprintf("Cuentas: %s y %s", chart.Integer(k.Accounts[word.Word][0]), chart.Integer(k.Accounts[word.Word][1])),
				}, wordLines(word, k.only())...),
			})
		}
	}
	return bar
}

// Table shows the same words with what they rest on.
func (k *Keyness) Table() chart.Element {
	r, accounts := k.run, k.overAccounts()
	intervals := intervalNote(true)
	switch {
	case min(k.Texts[0], k.Texts[1]) < compare.FewestTexts:
		intervals = fmt.Sprintf("Sin intervalos: algún lado tiene menos de %d tweets.", compare.FewestTexts)
	case !accounts:
		intervals = fmt.Sprintf("El intervalo sortea otra vez tweets, como si no dependieran unos de otros. No hay uno sobre cuentas: algún lado tiene menos de %d.", compare.FewestAccounts)
	}
	table := chart.Table{
		Caption: "Las palabras del gráfico",
		Columns: slices.Concat([]chart.Column{{Name: "Más de"}, {Name: "Palabra"},
			{Name: "Apariciones, " + r.Named(run.Right), Align: chart.AlignRight}, {Name: "Apariciones, " + r.Named(run.Left), Align: chart.AlignRight},
			{Name: "Log de la razón de chances", Align: chart.AlignRight}}, intervalColumns(accounts), []chart.Column{{Name: "z", Align: chart.AlignRight}}),
		Note: r.Source(run.Sentences("Entre paréntesis, de cuántas cuentas son las apariciones.", k.method(), intervals, oneSidedNote, "Una palabra que usa una sola cuenta habla de esa cuenta, no del lado.", k.Record.String())),
	}
	for _, side := range run.Sides {
		for i, word := range k.ends(side) {
			label := ""
			if i == 0 {
				label = r.Label(side)
			}
			row := []any{label, word.Word}
			for i, users := range k.Accounts[word.Word] {
				row = append(row, fmt.Sprintf("%s (%s)", chart.Integer(word.Counts[i]), chart.Integer(users)))
			}
			row = append(row, chart.Number(word.LogOdds, 2))
			table.Rows = append(table.Rows, slices.Concat(row, wordCells(word, k.only(), accounts), []any{chart.Number(word.Z, 1)}))
		}
	}
	return table
}

// Scatter shows the words by their frequency on each side; hovering one of the most
// telling shows how each side uses it.
func (k *Keyness) Scatter() chart.Element {
	r := k.run
	shown, per := k.points(), k.per()
	choice := fmt.Sprintf("Se muestran las %s.", chart.Integer(len(shown)))
	if all := len(k.Words); len(shown) < all {
		choice = fmt.Sprintf("De las %s se muestran %s: las %d de mayor z de cada lado y las más frecuentes de las demás.",
			chart.Integer(all), chart.Integer(len(shown)), exampledWords)
	}
	c := chart.Terms{
		Figure: chart.Figure{
			Title: fmt.Sprintf("Las palabras de %s y de %s, según cuánto las usa cada lado", r.Named(run.Right), r.Named(run.Left)),
			Subtitle: "Lejos de la diagonal (línea cortada), palabras que un lado usa más que el otro; el color es su z. Las de igual frecuencia se muestran juntas. " +
				"Al pasar el cursor sobre una palabra, ejemplos de tweets reales.",
			Source: r.Source(run.Sentences(k.method(), choice, "Ejes en escala asinh, que es logarítmica salvo cerca del 0.")),
		},
		XName:     fmt.Sprintf("Veces en %s, por %s palabras", r.Named(run.Right), chart.Integer(per)),
		YName:     fmt.Sprintf("Veces en %s, por %s palabras", r.Named(run.Left), chart.Integer(per)),
		ValueName: "z",
		High:      "Más de " + r.Named(run.Right), HighColor: run.SideColor(run.Right),
		Low: "Más de " + r.Named(run.Left), LowColor: run.SideColor(run.Left),
	}
	for _, word := range shown {
		term := chart.Term{
			Label: word.Word, Value: word.Z,
		}
		rates := []*float64{&term.X, &term.Y}
		for i, side := range run.Sides {
			*rates[i] = float64(per) * float64(word.Counts[i]) / float64(k.Tokens[i])
			term.Lines = append(term.Lines, fmt.Sprintf("%s: %s, %s por %s palabras",
				r.Label(side), chart.Count(word.Counts[i], "vez", "veces"), chart.Number(*rates[i], 1), chart.Integer(per)))
			group := chart.QuoteGroup{Heading: r.Label(side)}
			for _, use := range k.examples[word.Word][i] {
				group.Quotes = append(group.Quotes, chart.Quote{Before: use.Before, Word: use.Word, After: use.After, By: "@" + use.ScreenName})
			}
			term.Quotes = append(term.Quotes, group)
		}
		term.Lines = append(term.Lines, "z: "+chart.Number(word.Z, 1))
		c.Terms = append(c.Terms, term)
	}
	return c
}

// points are the words that the scatter shows: those with examples, the most telling of
// each side in turn, then the most frequent of the others.
func (k *Keyness) points() []compare.KeyWord {
	all := k.Words
	var shown, others []compare.KeyWord
	for i, word := range all {
		if i < exampledWords || i >= len(all)-exampledWords {
			shown = append(shown, word)
		} else {
			others = append(others, word)
		}
	}
	slices.SortStableFunc(shown, func(a, b compare.KeyWord) int { return cmp.Compare(math.Abs(b.Z), math.Abs(a.Z)) })
	slices.SortStableFunc(others, func(a, b compare.KeyWord) int {
		return cmp.Compare(b.Counts[0]+b.Counts[1], a.Counts[0]+a.Counts[1])
	})
	return append(shown, others[:min(ordinaryPoints, len(others))]...)
}

// per is the power of ten of words for which frequencies are given: one of which the
// rarest words that are compared are said about once or a few times.
func (k *Keyness) per() int {
	per := 1
	for per*k.MinCount < k.Tokens[0]+k.Tokens[1] {
		per *= 10
	}
	return per
}

// only names the sides for words that one of them never uses.
func (k *Keyness) only() [2]string { return [2]string{k.run.Named(run.Right), k.run.Named(run.Left)} }

// overAccounts tells whether the words have intervals over accounts.
func (k *Keyness) overAccounts() bool {
	return slices.ContainsFunc(k.Words, func(word compare.KeyWord) bool { return word.Accounts != nil })
}

func (k *Keyness) method() string {
	w := k.Keyness
	return fmt.Sprintf("%s en %s de %s y %s en %s de %s, sin palabras vacías; se comparan las que aparecen %d veces o más. Peso del prior: %s. Semilla %d.",
		chart.Count(w.Tokens[0], "palabra", "palabras"), chart.Count(w.Texts[0], "tweet", "tweets"), k.run.Named(run.Right),
		chart.Integer(w.Tokens[1]), chart.Integer(w.Texts[1]), k.run.Named(run.Left), w.MinCount, chart.Number(w.Scale, 1), k.run.Recipe.Seed)
}

// Reading says whether more words differ than in piles dealt at random.
func (k *Keyness) Reading() chart.Element {
	total, differ := len(k.Words), beyondChance(k.Keyness)
	if total == 0 {
		return chart.Note{Kind: chart.Warning, Title: "No hay palabras que comparar",
			Text: fmt.Sprintf("Ninguna aparece %d veces o más en los dos lados juntos.\n%s", k.MinCount, k.run.Source(""))}
	}
	kind, title := chart.Done, "Los dos lados no usan las mismas palabras"
	if differ <= slices.Max(k.Chance) {
		kind, title = chart.Warning, "No se puede decir que los dos lados usen otras palabras"
	}
	shown, only, unsure := 0, 0, 0
	for _, side := range run.Sides {
		for _, word := range k.ends(side) {
			shown++
			if word.OneSided() {
				only++
			} else if beyond(judged(k.run, word.Measure()), 0) == 0 {
				unsure++
			}
		}
	}
	return chart.Note{Kind: kind, Title: title, Text: fmt.Sprintf(
		keynessText,
		chart.Count(total, "palabra comparada", "palabras comparadas"), chart.Count(differ, "tiene", "tienen"), dealtWhat(k.ByAccount),
		chart.Integer(slices.Min(k.Chance)), chart.Integer(slices.Max(k.Chance)), chart.Count(len(k.Chance), "reparto", "repartos"), dealtNote(k.run, k.ByAccount),
		chart.Count(shown, "palabra", "palabras"), chart.Count(only, "es", "son"), shown-only, chart.Count(unsure, "no se distingue", "no se distinguen"), decides(k.run), k.run.Source(""))}
}

// keynessText is what is said of the words: how many, how many differ; what was dealt, the
// fewest and most that differ then, of how many deals, what dealing tweets means; those shown,
// of one side alone, the others, of those unsure; what decides; the source.
const keynessText = "De %s, %s un |z| mayor que 1,96; " +
	"con dos montones de %s, de %s a %s (%s). %s\n" +
	"Que difieran las palabras no dice por qué: también las consignas de una sola cuenta cuentan, " +
	"y z las toma por más seguras de lo que son. Para cada palabra, mire el intervalo y cuántas cuentas la usan. " +
	"De %s de la tabla, %s de un solo lado; de las otras %d, %s de 0. %s\n" +
	"%s"
