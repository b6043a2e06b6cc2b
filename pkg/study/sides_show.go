package study

import "github.com/hemiciclo/hemiciclo/pkg/chart"

// Table shows who is on each side and with how many tweets, beside the study's
// sides.
func (c *ChosenSides) Table() chart.Element {
	s := c.study
	table := chart.Table{
		Caption: "Los lados",
		Columns: []chart.Column{{Name: "Lado"}, {Name: "Se eligió por", Share: 30}, {Name: "Cuentas"}, {Name: "Tweets"}},
		Note:    s.source(s.publishedNote()),
	}
	if s.Settings.Published {
		table.Columns = append(table.Columns, chart.Column{Name: "Publicado (estudio de 2020)"}, chart.Column{Name: "Tweets publicados"})
	}
	for _, side := range Sides {
		settings := s.sideSettings(side)
		rows := c.Tweets[side]
		row := []any{settings.Label, settings.String(), len(accounts(rows)), len(rows)}
		if s.Settings.Published {
			row = append(row, publishedSides[side].Parties, publishedSides[side].Tweets)
		}
		table.Rows = append(table.Rows, row)
	}
	table.Rows = append(table.Rows, []any{"Ninguno", "Las demás cuentas", len(accounts(c.rest)), len(c.rest)})
	return table
}
