package loading

import (
	"fmt"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// reasonNames are what readers call the reasons for which the load drops rows.
var reasonNames = map[string]string{
	tweets.ReasonCopy:       "Repetido: ya se leyó un tweet con ese identificador",
	tweets.ReasonRetweet:    "Retweet",
	tweets.ReasonQuote:      "Cita de otro tweet",
	tweets.ReasonOutside:    "Fuera de las fechas",
	tweets.ReasonForeign:    "En otro idioma",
	tweets.ReasonAuthorless: "No dice quién lo escribió",
	tweets.ReasonStranger:   "De una cuenta que no está en la lista",
	tweets.ReasonBlank:      "Vacío: solo enlaces",
	tweets.ReasonShort:      "Demasiado corto",
	tweets.ReasonNear:       "De igual redacción que uno anterior",
}

// Funnel shows the rows left after each step as bars, from the first to the last.
func (l *Loaded) Funnel() chart.Element {
	bar := chart.Bar{
		Figure:    chart.Figure{Title: "Lo que queda después de cada paso", Source: l.Run.Source("")},
		Name:      "Paso",
		ValueName: "Filas",
		KeepOrder: true,
	}
	for i, st := range l.Summary.Steps {
		item := chart.BarItem{Label: stepName(l.Run.Settings, st.Name), Value: float64(st.Rows), Color: chart.BaseColor}
		if read := l.Summary.Steps[0].Rows; i > 0 && read > 0 {
			item.Lines = []string{chart.Percent(float64(st.Rows)/float64(read), 1) + " de lo leído"}
		}
		bar.Items = append(bar.Items, item)
	}
	return bar
}

// DropsTable shows how many rows were dropped, and why.
func (l *Loaded) DropsTable() chart.Element {
	read := l.Summary.Steps[0].Rows
	table := chart.Table{
		Caption: "Por qué se quitaron filas",
		Columns: []chart.Column{{Name: "Motivo"}, {Name: "Filas", Align: chart.AlignRight}, {Name: "De lo leído", Align: chart.AlignRight}},
		Note:    l.Run.Source(run.Sentences(l.unmarkedNote(), l.Run.PublishedNote())),
	}
	if l.Run.Settings.Published {
		table.Columns = append(table.Columns, chart.Column{Name: "Publicado (estudio de 2020)", Align: chart.AlignRight})
	}
	for _, d := range l.Summary.Drops {
		row := []any{reasonNames[d.Reason], d.Rows, nil}
		switch {
		case d.Unknown:
			row[1] = "no se sabe"
		case read > 0:
			row[2] = chart.Percent(float64(d.Rows)/float64(read), 1)
		}
		if published, ok := run.PublishedDrops[d.Reason]; ok && l.Run.Settings.Published {
			row = append(row, published)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// unmarkedNote says why it is not known how many retweets or quotes there are, and the mend; it
// is empty if that is known.
func (l *Loaded) unmarkedNote() string {
	var kinds, columns []string
	for _, d := range l.Summary.Drops {
		switch {
		case d.Unknown && d.Reason == tweets.ReasonRetweet:
			kinds, columns = append(kinds, "retweets"), append(columns, "retweeted_text")
		case d.Unknown && d.Reason == tweets.ReasonQuote:
			kinds, columns = append(kinds, "citas"), append(columns, "quoted_text")
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	return fmt.Sprintf("No se sabe si hay %s: a alguna tabla le falta la columna que lo diga, y los que haya quedan entre los tweets. Si la tiene con otro nombre, dígalo en [columns] de study.toml (%s).",
		strings.Join(kinds, " o "), strings.Join(columns, ", "))
}

// DroppedExamples shows up to n examples of each reason for which rows were
// dropped.
func (l *Loaded) DroppedExamples(n int) chart.Element {
	table := chart.Table{
		Caption: "Ejemplos de lo que se quitó",
		Columns: []chart.Column{{Name: "Motivo", Share: 20}, {Name: "Fecha", Align: chart.AlignRight}, {Name: "Cuenta"}, {Name: "Texto", Share: 50}},
		Note:    l.Run.Source("Elegidos al azar, siempre los mismos, entre lo que se quitó por cada motivo."),
	}
	for _, d := range l.Summary.Drops {
		for _, example := range d.Examples[:min(n, len(d.Examples))] {
			account := "@" + example.ScreenName
			if d.Reason == tweets.ReasonAuthorless {
				account = ""
			}
			table.Rows = append(table.Rows, []any{reasonNames[d.Reason], dateOf(example.Time, time.DateOnly), account, example.Text})
		}
	}
	if len(table.Rows) == 0 {
		return chart.Note{Kind: chart.Info, Title: "No se quitó ninguna fila", Text: fmt.Sprintf("Se leyeron %s y quedan todas.", chart.Integer(l.Summary.Steps[0].Rows))}
	}
	return table
}
