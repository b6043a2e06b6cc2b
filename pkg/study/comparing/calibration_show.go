package comparing

import (
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Curve shows how often tweets are of the right, by the probability that the models give to
// it, as they are and calibrated.
func (c *Calibration) Curve() chart.Element {
	r := c.run
	line := func(name, color string, bins []compare.CalibrationBin) chart.Line {
		l := chart.Line{Name: name, Color: color, Points: true, Decimals: 1}
		for _, bin := range bins {
			l.X, l.Y = append(l.X, 100*bin.Predicted), append(l.Y, 100*bin.Observed.Value)
		}
		return l
	}
	return chart.Lines{
		Figure: chart.Figure{
			Title:    "¿Es una probabilidad lo que prefieren los modelos?",
			Subtitle: "Curva de fiabilidad: cada punto reúne tweets de prueba de probabilidades vecinas. En la diagonal, de los tweets con 70 % son de " + r.Named(run.Right) + " 70 de cada 100.",
			Source:   r.Source(c.method()),
			Height:   560,
		},
		XName:   "% de probabilidad de ser de " + r.Named(run.Right),
		YName:   "% que son de " + r.Named(run.Right),
		YLimits: [2]float64{0, 100},
		Lines: []chart.Line{
			line("Sin calibrar", "#CC79A7", c.Before.Bins), line("Con la temperatura", "#009E73", c.After.Bins),
			{Name: "Calibración perfecta", X: []float64{0, 100}, Y: []float64{0, 100}, Color: chart.BaseColor, Dashed: true, Decimals: 1},
		},
	}
}

// temperature is 1 divided by the scale, with its intervals.
func (c *Calibration) temperature() compare.Measure {
	turned := func(i *compare.Interval) *compare.Interval {
		if i == nil {
			return nil
		}
		return &compare.Interval{Low: 1 / i.High, High: 1 / i.Low}
	}
	return compare.Measure{Value: 1 / c.Scale.Value, Within: turned(c.Scale.Within), Accounts: turned(c.Scale.Accounts)}
}

// Table shows the temperature and the errors that it mends, and the points of the curve.
func (c *Calibration) Table() chart.Element {
	r := c.run
	accounts := c.Brier.Accounts != nil
	table := chart.Table{
		Caption: "La calibración de los dos modelos, con sus intervalos",
		Columns: append([]chart.Column{{Name: ""}, {Name: "Tweets"}, {Name: "Cifra", Align: chart.AlignRight}}, intervalColumns(accounts)...),
		Note: r.Source(run.Sentences(c.method(), "Brier: media del cuadrado de lo que le falta a la probabilidad; 0,25 es decir siempre 50 %. Pérdida logarítmica: en bits por tweet; 1 es decir siempre 50 %. Los dos lados pesan lo mismo.",
			intervalNote(accounts), c.Record.String())),
	}
	row := func(name string, n [2]int, m compare.Measure, decimals int, strong bool) {
		var value any = chart.Number(m.Value, decimals)
		if strong {
			value = chart.Strong{Value: signed(m.Value, decimals)}
		}
		table.Rows = append(table.Rows, append([]any{name, n[0] + n[1], value}, intervalCells(m, accounts, decimals, false)...))
	}
	row("Temperatura", c.HeldOut, c.temperature(), 2, false)
	row("Brier, sin calibrar", c.Texts, c.Before.Brier, 4, false)
	row("Brier, con la temperatura", c.Texts, c.After.Brier, 4, false)
	row("Brier, diferencia", c.Texts, c.Brier, 4, true)
	row("Pérdida logarítmica, sin calibrar", c.Texts, c.Before.LogLoss, 3, false)
	row("Pérdida logarítmica, con la temperatura", c.Texts, c.After.LogLoss, 3, false)
	row("Pérdida logarítmica, diferencia", c.Texts, c.LogLoss, 3, true)
	return table
}

// Points shows the points of the calibrated curve with what they rest on.
func (c *Calibration) Points() chart.Element {
	r := c.run
	accounts := c.Brier.Accounts != nil
	table := chart.Table{
		Caption: "Los puntos de la curva, con la temperatura",
		Columns: append([]chart.Column{{Name: "Tweets de " + r.Named(run.Right)}, {Name: "Tweets de " + r.Named(run.Left)}, {Name: "Probabilidad media", Align: chart.AlignRight},
			{Name: "Son de " + r.Named(run.Right), Align: chart.AlignRight}}, intervalColumns(accounts)...),
		Note: r.Source("Cada punto pesa más o menos lo mismo, con los dos lados a la par: la parte que son de un lado no es la de los tweets contados. " + c.method()),
	}
	for _, bin := range c.After.Bins {
		table.Rows = append(table.Rows, append([]any{bin.Texts[run.Right], bin.Texts[run.Left], chart.Percent(bin.Predicted, 1), chart.Percent(bin.Observed.Value, 1)},
			intervalCells(bin.Observed, accounts, 1, true)...))
	}
	return table
}

// short says by what leans were multiplied.
func (c *Calibration) short() string {
	return fmt.Sprintf("Bits calibrados: los de los modelos divididos por la temperatura, %s.", chart.Number(c.temperature().Value, 2))
}

// method says on what the temperature was estimated.
func (c *Calibration) method() string {
	what := fmt.Sprintf("Temperatura estimada con %s de %s y %s de %s apartados del entrenamiento",
		chart.Count(c.HeldOut[run.Right], "tweet", "tweets"), c.run.Named(run.Right), chart.Integer(c.HeldOut[run.Left]), c.run.Named(run.Left))
	if !c.heldOut() {
		what = "No hay tweets de los dos lados apartados del entrenamiento, y con los leídos la seguridad saldría exagerada: temperatura estimada con los de prueba"
	}
	return run.Sentences(what+"; para juzgar a cada cuenta, sin los suyos.", c.scores.Method())
}

// Reading says whether the preference is calibrated, and what the temperature mends.
func (c *Calibration) Reading() chart.Element {
	r := c.run
	kind, title := chart.Done, "Con la temperatura, las probabilidades se equivocan menos"
	switch beyond(conclusive(r, c.LogLoss), 0) {
	case 0:
		kind, title = chart.Warning, "No se puede decir que la temperatura mejore las probabilidades"
	case 1:
		kind, title = chart.Warning, "La temperatura empeora las probabilidades"
	}
	temperature := c.temperature()
	var b strings.Builder
	switch value, within := chart.Number(temperature.Value, 2), decisive(r, temperature, 2, false); beyond(conclusive(r, temperature), 1) {
	case 1:
		fmt.Fprintf(&b, "Sin calibrar, los modelos se creen más seguros de lo que aciertan: la temperatura es %s (%s), y un bit suyo vale %s.", value, within, chart.Number(c.Scale.Value, 2))
	case -1:
		fmt.Fprintf(&b, "Sin calibrar, los modelos se quedan cortos: la temperatura es %s (%s), y un bit suyo vale %s.", value, within, chart.Number(c.Scale.Value, 2))
	default:
		fmt.Fprintf(&b, "No se puede decir que los modelos exageren ni que se queden cortos: la temperatura es %s (%s).", value, within)
	}
	fmt.Fprintf(&b, "\nLa pérdida logarítmica pasa de %s a %s (diferencia: %s; 1 es decir siempre 50 %%). La puntuación de Brier, de %s a %s (diferencia: %s): %s.",
		chart.Number(c.Before.LogLoss.Value, 3), chart.Number(c.After.LogLoss.Value, 3), intervalText(conclusive(r, c.LogLoss), 3, false),
		chart.Number(c.Before.Brier.Value, 4), chart.Number(c.After.Brier.Value, 4), intervalText(conclusive(r, c.Brier), 4, false),
		map[int]string{-1: "baja", 0: "no se puede decir que cambie", 1: "sube"}[beyond(conclusive(r, c.Brier), 0)])
	off := 0
	for _, bin := range c.After.Bins {
		if beyond(judged(r, bin.Observed), bin.Predicted) != 0 {
			off++
		}
	}
	if points := len(c.After.Bins); points > 1 {
		fmt.Fprintf(&b, " De los %d puntos de la curva con la temperatura, en %d el intervalo deja fuera la probabilidad que se dio.", points, off)
	} else {
		b.WriteString(" La curva con la temperatura es un solo punto: a todos los tweets se les da la misma probabilidad.")
	}
	fmt.Fprintf(&b, "\nLa temperatura con que se juzga a cada cuenta, estimada sin sus tweets, va de %s a %s.", chart.Number(1/c.Scales.High, 2), chart.Number(1/c.Scales.Low, 2))
	if c.WithOwn > 0 {
		fmt.Fprintf(&b, " De %s no se pudo dejar fuera la cuenta, porque sin ella su lado queda sin tweets: ahí vale la temperatura de todas.", chart.Count(c.WithOwn, "tweet", "tweets"))
	}
	fmt.Fprintf(&b, "\nLa probabilidad supone que el texto es de uno de los dos lados, y los dos igual de frecuentes.\n%s", r.Source(""))
	return chart.Note{Kind: kind, Title: title, Text: b.String()}
}
