package study

import (
	"fmt"
	"math"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

// Dots shows which share of each model's texts sounds like its side, prompt by
// prompt, with what real tweets give.
func (o *Sounds) Dots() chart.Element {
	s := o.study
	dots := chart.Dots{
		Figure: chart.Figure{
			Title:    "¿Suenan los textos generados como su lado?",
			Subtitle: "Parte que el clasificador, sin mirar nombres, atribuye al lado del modelo que los escribió, con su intervalo de 95 %. Se quitó la frase inicial. Línea punteada: azar.",
			Source:   s.source(o.method()),
		},
		ValueName: "% atribuido a su propio lado", Decimals: 0, KeepOrder: true,
		Limits: [2]float64{0, 100}, Reference: &chart.Reference{Name: "azar", Value: 50},
	}
	row := func(side Side, label string, n int, share float64, within *compare.Interval) {
		dot := chart.Dot{Label: label, Value: 100 * share, Low: math.NaN(), High: math.NaN(), Color: sideColor(side), Lines: []string{chart.Integer(n) + " textos"}}
		if within != nil {
			dot.Low, dot.High = 100*within.Low, 100*within.High
		}
		dots.Items = append(dots.Items, dot)
	}
	for _, side := range Sides {
		real := o.classifier.Nameless
		recognised := real.Recognised[side]
		row(side, "Tweets reales de prueba, "+s.named(side), real.Given[side][0]+real.Given[side][1], recognised.Value, s.judged(recognised))
		tweets := o.Sides[side].Tweets
		row(side, "Tweets generados, "+s.named(side), o.Sides[side].TweetCount, tweets.Value, tweets.Within)
		all := o.Sides[side].Nameless
		row(side, "Textos generados enteros, "+s.named(side), all.Texts, all.Share(), all.Within)
		for _, prompt := range o.Sides[side].Prompts {
			row(side, "«"+strings.TrimSpace(prompt.Prompt)+"»", prompt.Texts, prompt.Share(), prompt.Within)
		}
	}
	return dots
}

// Table shows the counts behind the chart.
func (o *Sounds) Table() chart.Element {
	s := o.study
	table := chart.Table{
		Caption: "Las cifras del gráfico: textos GENERADOS que el clasificador atribuye al lado de su modelo",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Frase inicial", Share: 30}, {Name: "Textos"}, {Name: "Distintos"}, {Name: "A su lado"},
			{Name: "Parte", Align: chart.AlignRight}, {Name: "Intervalo de 95 %", Align: chart.AlignRight}, {Name: "Sin palabras conocidas"}},
		Note: s.source(sentences(o.method(), "El intervalo es el de Wilson, que no se cierra cuando todos los textos caen del mismo lado; el de los tweets por separado sortea otra vez textos, con todos sus tweets. Un texto sin palabras conocidas se atribuye a ciegas.", o.made.String())),
	}
	for _, side := range Sides {
		sounds := o.Sides[side]
		row := func(label, prompt string, c SoundCount) {
			table.Rows = append(table.Rows, []any{label, prompt, c.Texts, c.Distinct, c.Own, chart.Percent(c.Share(), 0), intervalText(c.Within, 0, true), c.Unknown})
		}
		row(s.Label(side), "Todas, mirando también los nombres", sounds.All)
		row("", "Todas, sin mirar los nombres", sounds.Nameless)
		table.Rows = append(table.Rows, []any{"", "Lo mismo, cada tweet de los textos por separado", sounds.TweetCount, nil,
			int(math.Round(sounds.Tweets.Value * float64(sounds.TweetCount))), chart.Percent(sounds.Tweets.Value, 0), intervalText(sounds.Tweets.Within, 0, true)})
		recognised, given := o.classifier.Nameless.Recognised[side], o.classifier.Nameless.Given[side]
		table.Rows = append(table.Rows, []any{"", "Para comparar: tweets reales de prueba, sin mirar los nombres", given[Right] + given[Left], nil,
			given[side], chart.Percent(recognised.Value, 0), intervalText(s.judged(recognised), 0, true)})
		for _, prompt := range sounds.Prompts {
			row("", prompt.Prompt, prompt)
		}
	}
	return table
}

func (o *Sounds) method() string {
	return sentences(fmt.Sprintf("Clasificador entrenado con tweets reales. Receta %s, semilla %d.", o.study.Recipe.Name, o.study.Recipe.Seed), o.instead.note())
}

// Reading says whether the models' texts surely sound like their side.
func (o *Sounds) Reading() chart.Element {
	s := o.study
	var lines []string
	sure := 0
	for _, side := range Sides {
		c := o.Sides[side].Nameless
		verdict := "no se puede decir que suenen más a su lado que al otro"
		switch beyond(c.Within, 0.5) {
		case 1:
			verdict = "suenan a su lado más que al otro"
			sure++
		case -1:
			verdict = "suenan más al otro lado"
		}
		lines = append(lines, fmt.Sprintf("De %s textos del modelo de %s (%s distintos), el clasificador atribuye a su lado %s %s; %s. Un texto reúne varios tweets y le da más en que fijarse: tweet por tweet reconoce %s de los generados y %s de los reales de prueba.",
			chart.Integer(c.Texts), s.named(side), chart.Integer(c.Distinct), chart.Percent(c.Share(), 0), intervalText(c.Within, 0, true), verdict,
			chart.Percent(o.Sides[side].Tweets.Value, 0), chart.Percent(o.classifier.Nameless.Recognised[side].Value, 0)))
	}
	kind, title := chart.Done, "Los textos de los dos modelos suenan a su lado"
	if sure < len(Sides) {
		kind, title = chart.Warning, "No es seguro que los textos de los dos modelos suenen a su lado"
	}
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") +
		"\n" + o.independence() + "\n" + s.source("")}
}

// independence says how far the texts are independent, as the interval takes them.
func (o *Sounds) independence() string {
	const alike = "El intervalo toma los textos por independientes; los de una misma frase inicial se parecen, y así sale algo angosto."
	g := o.study.Recipe.Generation
	if own := g.NumBeams <= 1 || g.DoSample && g.Compat == generate.Transformers35; !own {
		return alike + fmt.Sprintf(" Los de cada frase salieron además de una sola búsqueda con %d haces, y son casi el mismo texto: hay, en verdad, pocos más que frases, y el intervalo es demasiado angosto.", g.NumBeams)
	}
	return alike + " Cada texto salió de un sorteo propio."
}
