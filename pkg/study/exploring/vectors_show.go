package exploring

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// ngramName is what readers call n-grams of n words.
func ngramName(n int) string {
	switch n {
	case 1:
		return "palabras sueltas (1-gramas)"
	case 2:
		return "pares de palabras (2-gramas)"
	default:
		return fmt.Sprintf("secuencias de %d palabras (%d-gramas)", n, n)
	}
}

// Frequent shows the n most frequent n-grams and their vectors.
func (v *Vectors) Frequent(n int) chart.Element {
	table := chart.Table{
		Caption: "Las más frecuentes entre las " + ngramName(v.N),
		Columns: []chart.Column{{Name: "Palabra"}, {Name: "Apariciones"}, {Name: "v1", Format: chart.Decimals(3)}, {Name: "v2", Format: chart.Decimals(3)}},
		Note:    v.run.Source(fmt.Sprintf("Vocabulario: %s, con %d apariciones o más. Semilla %d. %s", chart.Integer(v.Model.Len()), minCount, v.run.Recipe.Seed, v.Record)),
	}
	for i, word := range v.Model.Words() {
		if i == n {
			break
		}
		vector, _ := v.Model.Vector(word)
		shown := word
		if word == "" {
			shown = "(vacía: entre dos espacios seguidos)"
		}
		table.Rows = append(table.Rows, []any{shown, v.Model.Count(word), vector[0], vector[1]})
	}
	return table
}

// PartyScatter shows where the parties' means lie.
func (v *Vectors) PartyScatter() chart.Element {
	return chart.Scatter{
		Figure: chart.Figure{
			Title:    "Los partidos según sus palabras",
			Subtitle: "Media de los vectores word2vec de los tweets de cada partido; el tamaño crece con el número de tweets",
			Source:   v.run.Source(fmt.Sprintf("Semilla %d.", v.run.Recipe.Seed)),
			Height:   560,
		},
		XName: "v1", YName: "v2",
		Points:  points(v.Parties, run.NoParty, true),
		Palette: v.loaded.Palette(),
	}
}

// VectorPanel shows the means of coalitions and parties for n-grams of one,
// two and three words, as the study's panel of 2 × 3; without a row of coalitions
// where there are none, and without the lengths of which none is frequent.
func VectorPanel(ctx context.Context, r *run.Run) (chart.Element, error) {
	lengths, err := lengthsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	panels := chart.Panels{
		Figure: chart.Figure{
			Title:    "Coaliciones y partidos según sus n-gramas",
			Subtitle: "Media de los vectores word2vec de los tweets; arriba por coalición, abajo por partido",
			Source:   r.Source(run.Sentences(rareNote(lengths), fmt.Sprintf("Semilla %d.", r.Recipe.Seed))),
		},
		Columns: len(lengths),
	}
	var coalitions, parties []chart.Panel
	for _, n := range lengths {
		v, err := VectorsOf(ctx, r, n)
		if err != nil {
			return nil, err
		}
		panels.Palette = v.loaded.Palette()
		if len(v.Coalitions) > 0 {
			coalitions = append(coalitions, chart.Panel{Title: fmt.Sprintf("Coaliciones, %d-gramas", n), XName: "v1", YName: "v2", Points: points(v.Coalitions, run.NoCoalition, false)})
		}
		parties = append(parties, chart.Panel{Title: fmt.Sprintf("Partidos, %d-gramas", n), XName: "v1", YName: "v2", Points: points(v.Parties, run.NoParty, false)})
	}
	if len(coalitions) == 0 {
		panels.Title, panels.Subtitle = "Partidos según sus n-gramas", "Media de los vectores word2vec de los tweets; el corpus no tiene coaliciones"
	}
	panels.Panels = append(coalitions, parties...)
	return panels, nil
}

// points turns means into points; sized ones grow with the number of tweets. The group
// without a name gets the one given.
func points(means []GroupMean, none string, sized bool) []chart.Point {
	most := 1
	for _, m := range means {
		most = max(most, m.Tweets)
	}
	var points []chart.Point
	for _, m := range means {
		p := chart.Point{Label: cmp.Or(m.Name, none), X: m.X, Y: m.Y, Lines: []string{chart.Count(m.Tweets, "tweet", "tweets")}}
		if len(m.Coalitions) > 0 {
			p.Lines = append(p.Lines, "Coalición: "+strings.Join(m.Coalitions, ", "))
		}
		if len(m.Typical) > 0 {
			p.Lines = append(p.Lines, "Sus palabras: "+strings.Join(m.Typical, ", "))
		}
		if sized {
			p.Size = 8 + 22*math.Sqrt(float64(m.Tweets)/float64(most))
		}
		points = append(points, p)
	}
	return points
}
