package loading

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// formatNames are what readers call the formats of tweet files.
var formatNames = map[string]string{
	tweets.FormatJSON:      "JSON con los campos del estudio",
	tweets.FormatTwitterV1: "JSON de la API 1.1 de Twitter (twarc)",
	tweets.FormatTwitterV2: "JSON de la API 2 de Twitter (twarc2)",
	tweets.FormatSnscrape:  "JSON de snscrape",
	tweets.FormatRtweet:    "CSV de rtweet",
	tweets.FormatCSV:       "CSV",
	tweets.FormatParquet:   "Parquet",
}

// Format says what the files were taken for, and warns of identifiers that had
// lost digits.
func (l *Loaded) Format() chart.Element {
	var names []string
	for format := range strings.SplitSeq(l.Summary.Format, "+") {
		if name, ok := formatNames[format]; ok {
			names = append(names, name)
		}
	}
	how := "Se reconoció por su contenido; si no es ese, dígalo con format en study.toml."
	if l.Run.Settings.Format != "" {
		how = "Es el que dice study.toml."
	}
	note := chart.Note{
		Kind: chart.Done, Title: "Formato de los tweets: " + strings.Join(names, " y "),
		Text: fmt.Sprintf("%s Archivos leídos: %s.", how, chart.Integer(l.Summary.Files)),
	}
	if empty := l.Summary.Empty; len(empty) > 0 {
		note.Kind = chart.Warning
		note.Text += fmt.Sprintf("\nSin ningún tweet: %s.", strings.Join(shortened(empty, l.Run.Corpus), ", "))
	}
	if n := l.Summary.RoundedIDs; n > 0 {
		note.Kind = chart.Warning
		note.Text += fmt.Sprintf("\nEn %s el identificador perdió sus últimas cifras, como al pasar por R o una planilla de cálculo. "+
			"Dos tweets distintos pueden haber quedado con el mismo, y uno de ellos se habrá quitado por repetido. "+
			"Si puede, parta del archivo original.", chart.Count(n, "fila", "filas"))
	}
	return note
}

// shortened are the first of some paths, without the folder that they lie in.
func shortened(paths []string, folder string) []string {
	const most = 5
	var names []string
	for _, path := range paths[:min(most, len(paths))] {
		names = append(names, tweets.Excerpt([]byte(strings.TrimPrefix(path, folder+"/"))))
	}
	if len(paths) > most {
		names = append(names, "…")
	}
	return names
}

// schema describes the columns of tweets.parquet.
var schema = []struct {
	name, kind, meaning string
	value               func(tweets.Tweet) string
}{
	{"id_str", "texto", "identificador del tweet", func(t tweets.Tweet) string { return t.ID }},
	{"screen_name", "texto", "cuenta, como la escribe accounts.csv", func(t tweets.Tweet) string { return t.ScreenName }},
	{"Nombre", "texto", "de quien escribe", func(t tweets.Tweet) string { return t.Nombre }},
	{"Cargo", "texto", "que ocupa o al que aspira", func(t tweets.Tweet) string { return t.Cargo }},
	{"Partido", "texto", "el de la cuenta", func(t tweets.Tweet) string { return t.Partido }},
	{"Coalicion", "texto", "la de la cuenta", func(t tweets.Tweet) string { return t.Coalicion }},
	{"text", "texto", "el tweet tal como está en el archivo", func(t tweets.Tweet) string { return t.Text }},
	{"text_clean", "texto", "el tweet limpio", func(t tweets.Tweet) string { return t.TextClean }},
	{"dt", "fecha y hora (UTC)", "cuándo se escribió", func(t tweets.Tweet) string { return dateOf(t.Time, time.DateTime) }},
	{"tokens", "entero", "palabras del texto limpio", func(t tweets.Tweet) string { return strconv.Itoa(t.Tokens) }},
	{"hashtags", "lista de textos", "hashtags, sin #", func(t tweets.Tweet) string { return strings.Join(t.Hashtags, " ") }},
	{"mentions", "lista de textos", "cuentas mencionadas, sin @", func(t tweets.Tweet) string { return strings.Join(t.Mentions, " ") }},
}

// Schema shows the columns of the result, with what is in them.
func (l *Loaded) Schema() chart.Element {
	table := chart.Table{
		Caption: "Columnas de tweets.parquet",
		Columns: []chart.Column{{Name: "Columna"}, {Name: "Tipo"}, {Name: "Qué es"}, {Name: "Valores distintos", Align: chart.AlignRight}, {Name: "Vacíos", Align: chart.AlignRight}},
		Note:    l.Run.Source(chart.Count(len(l.Tweets), "fila", "filas") + "."),
	}
	for _, column := range schema {
		distinct := make(map[string]struct{})
		empty := 0
		for _, t := range l.Tweets {
			value := column.value(t)
			distinct[value] = struct{}{}
			if value == "" {
				empty++
			}
		}
		table.Rows = append(table.Rows, []any{column.name, column.kind, column.meaning, len(distinct), empty})
	}
	return table
}

// First shows the first n rows of the result.
func (l *Loaded) First(n int) chart.Element {
	table := chart.Table{
		Caption: "Las primeras filas",
		Columns: []chart.Column{{Name: "dt", Align: chart.AlignRight}, {Name: "screen_name"}, {Name: "Partido"}, {Name: "Coalicion"}, {Name: "text_clean", Share: 45}, {Name: "tokens"}},
		Note:    l.Run.Source(""),
	}
	for _, t := range l.Tweets[:min(n, len(l.Tweets))] {
		table.Rows = append(table.Rows, []any{dateOf(t.Time, "2006-01-02 15:04"), t.ScreenName, t.Partido, t.Coalicion, t.TextClean, t.Tokens})
	}
	return table
}

// AccountsTable shows the first n rows of accounts.csv.
func AccountsTable(r *run.Run, n int) (chart.Element, error) {
	accounts, err := tweets.ReadAccounts(filepath.Join(r.Corpus, "accounts.csv"))
	if err != nil {
		return nil, err
	}
	n = min(n, len(accounts))
	table := chart.Table{
		Caption: "Las cuentas",
		Columns: []chart.Column{{Name: "screen_name"}, {Name: "Nombre"}, {Name: "Cargo"}, {Name: "Partido"}, {Name: "Coalicion"}},
	}
	if n < len(accounts) {
		table.Caption = fmt.Sprintf("Las primeras cuentas (%d de %s)", n, chart.Integer(len(accounts)))
	}
	parties, coalitions := make(map[string]bool), make(map[string]bool)
	for _, a := range accounts {
		parties[a.Partido], coalitions[a.Coalicion] = true, true
	}
	delete(parties, "")
	delete(coalitions, "")
	for _, a := range accounts[:n] {
		table.Rows = append(table.Rows, []any{a.ScreenName, a.Nombre, a.Cargo, a.Partido, a.Coalicion})
	}
	table.Note = r.Source(fmt.Sprintf("Partidos: %d; coaliciones: %d.", len(parties), len(coalitions)))
	return table, nil
}
