package comparing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// Neighbours shows the words nearest to a word on each side, in facing columns; "" stands
// for the word that the sides use most differently. A word that neither side uses often
// enough is an error that names similar ones.
func (v *SideVectors) Neighbours(word string) (chart.Element, error) {
	if len(v.Words) == 0 {
		return v.tooFew(), nil
	}
	r, w := v.run, v.run.Recipe.SideWords
	if word == "" {
		word = v.Words[0].Word
	}
	if words := compare.Words(word); len(words) == 1 {
		word = words[0]
	}
	var found, again [2][]vectors.Neighbour
	columns := []chart.Column{{Name: ""}}
	known := false
	for i, side := range run.Sides {
		count := v.models[0][i].Count(word)
		columns = append(columns, chart.Column{Name: fmt.Sprintf("%s (%s)", r.Label(side), chart.Count(count, "vez", "veces")), Share: 30}, chart.Column{Name: "Coseno", Align: chart.AlignRight})
		if count == 0 {
			columns[len(columns)-2].Name = fmt.Sprintf("%s (menos de %d veces)", r.Label(side), w.MinCount)
			continue
		}
		known = true
		var err error
		if found[i], err = v.models[0][i].Nearest(word, w.Nearest); err != nil {
			return nil, err
		}
		// A word that is too rare in the tweets drawn anew has no firm neighbours.
		if redrawn := v.models[2][i]; redrawn.Count(word) > 0 {
			if again[i], err = redrawn.Nearest(word, w.Nearest); err != nil {
				return nil, err
			}
		}
	}
	if !known {
		return nil, v.unknown(word)
	}
	table := chart.Table{
		Caption: fmt.Sprintf("Las palabras más cercanas a «%s», según los vectores de cada lado", word),
		Columns: columns,
		Note:    r.Source(run.Sentences(v.method(), "En negrita, las que siguen entre las más cercanas al sortear de nuevo los tweets del lado y entrenar otra vez; las demás dependen de unos pocos tweets.", v.likeness(word))),
	}
	for rank := range w.Nearest {
		row := []any{rank + 1}
		for i := range run.Sides {
			if rank >= len(found[i]) {
				row = append(row, nil, nil)
				continue
			}
			near := found[i][rank]
			var cell any = near.Word
			if slices.ContainsFunc(again[i], func(n vectors.Neighbour) bool { return n.Word == near.Word }) {
				cell = chart.Strong{Value: near.Word}
			}
			row = append(row, cell, chart.Number(near.Similarity, 2))
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// likeness is what was measured of one word, where it is among those compared.
func (v *SideVectors) likeness(word string) string {
	at := slices.IndexFunc(v.Words, func(w compare.WordUsage) bool { return w.Word == word })
	if at < 0 {
		return fmt.Sprintf("No aparece %d veces o más en los dos lados: sus vecinas son poco firmes y no se comparan.", v.MinCount)
	}
	w := v.Words[at]
	verdict := "no se parece menos que en todos los repartos al azar: la diferencia entre las columnas puede ser azar"
	if w.Beyond() {
		verdict = "menos que en todos los repartos al azar"
	}
	return fmt.Sprintf("Parecido de «%s» entre los lados: %s; entre montones al azar, %s (el menor, %s): %s.", word,
		chart.Number(w.Sides.Cosine, 2), chart.Number(w.Chance.Cosine, 2), chart.Number(w.Least, 2), verdict)
}

// unknown names the known words that are spelt most like the word.
func (v *SideVectors) unknown(word string) error {
	counts := map[string]int64{}
	for i := range run.Sides {
		for _, known := range v.models[0][i].Words() {
			counts[known] += v.models[0][i].Count(known)
		}
	}
	type candidate struct {
		word   string
		far    int
		counts int64
	}
	var list []candidate
	for known, n := range counts {
		if far := text.Distance([]rune(word), []rune(known)); far <= max(2, len([]rune(word))/3) {
			list = append(list, candidate{known, far, n})
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(b.counts, a.counts), cmp.Compare(a.word, b.word))
	})
	const most = 6
	var names []string
	for _, c := range list[:min(most, len(list))] {
		names = append(names, "«"+c.word+"»")
	}
	hint := "pruebe con otra, por ejemplo alguna de la tabla de las palabras que distinguen a cada lado"
	if len(names) > 0 {
		hint = "¿quiso decir " + strings.Join(names, ", ") + "?"
	}
	return fmt.Errorf("«%s» no aparece %d veces o más en ninguno de los lados, o es una palabra vacía: no tiene vector; %s", word, v.run.Recipe.SideWords.MinCount, hint)
}
