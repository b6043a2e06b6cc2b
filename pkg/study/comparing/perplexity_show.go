package comparing

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// columnNames are what readers call the texts.
func (c *Comparison) columnNames() []string {
	var names []string
	for i, side := range run.Sides {
		names = append(names, fmt.Sprintf("Tweets de %s (%s)", c.run.Named(side), chart.Integer(c.Perplexities.Texts[i].Tweets)))
	}
	return names
}

// Table shows the perplexities with what they rest on.
func (c *Comparison) Table() chart.Element {
	table := chart.Table{
		Caption: "Con la ventana del estudio: perplejidad sobre todo el texto de prueba de cada lado",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Texto de prueba"}, {Name: "Tokens medidos"}, {Name: "Perplejidad", Align: chart.AlignRight},
			{Name: "Bits por byte", Align: chart.AlignRight}, {Name: "Perplejidad con la fórmula de 2020", Align: chart.AlignRight}},
		Note: c.run.Source(c.method() + " " + c.Record.String()),
	}
	models, texts := models(c.run), c.columnNames()
	for j, text := range texts {
		for i, model := range models {
			cell := c.Perplexities.Cells[i][j]
			var perplexity any = chart.Number(cell.Perplexity, 2)
			if c.Perplexities.Best[j] == i {
				perplexity = chart.Strong{Value: perplexity}
			}
			table.Rows = append(table.Rows, []any{model, text, cell.Scored, perplexity,
				chart.Number(cell.BitsPerByte, 3), chart.Number(cell.Perplexity2020, 2)})
		}
	}
	return table
}

func (c *Comparison) method() string {
	return run.Sentences(fmt.Sprintf("Ventana de %d tokens, paso de %d; cada token se mide una vez. Receta %s, semilla %d. Sin intervalo: la ventana pasa de un tweet al siguiente, así que lo que sale de un tweet depende de los que tiene delante, y no se pueden sortear uno por uno.",
		c.Perplexities.Window, c.Perplexities.Stride, c.run.Recipe.Name, c.run.Recipe.Seed), c.StandIn.Note())
}

// PublishedPerplexities shows the study's, where the corpus asks for its figures.
func PublishedPerplexities(r *run.Run) chart.Element {
	if !r.Settings.Published {
		return run.NotPublished
	}
	table := chart.Table{
		Caption: "Publicado en 2020: perplejidades del estudio",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Texto"}, {Name: "Ventana / paso"}, {Name: "Perplejidad"}},
		Note:    "Fuente: el estudio de 2020. Cada una con su vocabulario y su ventana: no se comparan entre sí ni con las de aquí.",
	}
	for _, p := range run.PublishedPerplexities {
		table.Rows = append(table.Rows, []any{p.Model, p.Text, p.Window, p.Perplexity})
	}
	return table
}
