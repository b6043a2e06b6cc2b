package exploring

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Report shows how far the parties stand apart by n-grams, how far each does by single
// words, and what can be said of it.
func (p *Separation) Report() []chart.Element {
	var flat []chart.Element
	if len(p.Flat) > 0 {
		var names []string
		for _, n := range p.Flat {
			names = append(names, ngramName(n))
		}
		flat = append(flat, chart.Note{Kind: chart.Warning, Title: "Tweets demasiado iguales para medir la separación", Text: fmt.Sprintf(
			"Sin cifras para %s: los tweets, o los de cada partido entre sí, tienen todos el mismo vector, o no hay más tweets que partidos. Pasa cuando se repite un solo texto: revise el corpus, o ponga near_copies = true en study.toml.\n%s",
			strings.Join(names, ", "), p.run.Source(""))})
	}
	switch {
	case len(p.ByN) == 0 && len(flat) > 0:
		return flat
	case len(p.ByN) == 0:
		return []chart.Element{chart.Note{Kind: chart.Warning, Title: "Un solo partido",
			Text: "La separación se mide entre dos partidos o más.\n" + p.run.Source("")}}
	}
	return append(flat, p.table(), p.parties(), p.reading())
}

// table compares the spaces of n-grams of one, two and three words.
func (p *Separation) table() chart.Element {
	table := chart.Table{
		Caption: "¿Cuánto se separan los partidos, según el largo de los n-gramas?",
		Columns: []chart.Column{{Name: "n-gramas"}, {Name: "Tweets"}, {Name: "Cuentas"}, {Name: "De la dispersión, entre partidos", Align: chart.AlignRight},
			{Name: "F", Format: chart.Decimals(1)}, {Name: "p", Format: chart.Decimals(4)}},
		Note: p.run.Source(run.Sentences(p.rare, "F: índice de Caliński y Harabasz. p: con qué frecuencia se separan tanto unos partidos armados por sorteo, "+p.draws()+".")),
	}
	for _, of := range p.ByN {
		table.Rows = append(table.Rows, []any{ngramName(of.N), of.Rows, of.Units, chart.Percent(of.Explained, 1), of.F, of.P})
	}
	return table
}

// parties lists how far each party stands from the others by the shortest n-grams,
// its single words if those differ.
func (p *Separation) parties() chart.Element {
	table := chart.Table{
		Caption: fmt.Sprintf("¿Qué partidos quedan aparte, por sus %s?", ngramName(p.ByN[0].N)),
		Columns: []chart.Column{{Name: "Partido"}, {Name: "Tweets"}, {Name: "Cuentas"},
			{Name: "Distancia a los demás", Format: chart.Decimals(2)}, {Name: "p", Format: chart.Decimals(4)}},
		Note: p.run.Source("Distancia entre la media del partido y la de los demás, en unidades de la dispersión dentro de los partidos. " +
			"p: con qué frecuencia queda alguno tan lejos entre partidos armados por sorteo, " + p.draws() + "; vale para todos a la vez."),
	}
	for _, g := range p.ByN[0].Groups {
		table.Rows = append(table.Rows, []any{cmp.Or(g.Name, run.NoParty), g.Rows, g.Units, g.Distance, g.P})
	}
	return table
}

func (p *Separation) draws() string {
	return fmt.Sprintf("con cada cuenta entera en uno (%s sorteos, semilla %d)", chart.Integer(p.ByN[0].Permutations), p.run.Recipe.Seed)
}

// reading says whether the parties stand apart more than accounts do anyway.
func (p *Separation) reading() chart.Element {
	best := 0
	for i, of := range p.ByN {
		if of.Explained > p.ByN[best].Explained {
			best = i
		}
	}
	of := p.ByN[best]
	// The greatest of several is judged as such (Bonferroni).
	corrected, which := min(1, of.P*float64(len(p.ByN))), ""
	if len(p.ByN) > 1 {
		which = fmt.Sprintf(", corregida por elegir la mayor de %d", len(p.ByN))
	}
	kind, title := chart.Done, "Los partidos se separan más que cuentas repartidas al azar"
	if corrected > 0.05 {
		kind, title = chart.Warning, "No se puede decir que los partidos se separen más que cuentas repartidas al azar"
	}
	return chart.Note{Kind: kind, Title: title, Text: fmt.Sprintf(
		separationText,
		ngramName(of.N), chart.Percent(of.Explained, 1), chart.Number(corrected, 4), which, p.run.Source(""))}
}

// separationText is what is said of the separation: of which n-grams, how much, p, for what it is corrected; the source.
const separationText = "La separación mayor está en las %s: el partido explica %s de la dispersión de los tweets (p = %s%s). " +
	"El estudio la encontró en las palabras sueltas, a ojo.\n" +
	"Con pocas cuentas por partido un sorteo puede dar casi lo mismo que los partidos verdaderos, " +
	"y p no puede ser pequeña aunque la diferencia exista.\n" +
	"%s"
