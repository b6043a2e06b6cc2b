package study

import (
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// models are what readers call them, in the order of the scores.
func (s *Study) models() []string {
	names := []string{"Modelo base"}
	for _, side := range Sides {
		names = append(names, "Modelo de "+s.named(side))
	}
	return names
}

// HeatMap shows the perplexities, the lowest of each column framed.
func (p *Prediction) HeatMap() chart.Element {
	s := p.study
	rows := s.models()
	values := make([][]float64, len(rows))
	var columns []string
	for _, side := range Sides {
		columns = append(columns, fmt.Sprintf("Tweets de %s (%s)", s.named(side), chart.Integer(p.Sides[side].Texts)))
		for i, model := range p.Sides[side].Models {
			values[i] = append(values[i], model.Perplexity.Value)
		}
	}
	return chart.Heatmap{
		Figure: chart.Figure{
			Title:    "Perplejidad de cada modelo ante los tweets de prueba de cada lado",
			Subtitle: "Por token, cada tweet por sí solo; menos es mejor.",
			Source:   s.source(p.scores.method()),
		},
		XName: "Tweets de prueba", YName: "Modelo",
		Columns: columns, Rows: rows, Values: values,
		Best: chart.Lowest,
	}
}

// byAccount tells whether there are intervals over accounts.
func (p *Prediction) byAccount() bool {
	for _, side := range p.Sides {
		if side.Models[scoredBase].BitsPerByte.Accounts == nil {
			return false
		}
	}
	return true
}

// Table shows the same figures with their intervals.
func (p *Prediction) Table() chart.Element {
	s, accounts := p.study, p.byAccount()
	table := chart.Table{
		Caption: "Las cifras del gráfico, con sus intervalos",
		Columns: append([]chart.Column{{Name: "Tweets de prueba de"}, {Name: "Tweets"}, {Name: "Cuentas"}, {Name: "Modelo"},
			{Name: "Perplejidad", Align: chart.AlignRight}, {Name: "Bits por byte", Align: chart.AlignRight}}, intervalColumns(accounts)...),
		Note: s.source(sentences(p.scores.method(), "Los intervalos son de los bits por byte; debajo de la perplejidad, el suyo sobre tweets.", intervalNote(accounts), p.made.String())),
	}
	for _, side := range Sides {
		best := 0
		for i, model := range p.Sides[side].Models {
			if model.BitsPerByte.Value < p.Sides[side].Models[best].BitsPerByte.Value {
				best = i
			}
		}
		for i, model := range p.Sides[side].Models {
			row := []any{nil, nil, nil, s.models()[i]}
			if i == 0 {
				row = []any{s.Label(side), p.Sides[side].Texts, p.Sides[side].Accounts, s.models()[i]}
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
	s, accounts := p.study, p.byAccount()
	table := chart.Table{
		Caption: "¿Es segura la diferencia? El modelo propio de cada lado contra los otros dos, en los mismos tweets",
		Columns: append([]chart.Column{{Name: "Tweets de prueba de"}, {Name: "Se compara"}, {Name: "Diferencia en bits por byte", Align: chart.AlignRight}},
			append(intervalColumns(accounts), chart.Column{Name: "Conclusión"})...),
		Note: s.source(sentences("Por debajo de 0, el primero predice mejor. Los dos modelos se miden en los mismos tweets y se sortean juntos: lo que hace difícil un tweet para todos se anula, y el intervalo es mucho más angosto que los de la tabla anterior. "+s.decides(), p.scores.method())),
	}
	for _, side := range Sides {
		for i, d := range p.Sides[side].Differences {
			label := ""
			if i == 0 {
				label = s.Label(side)
			}
			conclusion := map[int]string{-1: "el primero predice mejor", 0: "no se puede decir", 1: "el segundo predice mejor"}[beyond(s.judged(d.BitsPerByte), 0)]
			row := []any{label, s.models()[d.First] + " menos " + strings.Replace(s.models()[d.Second], "Modelo", "modelo", 1), chart.Number(d.BitsPerByte.Value, 4)}
			row = append(row, intervalCells(d.BitsPerByte, accounts, 4, false)...)
			table.Rows = append(table.Rows, append(row, conclusion))
		}
	}
	return table
}

// Reading says in words whether each model surely predicts its own side better than
// the other's does.
func (p *Prediction) Reading() chart.Element {
	s := p.study
	var lines []string
	sure := 0
	for _, side := range Sides {
		d := p.Sides[side].Differences[0].BitsPerByte
		within := s.judged(d)
		verdict := "el intervalo incluye el 0: no se puede decir cuál predice mejor"
		switch beyond(within, 0) {
		case -1:
			verdict = "su propio modelo los predice mejor, por más que el azar de qué tweets tocaron"
			sure++
		case 1:
			verdict = "los predice mejor el modelo del otro lado"
		}
		lines = append(lines, fmt.Sprintf("%s tweets de prueba de %s: con su propio modelo, %s bits por byte respecto del modelo de %s (intervalo sobre %s: %s); %s.",
			chart.Integer(p.Sides[side].Texts), s.named(side), signed(d.Value, 4), s.named(1-side), s.over(d), intervalText(within, 4, false), verdict))
	}
	kind, title := chart.Done, "Cada modelo predice mejor a su propio lado, por más que el azar de los tweets"
	if sure < len(Sides) {
		kind, title = chart.Warning, "No es seguro que cada modelo prediga mejor a su propio lado"
	}
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") + "\n" +
		s.source(sentences("Los dos modelos se entrenaron una vez: el intervalo no cuenta el azar de entrenar otra vez con otra semilla.", p.scores.instead.note()))}
}
