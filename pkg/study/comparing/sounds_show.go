package comparing

import (
	"fmt"
	"math"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// Dots shows which share of each model's texts sounds like its side, prompt by
// prompt, with what real tweets give.
func (o *Sounds) Dots() chart.Element {
	r := o.run
	dots := chart.Dots{
		Figure: chart.Figure{
			Title:    "¿Suenan los textos generados como su lado?",
			Subtitle: "Parte que el clasificador, sin mirar nombres, atribuye al lado del modelo que los escribió, con su intervalo de 95 %. Se quitó la frase inicial. Línea punteada: azar.",
			Source:   r.Source(o.method()),
		},
		ValueName: "% atribuido a su propio lado", Decimals: 0, KeepOrder: true,
		Limits: [2]float64{0, 100}, Reference: &chart.Reference{Name: "azar", Value: 50},
	}
	row := func(side run.Side, label string, n int, share float64, within *compare.Interval) {
		if n == 0 { // a share of nothing
			share = math.NaN()
		}
		dot := chart.Dot{Label: label, Value: 100 * share, Low: math.NaN(), High: math.NaN(), Color: run.SideColor(side), Lines: []string{chart.Count(n, "texto", "textos")}}
		if within != nil {
			dot.Low, dot.High = 100*within.Low, 100*within.High
		}
		dots.Items = append(dots.Items, dot)
	}
	for _, side := range run.Sides {
		if !r.Recipe.TwoBlanks {
			real := o.classifier.Nameless
			recognised := real.Recognised[side]
			row(side, "Tweets reales de prueba, "+r.Named(side), real.Given[side][0]+real.Given[side][1], recognised.Value, conclusive(r, recognised))
		}
		all := o.Sides[side].Nameless
		row(side, "Textos generados, "+r.Named(side), all.Decided(), all.Share(), all.Within)
		for _, prompt := range o.Sides[side].Prompts {
			row(side, "«"+strings.TrimSpace(prompt.Prompt)+"»", prompt.Decided(), prompt.Share(), prompt.Within)
		}
	}
	return dots
}

// Table shows the counts behind the chart.
func (o *Sounds) Table() chart.Element {
	r := o.run
	table := chart.Table{
		Caption: "Las cifras del gráfico: textos GENERADOS que el clasificador atribuye al lado de su modelo",
		Columns: []chart.Column{{Name: "Modelo"}, {Name: "Frase inicial", Share: 30}, {Name: "Textos"}, {Name: "Distintos"}, {Name: "Sin decidir"}, {Name: "A su lado"},
			{Name: "Parte", Align: chart.AlignRight}, {Name: "Intervalo de 95 %", Align: chart.AlignRight}},
		Note: r.Source(run.Sentences(o.method(), "El intervalo es el de Wilson, que no se cierra cuando todos los textos caen del mismo lado. Sin decidir: los que no tienen ninguna palabra que el clasificador conozca; la parte es de los demás.", o.Record.String())),
	}
	for _, side := range run.Sides {
		sounds := o.Sides[side]
		row := func(label, prompt string, c SoundCount) {
			table.Rows = append(table.Rows, []any{label, prompt, c.Texts, c.Distinct, c.Undecided, c.Own, c.shareText(), intervalText(c.Within, 0, true)})
		}
		row(r.Label(side), "Todas, mirando también los nombres", sounds.All)
		row("", "Todas, sin mirar los nombres", sounds.Nameless)
		if !r.Recipe.TwoBlanks {
			recognised, given := o.classifier.Nameless.Recognised[side], o.classifier.Nameless.Given[side]
			table.Rows = append(table.Rows, []any{"", "Para comparar: tweets reales de prueba, sin mirar los nombres", given[run.Right] + given[run.Left], nil, nil,
				given[side], chart.Percent(recognised.Value, 0), intervalText(conclusive(r, recognised), 0, true)})
		}
		for _, prompt := range sounds.Prompts {
			row("", prompt.Prompt, prompt)
		}
	}
	return table
}

// shareText is the share as readers see it.
func (c SoundCount) shareText() string {
	if c.Decided() == 0 {
		return "–"
	}
	return chart.Percent(c.Share(), 0)
}

func (o *Sounds) method() string {
	return run.Sentences(fmt.Sprintf("Clasificador entrenado con tweets reales. Receta %s, semilla %d.", o.run.Recipe.Name, o.run.Recipe.Seed), o.StandIn.Note())
}

// sure tells whether a side's texts surely sound like it (1), or like the other (−1).
func (o *Sounds) sure(side run.Side) int { return beyond(o.Sides[side].Nameless.Within, 0.5) }

// toRight is the share of the decided texts of a side's model that the classifier gives to
// the right; 0 if it decides none.
func (o *Sounds) toRight(side run.Side) compare.Measure {
	c := o.Sides[side].Nameless
	own := compare.Measure{Value: c.Share(), Within: c.Within}
	if side == run.Left && c.Decided() > 0 {
		return contrary(own)
	}
	return own
}

// toldApart is by how much more of its own model's texts than of the other model's the
// classifier gives to the right. A classifier that takes whatever models write for one side's
// makes that model's texts sound like their side, and tells nothing apart.
func (o *Sounds) toldApart() compare.Measure {
	return compare.ShareDifference(o.toRight(run.Right), o.toRight(run.Left))
}

// Reading says whether the models' texts surely sound like their side.
func (o *Sounds) Reading() chart.Element {
	r := o.run
	var lines []string
	sure := 0
	for _, side := range run.Sides {
		c := o.Sides[side].Nameless
		verdict := "no se puede decir que suenen más a su lado que al otro"
		switch o.sure(side) {
		case 1:
			verdict = "suenan a su lado más que al otro"
			sure++
		case -1:
			verdict = "suenan más al otro lado"
		}
		of := ""
		if c.Decided() == 0 {
			lines = append(lines, fmt.Sprintf("De %s del modelo de %s ninguno tiene una palabra que el clasificador conozca: quedan sin decidir.", chart.Count(c.Texts, "texto", "textos"), r.Named(side)))
			continue
		}
		if c.Undecided > 0 {
			of = chart.Count(c.Undecided, "no tiene ninguna palabra conocida y queda", "no tienen ninguna palabra conocida y quedan") + " sin decidir; de los demás, "
		}
		lines = append(lines, run.Sentences(fmt.Sprintf("De %s del modelo de %s (%s), %sel clasificador atribuye a su lado %s %s; %s.",
			chart.Count(c.Texts, "texto", "textos"), r.Named(side), chart.Count(c.Distinct, "distinto", "distintos"), of, c.shareText(), intervalText(c.Within, 0, true), verdict), o.besideReal(side)))
	}
	kind, title := chart.Done, "Los textos de los dos modelos suenan a su lado"
	if sure < len(run.Sides) {
		kind, title = chart.Warning, "No es seguro que los textos de los dos modelos suenen a su lado"
	}
	apart := o.toldApart()
	lines = append(lines, fmt.Sprintf("A %s atribuye %s de los textos de su modelo y %s de los del otro (diferencia: %s); %s.", r.Named(run.Right),
		chart.Percent(o.toRight(run.Right).Value, 0), chart.Percent(o.toRight(run.Left).Value, 0), oneLine(signedShare(apart)),
		map[int]string{
			1:  "distingue los de un modelo de los del otro",
			0:  "no se puede decir que distinga los de un modelo de los del otro: si casi todos suenan a un mismo lado, eso no dice nada de su modelo",
			-1: "los toma al revés",
		}[beyond(apart.Within, 0)]))
	return chart.Note{Kind: kind, Title: title, Text: strings.Join(lines, "\n") +
		"\n" + o.independence() + "\n" + r.Source("")}
}

// besideReal holds a side's texts against its real tweets.
func (o *Sounds) besideReal(side run.Side) string {
	r := o.run
	if r.Recipe.TwoBlanks {
		return modelling.NoWholeTweets + " No se comparan con los tweets reales."
	}
	recognised := o.classifier.Nameless.Recognised[side]
	within := conclusive(r, recognised)
	verdict := "los intervalos se cruzan o faltan: no se puede decir que difieran"
	switch apart(o.Sides[side].Nameless.Within, within) {
	case 1:
		verdict = "los generados se reconocen más"
	case -1:
		verdict = "los generados se reconocen menos"
	}
	return fmt.Sprintf("De los tweets reales de prueba reconoce %s %s; %s.", chart.Percent(recognised.Value, 0), intervalText(within, 0, true), verdict)
}

// independence says how far the texts are independent, as the interval takes them.
func (o *Sounds) independence() string {
	const alike = "El intervalo toma los textos por independientes; los de una misma frase inicial se parecen, y así sale algo angosto."
	g := o.run.Recipe.Generation
	if own := g.NumBeams <= 1 || g.DoSample && g.Compat == generate.Transformers35; !own {
		return alike + fmt.Sprintf(" Los de cada frase salieron además de una sola búsqueda con %d haces, y son casi el mismo texto: hay, en verdad, pocos más que frases, y el intervalo es demasiado angosto.", g.NumBeams)
	}
	return alike + " Cada texto salió de un sorteo propio."
}
