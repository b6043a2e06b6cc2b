package study

import "github.com/hemiciclo/hemiciclo/pkg/chart"

// Table shows who is on each side and with how many tweets, beside the study's
// sides.
func (c *ChosenSides) Table() chart.Element {
	s := c.study
	table := chart.Table{
		Caption: "Los lados",
		Columns: []chart.Column{{Name: "Lado"}, {Name: "Se eligió por", Share: 30}, {Name: "Cuentas"}, {Name: "Tweets"},
			{Name: "Publicado (estudio de 2020)"}, {Name: "Tweets publicados"}},
		Note: s.source("Lo publicado es de otro corpus, el del estudio."),
	}
	for _, side := range Sides {
		settings := s.sideSettings(side)
		rows := c.Tweets[side]
		table.Rows = append(table.Rows, []any{settings.Label, settings.String(), len(accounts(rows)), len(rows),
			publishedSides[side].Parties, publishedSides[side].Tweets})
	}
	table.Rows = append(table.Rows, []any{"Ninguno", "Las demás cuentas", len(accounts(c.rest)), len(c.rest), nil, nil})
	return table
}
