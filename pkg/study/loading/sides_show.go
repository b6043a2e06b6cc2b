package loading

import (
	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Table shows who is on each side and with how many tweets, beside the study's
// sides.
func (c *ChosenSides) Table() chart.Element {
	r := c.Run
	table := chart.Table{
		Caption: "Los lados",
		Columns: []chart.Column{{Name: "Lado"}, {Name: "Se eligió por", Share: 30}, {Name: "Cuentas"}, {Name: "Tweets"}},
		Note:    r.Source(r.PublishedNote()),
	}
	if r.Settings.Published {
		table.Columns = append(table.Columns, chart.Column{Name: "Publicado (estudio de 2020)"}, chart.Column{Name: "Tweets publicados"})
	}
	for _, side := range run.Sides {
		settings := r.SideSettings(side)
		rows := c.Tweets[side]
		row := []any{settings.Label, settings.String(), len(run.AccountNames(rows)), len(rows)}
		if r.Settings.Published {
			row = append(row, run.PublishedSides[side].Parties, run.PublishedSides[side].Tweets)
		}
		table.Rows = append(table.Rows, row)
	}
	table.Rows = append(table.Rows, []any{"Ninguno", "Las demás cuentas", len(run.AccountNames(c.Rest)), len(c.Rest)})
	return table
}
