package modelling

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Table shows the sizes of training and test beside the study's.
func (d *DataSet) Table() chart.Element {
	r, published := d.Run, run.PublishedSides[d.Side]
	table := chart.Table{
		Caption: fmt.Sprintf("Conjunto de datos: %s", r.Label(d.Side)),
		Columns: []chart.Column{{Name: "Parte"}, {Name: "Tweets"}, {Name: "Cuentas"}, {Name: "Fechas"}, {Name: "Caracteres"}},
		Note:    r.Source(run.Sentences(r.SplitName()+".", d.validationNote(), d.accountsNote(), r.PublishedNote(), d.Record.String())),
	}
	if r.Settings.Published {
		table.Columns = append(table.Columns, chart.Column{Name: "Tweets publicados (estudio de 2020)"}, chart.Column{Name: "Caracteres publicados"})
	}
	row := func(name string, part Part, publishedFigures ...int) {
		cells := []any{name + " (" + part.Path + ")", len(part.Tweets), len(run.AccountNames(part.Tweets)), dates(part.Tweets), part.Characters}
		for _, n := range publishedFigures {
			if r.Settings.Published && n > 0 {
				cells = append(cells, n)
			}
		}
		table.Rows = append(table.Rows, cells)
	}
	row("Entrenamiento", d.Train, published.Train, published.TrainChars)
	if d.Validation.Path != "" {
		row("Validación", d.Validation)
	}
	row("Prueba", d.Test, published.Test, published.TestChars)
	return table
}

// validationNote says what the validation part is for.
func (d *DataSet) validationNote() string {
	if d.Validation.Path == "" {
		return ""
	}
	return fmt.Sprintf("La validación es el %s de los tweets de entrenamiento, o a lo más %d: de ellos no se aprende, pero dicen cuándo el modelo base deja de mejorar. La prueba no decide nada.",
		chart.Percent(d.Run.Recipe.ValidationShare, 0), mostValidation)
}

// accountsNote warns, before models are trained, that what they say of test tweets will not
// be sure of anything.
func (d *DataSet) accountsNote() string {
	n := len(run.AccountNames(d.Test.Tweets))
	if !d.Run.NeedsAccounts() || n >= compare.FewestAccounts {
		return ""
	}
	return fmt.Sprintf("Para un intervalo sobre cuentas hacen falta %d en la prueba, y hay %d: así, de los lados el cuaderno 8 solo podrá concluir lo que compara con grupos de cuentas formados por sorteo, si hay al menos %d por lado. Con resample = %q en study.toml concluye también de los tweets, pero solo sobre esas cuentas.",
		compare.FewestAccounts, n, compare.FewestAccounts, run.OverTweets)
}

// dates are the days of the first and the last of some tweets.
func dates(rows []tweets.Tweet) string {
	if !loading.HasDates(rows) {
		return ""
	}
	first, last := loading.Span(rows)
	return first.Format("2006-01-02") + " a " + last.Format("2006-01-02")
}

// Beginning shows the first characters of the training text.
func (d *DataSet) Beginning(characters int) (chart.Element, error) {
	text, err := run.ReadText(d.Run.Path(d.Train.Path))
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(text) > characters {
		end := 0
		for range characters {
			_, size := utf8.DecodeRuneInString(text[end:])
			end += size
		}
		text = text[:end] + "…"
	}
	return chart.Note{Title: "Comienzo de " + d.Train.Path, Text: text + "\n\n" + d.Run.Source("")}, nil
}

// Lengths shows how long the tweets are, in words.
func (d *DataSet) Lengths() chart.Element {
	table := chart.Table{
		Caption: "Largo de los tweets, en palabras",
		Columns: []chart.Column{{Name: "Parte"}, {Name: "Mínimo"}, {Name: "Primer cuartil"}, {Name: "Mediana"}, {Name: "Tercer cuartil"}, {Name: "Máximo"}},
		Note:    d.Run.Source(""),
	}
	for _, part := range []struct {
		name string
		rows []tweets.Tweet
	}{{"Entrenamiento", d.TrainTweets}, {"Prueba", d.Test.Tweets}} {
		lengths := make([]int, len(part.rows))
		for i, t := range part.rows {
			lengths[i] = t.Tokens
		}
		slices.Sort(lengths)
		row := []any{part.name}
		for quartile := range 5 {
			if len(lengths) > 0 {
				row = append(row, lengths[quartile*(len(lengths)-1)/4])
			}
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
