package study

import (
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// rowNames and columnNames are what readers call the models and the texts.
func (c *Comparison) rowNames() []string {
	names := []string{"Modelo base"}
	for _, side := range Sides {
		names = append(names, "Modelo de la "+strings.ToLower(c.study.Label(side)))
	}
	return names
}

func (c *Comparison) columnNames() []string {
	var names []string
	for i, side := range Sides {
		names = append(names, fmt.Sprintf("Tweets de la %s (%s)", strings.ToLower(c.study.Label(side)), chart.Integer(c.Perplexities.Texts[i].Tweets)))
	}
	return names
}

// HeatMap shows the perplexities, the lowest of each column framed.
func (c *Comparison) HeatMap() chart.Element {
	values := make([][]float64, len(c.Perplexities.Cells))
	for i, row := range c.Perplexities.Cells {
		for _, cell := range row {
			values[i] = append(values[i], cell.Perplexity)
		}
	}
	return chart.Heatmap{
		Figure: chart.Figure{
			Title:    "Perplejidad de cada modelo ante los tweets de prueba de cada lado",
			Subtitle: "Por token; menos es mejor.",
			Source:   c.study.source(c.method()),
		},
		XName: "Texto de prueba", YName: "Modelo",
		Columns: c.columnNames(), Rows: c.rowNames(), Values: values,
		Best: chart.Lowest,
	}
}

// Table shows the same figures with what they rest on.
func (c *Comparison) Table() chart.Element {
	table := chart.Table{
		Caption: "Las cifras del gráfico",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Texto de prueba"}, {Name: "Tokens medidos"}, {Name: "Perplejidad", Align: chart.AlignRight},
			{Name: "Bits por byte", Align: chart.AlignRight}, {Name: "Perplejidad con la fórmula de 2020", Align: chart.AlignRight}},
		Note: c.study.source(c.method() + " " + c.made.String()),
	}
	models, texts := c.rowNames(), c.columnNames()
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
	return sentences(fmt.Sprintf("Ventana de %d tokens, paso de %d; cada token se mide una vez. Receta %s, semilla %d.",
		c.Perplexities.Window, c.Perplexities.Stride, c.study.Recipe.Name, c.study.Recipe.Seed), c.instead.note())
}

// Reading says in words what the perplexities show, and no more.
func (c *Comparison) Reading() chart.Element {
	var lines []string
	own := 0
	for j, side := range Sides {
		other := Sides[1-j]
		mine, theirs := c.Perplexities.Cells[1+int(side)][j].Perplexity, c.Perplexities.Cells[1+int(other)][j].Perplexity
		label, otherLabel := strings.ToLower(c.study.Label(side)), strings.ToLower(c.study.Label(other))
		verb := "peor"
		if mine < theirs {
			verb = "mejor"
			own++
		}
		lines = append(lines, fmt.Sprintf("Los tweets de prueba de la %s: su propio modelo los predice %s (perplejidad %s) que el modelo de la %s (%s).",
			label, verb, chart.Number(mine, 2), otherLabel, chart.Number(theirs, 2)))
	}
	title := "Cada modelo predice mejor a su propio lado"
	kind := chart.Done
	if own < len(Sides) {
		title, kind = "No todos los modelos predicen mejor a su propio lado", chart.Warning
	}
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" + c.study.source(c.instead.note())}
}

// PublishedPerplexities shows the study's.
func PublishedPerplexities() chart.Element {
	table := chart.Table{
		Caption: "Publicado en 2020: perplejidades del estudio",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Texto"}, {Name: "Ventana / paso"}, {Name: "Perplejidad"}},
		Note:    "Fuente: el estudio de 2020. Cada una con su vocabulario y su ventana: no se comparan entre sí ni con las de aquí.",
	}
	for _, p := range publishedPerplexities {
		table.Rows = append(table.Rows, []any{p.Model, p.Text, p.Window, p.Perplexity})
	}
	return table
}
