package exploring

import (
	"cmp"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Table shows the n-grams; a reader may choose a party and a length, and search.
func (g *Ngrams) Table() chart.Element {
	r := g.run
	if len(g.Ngrams) == 0 {
		return chart.Note{Kind: chart.Warning, Title: fmt.Sprintf("Ningún partido usa palabra alguna %d veces", minCount), Text: r.Source("")}
	}
	const party, length, gram = "Partido", "n", "n-grama"
	table := chart.Table{
		Caption: "Los n-gramas más frecuentes de cada partido",
		Columns: []chart.Column{{Name: party}, {Name: length}, {Name: gram, Share: 40}, {Name: "Apariciones"}, {Name: "Cuentas que lo usan"},
			{Name: "Por 1.000 tweets", Format: chart.Decimals(1)}},
		Filter: []string{party, length},
		Search: gram,
		Note: r.Source(fmt.Sprintf("Los mismos n-gramas con que se entrena word2vec: sin palabras vacías, con %d apariciones o más en el partido; a lo más %d de cada largo por partido (menos si hay muchos partidos). "+
			"Se omiten los que llevan una palabra en blanco, que sale de dos espacios seguidos. %s", minCount, mostNgrams, g.Record)),
	}
	for _, row := range g.Ngrams {
		table.Rows = append(table.Rows, []any{cmp.Or(row.Party, run.NoParty), row.N, row.Ngram, row.Count, row.Accounts, row.Rate()})
	}
	return table
}
