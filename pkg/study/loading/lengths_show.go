package loading

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// wordsInBar is the width of a bar of Lengths.
const wordsInBar = 5

// Lengths shows how many words the tweets have.
func (l *Loaded) Lengths() chart.Element {
	bar := chart.Bar{
		Figure:    chart.Figure{Title: "Largo de los tweets", Source: l.Run.Source("Palabras del texto limpio, como las cuenta el estudio: lo que hay entre espacios.")},
		Name:      "Palabras",
		ValueName: "Tweets",
		KeepOrder: true,
		Shares:    true,
	}
	counts := make(map[int]int)
	longest := 0
	for _, t := range l.Tweets {
		counts[(t.Tokens-1)/wordsInBar]++
		longest = max(longest, (t.Tokens-1)/wordsInBar)
	}
	const mostBars = 14
	for i := l.Run.Settings.MinTokens / wordsInBar; i <= longest; i++ {
		item := chart.BarItem{Label: fmt.Sprintf("%d a %d", i*wordsInBar+1, (i+1)*wordsInBar), Value: float64(counts[i]), Color: chart.BaseColor}
		if len(bar.Items) == mostBars-1 && i < longest {
			item.Label = fmt.Sprintf("%d o más", i*wordsInBar+1)
			for j := i + 1; j <= longest; j++ {
				item.Value += float64(counts[j])
			}
			i = longest
		}
		bar.Items = append(bar.Items, item)
	}
	return bar
}

// LengthsTable shows the spread of the tweets' lengths.
func (l *Loaded) LengthsTable() chart.Element {
	var words, characters, before []int
	for _, t := range l.Tweets {
		words = append(words, t.Tokens)
		characters = append(characters, utf8.RuneCountInString(t.TextClean))
		before = append(before, utf8.RuneCountInString(t.Text))
	}
	table := chart.Table{
		Caption: "Largo de los tweets que quedan",
		Columns: []chart.Column{{Name: ""}, {Name: "El más corto"}, {Name: "Mediana"}, {Name: "Media", Format: chart.Decimals(1)}, {Name: "95 de cada 100, hasta"}, {Name: "El más largo"}},
		Note:    l.Run.Source(""),
	}
	for _, measure := range []struct {
		name   string
		values []int
	}{{"Palabras del texto limpio", words}, {"Caracteres del texto limpio", characters}, {"Caracteres antes de limpiar", before}} {
		slices.Sort(measure.values)
		n := len(measure.values)
		if n == 0 {
			continue
		}
		sum := 0
		for _, value := range measure.values {
			sum += value
		}
		v := measure.values
		table.Rows = append(table.Rows, []any{measure.name, v[0], v[(n-1)/2], float64(sum) / float64(n), v[(95*n+99)/100-1], v[n-1]})
	}
	return table
}
