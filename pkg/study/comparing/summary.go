package comparing

import (
	"context"
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Summary answers the comparison's questions in one table: each with its figure, its
// interval and the texts that it rests on, and how sure the answer is.
func Summary(ctx context.Context, r *run.Run) (chart.Element, error) {
	prediction, err := PredictionOf(ctx, r)
	if err != nil {
		return nil, err
	}
	preference, err := PreferenceOf(ctx, r)
	if err != nil {
		return nil, err
	}
	classifier, err := ClassifierOf(ctx, r)
	if err != nil {
		return nil, err
	}
	sounds, err := SoundsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	copying, err := CopyingOf(ctx, r)
	if err != nil {
		return nil, err
	}
	variety, err := VarietyOf(ctx, r)
	if err != nil {
		return nil, err
	}
	return summaryTable(r, prediction, preference, classifier, sounds, copying, variety), nil
}

// summaryTable is the summary of what was measured.
func summaryTable(r *run.Run, prediction *Prediction, preference *Preference, classifier *Classifier, sounds *Sounds, copying *Copying, variety *Variety) chart.Table {
	table := chart.Table{
		Caption: "Lo que se midió, y qué tan seguro es",
		Columns: []chart.Column{{Name: "Pregunta", Share: 34}, {Name: "Cifra", Share: 24}, {Name: "Valor", Align: chart.AlignRight}, {Name: "Intervalo de 95 %", Align: chart.AlignRight}, {Name: "Textos"}, {Name: "Respuesta"}},
		Note:    r.Source(run.Sentences(decidesOfSides(r), fmt.Sprintf("Cada respuesta se da por separado, y donde hay varias cifras basta con que una sea segura: de veinte cifras sin diferencia alguna, una lo saldría por azar. Receta %s, semilla %d.", r.Recipe.Name, r.Recipe.Seed), r.SameAuthors(), prediction.betterNote(), prediction.scores.StandIn.Note())),
	}
	row := func(question, figure, value string, within string, texts int, answer string) {
		table.Rows = append(table.Rows, []any{question, figure, value, within, texts, chart.Strong{Value: answer}})
	}
	// also is another figure of the question above.
	also := func(figure, value, within string) {
		table.Rows = append(table.Rows, []any{nil, figure, value, within, nil, nil})
	}
	for _, side := range run.Sides {
		d := prediction.Sides[side].Differences[0].BitsPerByte
		within := conclusive(r, d)
		row(fmt.Sprintf("¿Predice el modelo de %s a los suyos mejor que el de %s?", r.Named(side), r.Named(1-side)),
			"bits por byte, el propio menos el otro", signed(d.Value, 4), intervalText(within, 4, false), prediction.Sides[side].Texts, answer(beyond(within, 0), -1))
	}
	area := func(question string, roc compare.ROC) {
		within := conclusive(r, roc.AUC)
		row(question, "área bajo la curva ROC; 0,5 es el azar", chart.Number(roc.AUC.Value, 3), intervalText(within, 3, false), roc.Positives+roc.Negatives, answer(beyond(within, 0.5), 1))
	}
	area("¿Reconocen los dos modelos el lado de un tweet?", preference.ROC)
	area("¿Lo reconocen las palabras, sin los nombres de las cuentas?", classifier.Nameless.ROC)
	if area := classifier.Nameless.ROC.AUC; len(classifier.Lot.Areas) > 0 {
		row("¿Lo reconocen mejor que a dos grupos de cuentas formados por sorteo?", "la misma área; por sorteo, "+classifier.Lot.span(),
			chart.Number(area.Value, 3), intervalText(conclusive(r, area), 3, false), classifier.Nameless.ROC.Positives+classifier.Nameless.ROC.Negatives,
			map[bool]string{true: yes, false: unknown}[classifier.Lot.beyond(area.Value)])
	}
	for _, side := range run.Sides {
		c := sounds.Sides[side].Nameless
		row(fmt.Sprintf("¿Suenan a %s los textos generados por su modelo?", r.Named(side)),
			"los que el clasificador le atribuye; 50 % es el azar", c.shareText(), intervalText(c.Within, 0, true), c.Decided(), answer(sounds.sure(side), 1))
	}
	apart := sounds.toldApart()
	points, within, _ := strings.Cut(signedShare(apart), "\n")
	row("¿Distingue el clasificador lo que escribe un modelo de lo que escribe el otro?",
		fmt.Sprintf("los que atribuye a %s: de su modelo menos del otro", r.Named(run.Right)), points, within, sounds.decided(), answer(beyond(apart.Within, 0), 1))
	for _, side := range run.Sides {
		question := fmt.Sprintf("¿Copia el modelo de %s más de lo que se repiten los tweets reales?", r.Named(side))
		written, real, _ := copying.grams(side)
		texts, _ := facing(copying.Groups, side)
		row(question, fmt.Sprintf("secuencias de %d palabras ya vistas; en los reales, %s", judgedGram, oneLine(shareText(real))),
			chart.Percent(written.Share, 1), intervalText(written.Within, 1, true), texts.Texts, answer(copying.more(side), 1))
		if e := texts.Equal; e != nil && e.Texts > 0 {
			also("copias exactas; en los reales, a igual largo, "+oneLine(measureText(e.Real)),
				chart.Percent(e.Written.Value, 1), intervalText(e.Written.Within, 1, true))
		}
	}
	for _, side := range run.Sides {
		// Each of the figures can decide.
		written, real := facing(variety.Groups, side)
		words := chart.Integer(written.Sampled.Words.Size)
		row(fmt.Sprintf("¿Se repite el modelo de %s más que los tweets reales?", r.Named(side)),
			fmt.Sprintf("palabras distintas, de %s; en los reales, %s", words, oneLine(measureText(real.Distinct[0]))),
			chart.Percent(written.Distinct[0].Value, 1), intervalText(written.Distinct[0].Within, 1, true), written.Texts, answer(variety.more(side), 1))
		also(fmt.Sprintf("pares de palabras distintos, de %s palabras; en los reales, %s", words, oneLine(measureText(real.Distinct[1]))),
			chart.Percent(written.Distinct[1].Value, 1), intervalText(written.Distinct[1].Within, 1, true))
		if !r.Recipe.TwoBlanks {
			also("parecido entre sí (self-BLEU); los reales, a igual largo, "+bleuText(real.SelfBLEU),
				chart.Number(written.SelfBLEU.Value, 3), intervalText(written.SelfBLEU.Within, 3, false))
		}
	}
	return table
}

// The answers of the summary.
const (
	yes     = "sí"
	no      = "no"
	unknown = "no se puede decir"
)

// answer is yes where an interval lies where it should, no where it lies beyond on the
// other side, and else unknown.
func answer(where, wanted int) string {
	switch where {
	case wanted:
		return yes
	case -wanted:
		return no
	default:
		return unknown
	}
}
