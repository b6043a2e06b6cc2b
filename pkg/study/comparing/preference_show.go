package comparing

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Curve shows the ROC curve of the two models as a classifier.
func (p *Preference) Curve() chart.Element {
	r, roc := p.run, p.ROC
	share := func(values []float64) []float64 {
		out := make([]float64, len(values))
		for i, v := range values {
			out[i] = 100 * v
		}
		return out
	}
	return chart.Lines{
		Figure: chart.Figure{
			Title: fmt.Sprintf("¿Se reconoce el lado de un tweet por el modelo que lo prefiere? Área: %s %s",
				chart.Number(roc.AUC.Value, 3), intervalText(conclusive(r, roc.AUC), 3, false)),
			Subtitle: "Curva ROC: al bajar la exigencia con que un tweet se atribuye a " + r.Named(run.Right) + ". 0,5 de área es adivinar; 1, no equivocarse nunca.",
			Source:   r.Source(p.method()),
			Height:   560,
		},
		XName:   "% de los tweets de " + r.Named(run.Left) + " atribuidos a " + r.Named(run.Right),
		YName:   "% de los tweets de " + r.Named(run.Right) + " bien atribuidos",
		YLimits: [2]float64{0, 100},
		Lines: []chart.Line{
			{Name: "Los dos modelos", X: share(roc.FalsePositives), Y: share(roc.TruePositives), Color: run.SideColor(run.Right), Decimals: 1},
			{Name: "Al azar", X: []float64{0, 100}, Y: []float64{0, 100}, Color: chart.BaseColor, Dashed: true, Decimals: 1},
		},
	}
}

// Table shows how many tweets of each side its own model prefers.
func (p *Preference) Table() chart.Element {
	r, roc := p.run, p.ROC
	accounts := roc.AUC.Accounts != nil
	table := chart.Table{
		Caption: "Los dos modelos como clasificador",
		Columns: append([]chart.Column{{Name: ""}, {Name: "Tweets de prueba"}, {Name: "Los prefiere su modelo"}, {Name: "Parte", Align: chart.AlignRight}}, intervalColumns(accounts)...),
		Note: r.Source(run.Sentences(fmt.Sprintf("Atribuir siempre al lado con más tweets acertaría %s.", chart.Percent(majority(roc), 1)),
			p.method(), intervalNote(accounts), p.Record.String())),
	}
	row := func(name string, all, hits any, value any, m compare.Measure, share bool) {
		decimals := 3
		if share {
			decimals = 1
		}
		table.Rows = append(table.Rows, append([]any{name, all, hits, value}, intervalCells(m, accounts, decimals, share)...))
	}
	total := 0
	for _, side := range run.Sides {
		hits, all := p.hits(side)
		total += hits
		row(r.Label(side), all, hits, chart.Percent(p.Own[side].Value, 1), p.Own[side], true)
	}
	row("Los dos (exactitud)", roc.Positives+roc.Negatives, total, chart.Strong{Value: chart.Percent(roc.Accuracy.Value, 1)}, roc.Accuracy, true)
	row("Área bajo la curva ROC", roc.Positives+roc.Negatives, nil, chart.Number(roc.AUC.Value, 3), roc.AUC, false)
	return table
}

// Typical shows the n tweets of each side that its own model prefers most, and the
// n that the other side's model prefers most.
func (p *Preference) Typical(n int) chart.Element {
	r := p.run
	table := chart.Table{
		Caption: "Tweets de prueba más típicos y más sorprendentes de cada lado (reales, no generados)",
		Columns: []chart.Column{{Name: "Lado"}, {Name: ""}, {Name: "Tweet", Share: 60}, {Name: "Cuenta"}, {Name: "Ventaja de su modelo", Align: chart.AlignRight}},
		Note:    r.Source("Ventaja: logaritmo natural de cuántas veces más probable es el tweet para el modelo de su lado que para el del otro; los tweets largos llegan más lejos. " + p.method()),
	}
	if r.Settings.Synthetic {
		table.Caption = "Tweets de prueba más típicos y más sorprendentes de cada lado (sintéticos, del corpus; no generados por los modelos)"
	}
	for _, side := range run.Sides {
		own := p.Tweets[side]
		for _, end := range clearest(own, side, n) {
			for i, at := range end.tweets {
				t := own[at]
				label, name := "", ""
				if i == 0 {
					label, name = r.Label(side), end.name
				}
				table.Rows = append(table.Rows, []any{label, name, t.Text, handle(t.ScreenName), chart.Number(t.own(side), 1)})
			}
		}
	}
	return table
}

// clearTweets are tweets of a side by their places, the clearest first.
type clearTweets struct {
	name   string
	tweets []int
}

// clearest are the n tweets of a side that its own model prefers most, and the n that the other
// side's model prefers most.
func clearest(list []ScoredTweet, side run.Side, n int) []clearTweets {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[b].own(side), list[a].own(side)) })
	ends := []clearTweets{{name: "Más típicos"}, {name: "Los prefiere el otro modelo"}}
	for _, at := range order[:min(n, len(order))] {
		if list[at].own(side) > 0 {
			ends[0].tweets = append(ends[0].tweets, at)
		}
	}
	slices.Reverse(order)
	for _, at := range order[:min(n, len(order))] {
		if list[at].own(side) < 0 {
			ends[1].tweets = append(ends[1].tweets, at)
		}
	}
	return ends
}

func (p *Preference) method() string { return p.Scores.Method() }

// Reading says how well the models tell the sides apart, and no more.
func (p *Preference) Reading() chart.Element {
	r, roc := p.run, p.ROC
	kind, title := chart.Done, "Los dos modelos reconocen el lado de un tweet mejor que el azar"
	if beyond(conclusive(r, roc.AUC), 0.5) != 1 {
		kind, title = chart.Warning, "No se puede decir que los modelos reconozcan el lado de un tweet"
	}
	return chart.Note{Kind: kind, Title: title, Text: fmt.Sprintf(
		"Si se toma al azar un tweet de prueba de cada lado, en %s de los casos el de %s es el que sale más a %s según los modelos (%s).\nEl intervalo no cuenta el azar de entrenar otra vez. %s\n%s",
		chart.Percent(roc.AUC.Value, 1), r.Named(run.Right), r.Named(run.Right), decisive(r, roc.AUC, 1, true), r.SameAuthors(), r.Source(""))}
}
