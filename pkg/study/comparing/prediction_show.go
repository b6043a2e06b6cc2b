package comparing

import (
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// models are what readers call them, in the order of the scores.
func models(r *run.Run) []string {
	names := []string{"Modelo base"}
	for _, side := range run.Sides {
		names = append(names, "Modelo de "+r.Named(side))
	}
	return names
}

// HeatMap shows the perplexities, the lowest of each column framed.
func (p *Prediction) HeatMap() chart.Element {
	r := p.run
	rows := models(r)
	values := make([][]float64, len(rows))
	var columns []string
	for _, side := range run.Sides {
		columns = append(columns, fmt.Sprintf("Tweets de %s (%s)", r.Named(side), chart.Integer(p.Sides[side].Texts)))
		for i, model := range p.Sides[side].Models {
			values[i] = append(values[i], model.Perplexity.Value)
		}
	}
	return chart.Heatmap{
		Figure: chart.Figure{
			Title:    "Perplejidad de cada modelo ante los tweets de prueba de cada lado",
			Subtitle: "Por token, cada tweet por sí solo; menos es mejor.",
			Source:   r.Source(p.scores.Method()),
		},
		XName: "Tweets de prueba", YName: "Modelo",
		Columns: columns, Rows: rows, Values: values,
		Best: chart.Lowest,
	}
}

// byAccount tells whether there are intervals over accounts.
func (p *Prediction) byAccount() bool {
	for _, side := range p.Sides {
		if side.Models[ScoredBase].BitsPerByte.Accounts == nil {
			return false
		}
	}
	return true
}

// Table shows the same figures with their intervals.
func (p *Prediction) Table() chart.Element {
	r, accounts := p.run, p.byAccount()
	table := chart.Table{
		Caption: "Las cifras del gráfico, con sus intervalos",
		Columns: append([]chart.Column{{Name: "Tweets de prueba de"}, {Name: "Tweets"}, {Name: "Cuentas"}, {Name: "Modelo"},
			{Name: "Perplejidad", Align: chart.AlignRight}, {Name: "Bits por byte", Align: chart.AlignRight}}, intervalColumns(accounts)...),
		Note: r.Source(run.Sentences(p.scores.Method(), "Los intervalos son de los bits por byte; debajo de la perplejidad, el suyo sobre tweets.", intervalNote(accounts), p.Record.String())),
	}
	for _, side := range run.Sides {
		best := 0
		for i, model := range p.Sides[side].Models {
			if model.BitsPerByte.Value < p.Sides[side].Models[best].BitsPerByte.Value {
				best = i
			}
		}
		for i, model := range p.Sides[side].Models {
			row := []any{nil, nil, nil, models(r)[i]}
			if i == 0 {
				row = []any{r.Label(side), p.Sides[side].Texts, p.Sides[side].Accounts, models(r)[i]}
			}
			var bits any = chart.Number(model.BitsPerByte.Value, 3)
			if i == best {
				bits = chart.Strong{Value: bits}
			}
			row = append(row, chart.Number(model.Perplexity.Value, 2)+"\n"+intervalText(model.Perplexity.Within, 2, false), bits)
			table.Rows = append(table.Rows, append(row, intervalCells(model.BitsPerByte, accounts, 3, false)...))
		}
	}
	return table
}

// Differences shows by how much a side's own model beats the others on the same
// tweets.
func (p *Prediction) Differences() chart.Element {
	r, accounts := p.run, p.byAccount()
	table := chart.Table{
		Caption: "¿Es segura la diferencia? El modelo propio de cada lado contra los otros dos, en los mismos tweets",
		Columns: append([]chart.Column{{Name: "Tweets de prueba de"}, {Name: "Se compara"}, {Name: "Diferencia en bits por byte", Align: chart.AlignRight}},
			append(intervalColumns(accounts), chart.Column{Name: "Conclusión"})...),
		Note: r.Source(run.Sentences("Por debajo de 0, el primero predice mejor. Los dos modelos se miden en los mismos tweets y se sortean juntos: lo que hace difícil un tweet para todos se anula, y el intervalo es mucho más angosto que los de la tabla anterior. "+decidesOfSides(r), p.scores.Method())),
	}
	for _, side := range run.Sides {
		for i, d := range p.Sides[side].Differences {
			label := ""
			if i == 0 {
				label = r.Label(side)
			}
			conclusion := map[int]string{-1: "el primero predice mejor", 0: "no se puede decir", 1: "el segundo predice mejor"}[beyond(conclusive(r, d.BitsPerByte), 0)]
			row := []any{label, models(r)[d.First] + " menos " + strings.Replace(models(r)[d.Second], "Modelo", "modelo", 1), chart.Number(d.BitsPerByte.Value, 4)}
			row = append(row, intervalCells(d.BitsPerByte, accounts, 4, false)...)
			table.Rows = append(table.Rows, append(row, conclusion))
		}
	}
	return table
}

// Reading says in words whether each model surely predicts its own side better than
// the other's does.
func (p *Prediction) Reading() chart.Element {
	r := p.run
	var lines []string
	sure := 0
	for _, side := range run.Sides {
		d := p.Sides[side].Differences[0].BitsPerByte
		verdict := "el intervalo incluye el 0: no se puede decir cuál predice mejor"
		if conclusive(r, d) == nil {
			verdict = "no se puede decir cuál predice mejor"
		}
		switch beyond(conclusive(r, d), 0) {
		case -1:
			verdict = "su propio modelo los predice mejor, por más que el azar de qué tweets tocaron"
			sure++
		case 1:
			verdict = "los predice mejor el modelo del otro lado"
		}
		lines = append(lines, fmt.Sprintf("%s de %s: con su propio modelo, %s bits por byte respecto del modelo de %s (%s); %s.",
			chart.Count(p.Sides[side].Texts, "tweet de prueba", "tweets de prueba"), r.Named(side), signed(d.Value, 4), r.Named(1-side), decisive(r, d, 4, false), verdict))
	}
	kind, title := chart.Done, "Cada modelo predice mejor a su propio lado, por más que el azar de los tweets"
	if sure < len(run.Sides) {
		kind, title = chart.Warning, "No es seguro que cada modelo prediga mejor a su propio lado"
	}
	if note := p.betterNote(); note != "" {
		lines = append(lines, note)
	}
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" +
		r.Source(run.Sentences("Los dos modelos se entrenaron una vez: el intervalo no cuenta el azar de entrenar otra vez con otra semilla.", r.SameAuthors(), p.scores.StandIn.Note()))}
}

// betterNote says what it means that one model surely predicts the tweets of both sides
// better; it is empty if none does.
func (p *Prediction) betterNote() string {
	r := p.run
	for _, side := range run.Sides {
		own, other := p.Sides[side].Differences[0].BitsPerByte, p.Sides[1-side].Differences[0].BitsPerByte
		if beyond(conclusive(r, own), 0) == -1 && beyond(conclusive(r, other), 0) == 1 {
			return fmt.Sprintf("El modelo de %s predice mejor los tweets de ambos lados. Puede deberse a que aprendió mejor, por ejemplo de más texto, y no a que unos tweets se parezcan a los otros: si los modelos reconocen los lados lo dice el área bajo la curva ROC, que compara tweets entre sí.", r.Named(side))
		}
	}
	return ""
}
