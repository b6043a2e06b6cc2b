package study

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// Curve shows the ROC curve of the two models as a classifier.
func (p *Preference) Curve() chart.Element {
	s, r := p.study, p.ROC
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
				chart.Number(r.AUC, 3), intervalText(r.AUCWithin, 3, false)),
			Subtitle: "Curva ROC: al bajar la exigencia con que un tweet se atribuye a la " + s.lower(Right) + ". 0,5 de área es adivinar; 1, no equivocarse nunca.",
			Source:   s.source(p.method()),
			Height:   560,
		},
		XName:   "% de los tweets de la " + s.lower(Left) + " atribuidos a la " + s.lower(Right),
		YName:   "% de los tweets de la " + s.lower(Right) + " bien atribuidos",
		YLimits: [2]float64{0, 100},
		Lines: []chart.Line{
			{Name: "Los dos modelos", X: share(r.FalsePositives), Y: share(r.TruePositives), Color: sideColor(Right), Decimals: 1},
			{Name: "Al azar", X: []float64{0, 100}, Y: []float64{0, 100}, Color: chart.BaseColor, Dashed: true, Decimals: 1},
		},
	}
}

// Table shows how many tweets of each side its own model prefers.
func (p *Preference) Table() chart.Element {
	s, r := p.study, p.ROC
	table := chart.Table{
		Caption: "Los dos modelos como clasificador",
		Columns: []chart.Column{{Name: ""}, {Name: "Tweets de prueba"}, {Name: "Los prefiere su modelo"}, {Name: "Parte", Align: chart.AlignRight}, {Name: "Intervalo de 95 %", Align: chart.AlignRight}},
		Note:    s.source(p.method() + " " + p.made.String()),
	}
	total := 0
	for _, side := range Sides {
		hits, all := p.hits(side)
		total += hits
		table.Rows = append(table.Rows, []any{s.Label(side), all, hits, chart.Percent(p.Own[side].Value, 1), intervalText(p.Own[side].Within, 1, true)})
	}
	table.Rows = append(table.Rows,
		[]any{"Los dos (exactitud)", len(p.Tweets), total, chart.Strong{Value: chart.Percent(r.Accuracy, 1)}, intervalText(r.AccuracyWithin, 1, true)})
	return table
}

// Typical shows the n tweets of each side that its own model prefers most, and the
// n that the other side's model prefers most.
func (p *Preference) Typical(n int) chart.Element {
	s := p.study
	table := chart.Table{
		Caption: "Tweets de prueba más típicos y más sorprendentes de cada lado (reales, no generados)",
		Columns: []chart.Column{{Name: "Lado"}, {Name: ""}, {Name: "Tweet", Share: 60}, {Name: "Cuenta"}, {Name: "Ventaja de su modelo", Align: chart.AlignRight}},
		Note:    s.source("Ventaja: logaritmo natural de cuántas veces más probable es el tweet para el modelo de su lado que para el del otro; los tweets largos llegan más lejos. " + p.method()),
	}
	if s.Settings.Synthetic {
		table.Caption = "Tweets de prueba más típicos y más sorprendentes de cada lado (sintéticos, del corpus; no generados por los modelos)"
	}
	for _, side := range Sides {
		var own []PreferredTweet
		for _, t := range p.Tweets {
			if t.Side == side {
				own = append(own, t)
			}
		}
		slices.SortStableFunc(own, func(a, b PreferredTweet) int { return cmp.Compare(b.own(), a.own()) })
		for _, end := range []struct {
			name string
			wins bool
		}{{"Más típicos", true}, {"Los prefiere el otro modelo", false}} {
			for i := range min(n, len(own)) {
				t := own[i]
				if !end.wins {
					t = own[len(own)-1-i]
				}
				if t.own() > 0 != end.wins {
					break
				}
				side, name := "", ""
				if i == 0 {
					side, name = s.Label(t.Side), end.name
				}
				table.Rows = append(table.Rows, []any{side, name, t.Text, "@" + strings.TrimPrefix(t.ScreenName, "@"), chart.Number(t.own(), 1)})
			}
		}
	}
	return table
}

func (p *Preference) method() string {
	return fmt.Sprintf("%s tweets de prueba de la %s y %s de la %s; cada uno se mide solo, después de los dos blancos que separan los tweets. Receta %s, semilla %d.",
		chart.Integer(p.ROC.Positives), p.study.lower(Right), chart.Integer(p.ROC.Negatives), p.study.lower(Left), p.study.Recipe.Name, p.study.Recipe.Seed)
}

// Reading says how well the models tell the sides apart, and no more.
func (p *Preference) Reading() chart.Element {
	r := p.ROC
	kind, title := chart.Done, "Los dos modelos reconocen el lado de un tweet mejor que el azar"
	if r.AUCWithin == nil || r.AUCWithin.Low <= 0.5 {
		kind, title = chart.Warning, "No se puede decir que los modelos reconozcan el lado de un tweet"
	}
	return chart.Note{Kind: kind, Title: title, Text: fmt.Sprintf(
		"Si se toman al azar un tweet de prueba de cada lado, en %s de los casos el de la %s es el que sale más a la %s según los modelos (intervalo de 95 %%: %s).\nEl intervalo cuenta el azar de qué tweets tocó probar, no el de entrenar otra vez, y supone que los tweets no dependen unos de otros. Las mismas cuentas escriben los tweets de entrenamiento y los de prueba: los modelos pueden estar reconociendo personas.\n%s",
		chart.Percent(r.AUC, 1), p.study.lower(Right), p.study.lower(Right), intervalText(r.AUCWithin, 1, true), p.study.source(""))}
}
