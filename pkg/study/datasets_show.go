package study

import (
	"fmt"
	"iter"
	"slices"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Table shows the sizes of training and test beside the study's.
func (d *DataSet) Table() chart.Element {
	published := publishedSides[d.Side]
	row := func(name string, rows []tweets.Tweet, characters, publishedTexts, publishedChars int) []any {
		cells := []any{name, len(rows), len(accounts(rows)), dates(rows), characters, publishedTexts, nil}
		if publishedChars > 0 {
			cells[6] = publishedChars
		}
		return cells
	}
	return chart.Table{
		Caption: fmt.Sprintf("Conjunto de datos: %s", d.study.Label(d.Side)),
		Columns: []chart.Column{{Name: "Parte"}, {Name: "Tweets"}, {Name: "Cuentas"}, {Name: "Fechas"}, {Name: "Caracteres"},
			{Name: "Tweets publicados (estudio de 2020)"}, {Name: "Caracteres publicados"}},
		Rows: [][]any{
			row("Entrenamiento ("+d.TrainPath+")", d.TrainTweets, d.Train.Characters, published.Train, published.TrainChars),
			row("Prueba ("+d.TestPath+")", d.TestTweets, d.Test.Characters, published.Test, published.TestChars),
		},
		Note: d.study.source(sentences(d.study.splitName()+".", "El estudio repartió al azar. Lo publicado es de otro corpus.", d.made.String())),
	}
}

// dates are the days of the first and the last of some tweets.
func dates(rows []tweets.Tweet) string {
	if !dated(rows) {
		return ""
	}
	first, last := span(rows)
	return first.Format("2006-01-02") + " a " + last.Format("2006-01-02")
}

// Beginning shows the first characters of the training text.
func (d *DataSet) Beginning(characters int) (chart.Element, error) {
	text, err := readText(d.study.path(d.TrainPath))
	if err != nil {
		return nil, err
	}
	end := len(text)
	if utf8.RuneCountInString(text) > characters {
		end = 0
		for range characters {
			_, size := utf8.DecodeRuneInString(text[end:])
			end += size
		}
	}
	return chart.Note{Title: "Comienzo de " + d.TrainPath, Text: text[:end] + "…\n\n" + d.study.source("")}, nil
}

// Lengths shows how long the tweets are, in words.
func (d *DataSet) Lengths() chart.Element {
	table := chart.Table{
		Caption: "Largo de los tweets, en palabras",
		Columns: []chart.Column{{Name: "Parte"}, {Name: "Mínimo"}, {Name: "Primer cuartil"}, {Name: "Mediana"}, {Name: "Tercer cuartil"}, {Name: "Máximo"}},
		Note:    d.study.source(""),
	}
	for _, part := range []struct {
		name string
		rows []tweets.Tweet
	}{{"Entrenamiento", d.TrainTweets}, {"Prueba", d.TestTweets}} {
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

// cleanTexts are the texts that go into a data set.
func cleanTexts(rows []tweets.Tweet) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, t := range rows {
			if !yield(t.TextClean) {
				return
			}
		}
	}
}
