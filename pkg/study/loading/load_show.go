package loading

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// stepNames are what readers call the steps of the load that no setting names: see stepName.
var stepNames = map[string]string{
	tweets.StepRead:       "Leer todas las filas",
	tweets.StepDistinct:   "Quitar identificadores repetidos",
	tweets.StepOriginal:   "Quitar retweets y citas",
	tweets.StepJoined:     "Unir con las cuentas",
	tweets.StepNotBlank:   "Quitar los que quedan vacíos sin enlaces",
	tweets.StepNearCopies: "Quitar los de igual redacción que uno anterior",
}

// StepsTable shows the rows left after each step beside the study's.
func (l *Loaded) StepsTable() chart.Element {
	table := chart.Table{
		Caption: "Filas que quedan después de cada paso",
		Columns: []chart.Column{{Name: "Paso"}, {Name: "Filas", Align: chart.AlignRight}, {Name: "Del paso anterior", Align: chart.AlignRight}},
		Note:    l.Run.Source(run.Sentences(l.Run.PublishedNote(), l.engineNote(), l.Record.String())),
	}
	if l.Run.Settings.Published {
		table.Columns = append(table.Columns, chart.Column{Name: "Publicado (estudio de 2020)", Align: chart.AlignRight})
	}
	before := 0
	for i, st := range l.Summary.Steps {
		row := []any{stepName(l.Run.Settings, st.Name), st.Rows, nil}
		if i > 0 && before > 0 {
			row[2] = chart.Percent(float64(st.Rows)/float64(before), 1)
		}
		if published, ok := run.PublishedSteps[st.Name]; ok && l.Run.Settings.Published {
			row = append(row, published)
		}
		table.Rows = append(table.Rows, row)
		before = st.Rows
	}
	return table
}

// engineNote tells a reader which engine made the load.
func (l *Loaded) engineNote() string {
	if remote, ok := strings.CutPrefix(l.Summary.Engine, run.EngineSpark+" "); ok {
		return "Cargado con Spark, en " + remote + "."
	}
	return "Cargado con el motor propio, en esta máquina."
}

// stepName is what readers call a step of the load with the corpus's settings.
func stepName(settings run.Settings, step string) string {
	switch step {
	case tweets.StepWindow:
		if dates := settings.DateText(); dates != "" {
			return "Dejar " + dates
		}
		return "Ventana de fechas: ninguna"
	case tweets.StepLanguage:
		return "Dejar los de idioma " + strings.Join(settings.Languages, ", ")
	case tweets.StepMinTokens:
		return "Dejar los de más de " + chart.Count(settings.MinTokens, "palabra", "palabras")
	}
	return stepNames[step]
}

// MalformedTable shows the records that could not be read, or says that there
// were none.
func (l *Loaded) MalformedTable() chart.Element {
	if l.Summary.MalformedCount == 0 {
		return chart.Note{Kind: chart.Done, Title: "No hubo filas ilegibles",
			Text: "Todas se pudieron leer."}
	}
	table := chart.Table{
		Caption: fmt.Sprintf("Filas ilegibles, que no se usaron: %s", chart.Integer(l.Summary.MalformedCount)),
		Columns: []chart.Column{{Name: "Archivo"}, {Name: "Línea"}, {Name: "Error"}, {Name: "Comienzo"}},
		Note:    l.Run.Source(""),
	}
	for _, m := range l.Summary.Malformed[:min(mostMalformedShown, len(l.Summary.Malformed))] {
		table.Rows = append(table.Rows, []any{strings.TrimPrefix(m.File, l.Run.Corpus+"/"), m.Line, m.Err, m.Excerpt})
	}
	return table
}

// Sample shows n tweets, evenly spread over the corpus's time.
func (l *Loaded) Sample(n int) chart.Element {
	table := chart.Table{
		Caption: "Una muestra de los tweets",
		Columns: []chart.Column{{Name: "Fecha", Align: chart.AlignRight}, {Name: "Cuenta"}, {Name: "Partido"}, {Name: "Coalición"}, {Name: "Texto", Share: 55}},
		Note:    l.Run.Source(""),
	}
	n = min(n, len(l.Tweets))
	for i := range n {
		t := l.Tweets[(2*i+1)*len(l.Tweets)/(2*n)]
		table.Rows = append(table.Rows, []any{dateOf(t.Time, time.DateOnly), "@" + t.ScreenName, t.Partido, t.Coalicion, t.TextClean})
	}
	return table
}

// ByAccount shows the tweets of the most active accounts.
func (l *Loaded) ByAccount() chart.Element {
	const most = 25
	bar := l.bar("Tweets por cuenta", "Cuenta", func(t tweets.Tweet) (string, string) { return "@" + t.ScreenName, cmp.Or(t.Partido, run.NoParty) })
	accounts := len(bar.Items)
	slices.SortStableFunc(bar.Items, func(a, b chart.BarItem) int { return int(b.Value - a.Value) })
	if len(bar.Items) > most {
		bar.Subtitle = fmt.Sprintf("Las %d cuentas más activas, de %d. ", most, len(bar.Items))
		bar.Items = bar.Items[:most]
		bar.Shares = false // they would be shares of those shown
	}
	bar.Subtitle += "El color es el del partido, como en los demás gráficos"
	if silent := l.Summary.Accounts - accounts; silent > 0 {
		bar.Source += fmt.Sprintf(" Cuentas de la lista sin ningún tweet: %s.", chart.Integer(silent))
	}
	return bar
}

// ByParty shows the tweets of each party.
func (l *Loaded) ByParty() chart.Element {
	return l.bar("Tweets por partido", "Partido", func(t tweets.Tweet) (string, string) {
		return cmp.Or(t.Partido, run.NoParty), cmp.Or(t.Partido, run.NoParty)
	})
}

// ByCoalition shows the tweets of each coalition.
func (l *Loaded) ByCoalition() chart.Element {
	if !run.HasCoalitions(l.Tweets) {
		return chart.Note{Title: "El corpus no tiene coaliciones", Text: "Para verlas, llene la columna Coalicion de accounts.csv.\n" + l.Run.Source("")}
	}
	return l.bar("Tweets por coalición", "Coalición", func(t tweets.Tweet) (string, string) {
		return cmp.Or(t.Coalicion, run.NoCoalition), cmp.Or(t.Coalicion, run.NoCoalition)
	})
}

// bar counts tweets by the label that of gives, in the colour of its key.
func (l *Loaded) bar(title, name string, of func(tweets.Tweet) (label, key string)) chart.Bar {
	bar := chart.Bar{
		Figure:    chart.Figure{Title: title, Source: l.Run.Source(chart.Count(len(l.Tweets), "tweet", "tweets") + ".")},
		Name:      name,
		ValueName: "Tweets",
		Shares:    true,
		Palette:   l.Palette(),
	}
	at := map[string]int{}
	for _, t := range l.Tweets {
		label, key := of(t)
		i, seen := at[label]
		if !seen {
			i = len(bar.Items)
			at[label] = i
			bar.Items = append(bar.Items, chart.BarItem{Label: label, Key: key})
		}
		bar.Items[i].Value++
	}
	slices.SortFunc(bar.Items, func(a, b chart.BarItem) int { return strings.Compare(a.Label, b.Label) })
	return bar
}

// Palette gives each party and each coalition of the corpus its colour, the
// same in every chart.
func (l *Loaded) Palette() *chart.Palette {
	var parties, coalitions []string
	for _, t := range l.Tweets {
		parties = append(parties, cmp.Or(t.Partido, run.NoParty))
		coalitions = append(coalitions, cmp.Or(t.Coalicion, run.NoCoalition))
	}
	slices.Sort(parties)
	slices.Sort(coalitions)
	return chart.NewPalette(append(slices.Compact(parties), slices.Compact(coalitions)...)...)
}
