package comparing

import (
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// differColor marks what differs; it is no side's colour.
const differColor = "#009E73"

// Report shows how differently the sides use the words that both use often: the words in a
// chart, those that differ most in a table, and what can be said of it.
func (v *SideVectors) Report() []chart.Element {
	if len(v.Words) == 0 {
		return []chart.Element{v.tooFew()}
	}
	if len(v.shown()) == 0 {
		return []chart.Element{v.scatter(), v.reading()}
	}
	return []chart.Element{v.scatter(), v.table(), v.reading()}
}

// tooFew says why there is nothing to show.
func (v *SideVectors) tooFew() chart.Element {
	r, w := v.run, v.run.Recipe.SideWords
	return chart.Note{Kind: chart.Warning, Title: "Muy pocas palabras en común para comparar vectores", Text: fmt.Sprintf(
		"Se comparan las palabras que aparecen %d veces o más en cada lado, y hacen falta más de %d. Con menos texto, word2vec no aprende nada firme: se necesitan más tweets.\n%s",
		w.Frequent, w.Nearest, r.Source(""))}
}

// scatter holds each word's likeness between the sides against that between piles dealt
// at random.
func (v *SideVectors) scatter() chart.Element {
	r := v.run
	c := chart.Scatter{
		Figure: chart.Figure{
			Title: fmt.Sprintf("¿Usan %s y %s de modo distinto las mismas palabras?", r.Named(run.Right), r.Named(run.Left)),
			Subtitle: "Parecido (coseno) de los vectores de cada palabra, alineados: entre los dos lados, y entre dos montones de " + dealtWhat(v.ByAccount) + ". " +
				"En verde, bajo la diagonal, las que se parecen menos entre los lados que en cualquiera de los repartos.",
			Source: r.Source(v.method()),
			Height: 640,
		},
		XName: "Parecido entre montones al azar (media)", YName: "Parecido entre los lados",
		Decimals: 2, Diagonal: true,
	}
	for i, word := range v.points() {
		color := chart.BaseColor
		if word.Beyond() {
			color = differColor
		}
		c.Points = append(c.Points, chart.Point{
			Label: word.Word, X: word.Chance.Cosine, Y: word.Sides.Cosine, Color: color, Size: 8, Mute: i >= len(v.shown()),
			Lines: []string{
				"Mismo lado, otra semilla: " + chart.Number(word.Seeds.Cosine, 2),
				"Mismo lado, otro sorteo de sus tweets: " + chart.Number(word.Redrawn.Cosine, 2),
				r.Label(run.Right) + ": " + nearest(word, run.Right),
				r.Label(run.Left) + ": " + nearest(word, run.Left),
			},
		})
	}
	return c
}

// table shows the words that differ most, with their neighbours on each side.
func (v *SideVectors) table() chart.Element {
	r := v.run
	table := chart.Table{
		Caption: "Las palabras cuyo vecindario más difiere",
		Columns: []chart.Column{{Name: "Palabra"}, {Name: "Vecinas en " + r.Named(run.Right), Share: 26}, {Name: "Vecinas en " + r.Named(run.Left), Share: 26},
			{Name: "Apariciones", Align: chart.AlignRight},
			{Name: "Parecido entre los lados", Align: chart.AlignRight}, {Name: "… entre montones al azar (el menor)", Align: chart.AlignRight}, {Name: "… mismo lado: otra semilla / otro sorteo", Align: chart.AlignRight},
			{Name: "Vecinas en común, lados / azar", Align: chart.AlignRight}},
		Note: r.Source(v.method() + " Solo palabras que se parecen menos entre los lados que en todos los repartos al azar, las de mayor diferencia primero. Las vecinas se buscan entre las palabras comparadas. " + v.Record.String()),
	}
	for _, word := range v.shown() {
		table.Rows = append(table.Rows, []any{
			word.Word, nearest(word, run.Right), nearest(word, run.Left),
			chart.Integer(word.Counts[0]) + " / " + chart.Integer(word.Counts[1]),
			chart.Number(word.Sides.Cosine, 2),
			chart.Number(word.Chance.Cosine, 2) + " (" + chart.Number(word.Least, 2) + ")",
			chart.Number(word.Seeds.Cosine, 2) + " / " + chart.Number(word.Redrawn.Cosine, 2),
			chart.Percent(word.Sides.Overlap, 0) + " / " + chart.Percent(word.Chance.Overlap, 0),
		})
	}
	return table
}

// nearest are the first of a word's neighbours on one side.
func nearest(word compare.WordUsage, side run.Side) string {
	const most = 7
	list := word.Neighbours[side]
	return strings.Join(list[:min(most, len(list))], ", ")
}

func (v *SideVectors) method() string {
	u, w := v.Usage, v.run.Recipe.SideWords
	return fmt.Sprintf("word2vec (skip-gram) de %d dimensiones, %s, palabras con %d apariciones o más en su lado, sin palabras vacías; %s de %s y %s de %s. Alineados con Procrustes ortogonal. Se comparan las que aparecen %d veces o más en cada lado (%s); %s al azar. Semilla %d.",
		w.Size, chart.Count(v.Passes, "pasada", "pasadas"), w.MinCount, chart.Count(u.Texts[0], "tweet", "tweets"), v.run.Named(run.Right), chart.Integer(u.Texts[1]), v.run.Named(run.Left),
		u.MinCount, chart.Count(len(u.Words), "palabra", "palabras"), chart.Count(u.Shuffles, "reparto", "repartos"), v.run.Recipe.Seed)
}

// reading says what of the difference is more than chance.
func (v *SideVectors) reading() chart.Element {
	u := v.Usage
	low, mean, high := v.chance()
	differ, total := len(v.beyond()), len(u.Words)
	byChance := float64(total) / float64(u.Shuffles+1)
	kind, title := chart.Done, "Los lados usan distinto algunas palabras, más de lo que hace el azar"
	if u.Sides.Cosine >= low || float64(differ) <= 1.5*byChance {
		kind, title = chart.Warning, "No se puede decir que los lados usen distinto las mismas palabras"
	}
	return chart.Note{Kind: kind, Title: title, Text: fmt.Sprintf(
		usageText,
		chart.Number(u.Sides.Cosine, 2), dealtWhat(u.ByAccount), chart.Number(mean, 2), chart.Number(low, 2), chart.Number(high, 2), chart.Count(u.Shuffles, "reparto", "repartos"),
		chart.Number((u.Seeds[0].Cosine+u.Seeds[1].Cosine)/2, 2), chart.Number((u.Redrawn[0].Cosine+u.Redrawn[1].Cosine)/2, 2),
		chart.Count(total, "palabra", "palabras"), chart.Count(differ, "se parece", "se parecen"), chart.Number(byChance, 0), dealtNote(v.run, u.ByAccount), v.run.Source(""))}
}

// usageText is what is said of the likenesses: between sides; between piles of what, from least
// to most, of how many; of trainings; how many words, how many beyond chance, how many expected;
// what dealing tweets means; the source.
const usageText = "En promedio, el parecido de una palabra entre los lados es %s; entre dos montones de %s, " +
	"%s (de %s a %s en %s); entre dos entrenamientos del mismo lado, " +
	"%s con otra semilla y %s con sus tweets sorteados de nuevo. " +
	"Que dos montones al azar se parezcan tan poco se debe a que son pocos textos; " +
	"solo lo que los lados bajan de ahí puede deberse a los lados.\n" +
	"De %s, %s menos entre los lados que en todos los repartos; si los lados no difirieran, se esperarían unas %s. " +
	"No se sabe cuáles son esas: cada palabra de la tabla es un indicio que hay que leer en los tweets. %s\n" +
	"%s"
