package exploring

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// How much of the network the chart shows: more of either is a knot in which nothing can
// be followed.
const (
	mostNodes  = 40
	mostArrows = 80
)

// Report shows who mentions whom, and how much of it stays within the sides.
func (m *Mentions) Report() []chart.Element {
	if len(m.Links) == 0 {
		return []chart.Element{chart.Note{Title: "Ninguna cuenta del corpus menciona a otra", Text: m.run.Source("")}}
	}
	return []chart.Element{m.network(), m.table()}
}

// network shows who mentions whom: the accounts with the most mentions among them, and
// the heaviest of those.
func (m *Mentions) network() chart.Element {
	r := m.run
	shown, least := m.shown()
	choice := "Se muestran todas las menciones entre cuentas."
	if len(shown) < len(m.Links) {
		choice = fmt.Sprintf("De %s pares de cuentas se muestran los %s de más tweets (%s o más).", chart.Integer(len(m.Links)), chart.Integer(len(shown)), chart.Integer(least))
	}
	c := chart.Network{
		Figure: chart.Figure{
			Title:    "Quién menciona a quién",
			Subtitle: "Cada flecha va de una cuenta a la que menciona, en el color del partido de quien escribe y más ancha cuantos más tweets la mencionan. El tamaño de la cuenta crece con sus tweets. Cerca quedan las que se mencionan.",
			Source:   r.Source(run.Sentences(choice, "No cuentan las menciones de la propia cuenta.", m.Record.String())),
		},
		Unit: "tweets", Palette: m.loaded.Palette(),
	}
	at, made, had := map[int]int{}, map[int]int{}, map[int]int{}
	for _, link := range m.Links {
		made[link.From] += link.Tweets
		had[link.To] += link.Tweets
	}
	tweets := 1
	for _, link := range shown {
		for _, i := range []int{link.From, link.To} {
			at[i] = 0
			tweets = max(tweets, m.Accounts[i].Tweets)
		}
	}
	for i, account := range m.Accounts {
		if _, ok := at[i]; !ok {
			continue
		}
		at[i] = len(c.Nodes)
		c.Nodes = append(c.Nodes, chart.Node{
			Label: "@" + account.ScreenName, Key: cmp.Or(account.Partido, run.NoParty),
			Size: 8 + 26*math.Sqrt(float64(account.Tweets)/float64(tweets)),
			Lines: []string{
				account.Nombre, "Partido: " + cmp.Or(account.Partido, run.NoParty), chart.Count(account.Tweets, "tweet", "tweets"),
				"Menciona a otras del corpus: " + chart.Count(made[i], "vez", "veces"), "La mencionan otras del corpus: " + chart.Count(had[i], "vez", "veces"),
			},
		})
	}
	for _, link := range shown {
		c.Arrows = append(c.Arrows, chart.Arrow{From: at[link.From], To: at[link.To], Weight: float64(link.Tweets)})
	}
	return c
}

// shown are the links of the chart, and the weight of the lightest: the heaviest ones
// among the accounts with the most mentions, none left out that weighs as much as one
// that is shown, unless all weigh the same.
func (m *Mentions) shown() (list []MentionLink, least int) {
	weight := map[int]int{}
	for _, link := range m.Links {
		weight[link.From] += link.Tweets
		weight[link.To] += link.Tweets
	}
	var accounts []int
	for i := range weight {
		accounts = append(accounts, i)
	}
	slices.SortFunc(accounts, func(a, b int) int { return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a, b)) })
	kept := map[int]bool{}
	for _, i := range accounts[:min(mostNodes, len(accounts))] {
		kept[i] = true
	}
	for _, link := range m.Links {
		if kept[link.From] && kept[link.To] {
			list = append(list, link)
		}
	}
	if len(list) == 0 { // Pairs that mention each other alone, and more of them than accounts are kept.
		list = m.Links
	}
	if len(list) > mostArrows {
		limit := list[mostArrows].Tweets
		if more := slices.IndexFunc(list, func(l MentionLink) bool { return l.Tweets <= limit }); more > 0 {
			list = list[:more]
		} else {
			list = list[:mostArrows]
		}
	}
	return list, list[len(list)-1].Tweets
}

// table counts the mentions within and between the sides.
func (m *Mentions) table() chart.Element {
	r := m.run
	name := map[string]string{run.Right.Folder(): r.Named(run.Right), run.Left.Folder(): r.Named(run.Left), run.Rest: "las demás"}
	table := chart.Table{
		Caption: "Menciones dentro de los lados y entre ellos",
		Columns: []chart.Column{{Name: "Menciones"}},
		Note:    r.Source(run.Sentences("A quién: cuentas del corpus, según su lado; una por tweet y cuenta, sin las de la propia.", m.Record.String())),
	}
	for _, to := range folders {
		table.Columns = append(table.Columns, chart.Column{Name: "A " + name[to]})
	}
	table.Columns = append(table.Columns, chart.Column{Name: "Parte a su lado", Align: chart.AlignRight}, chart.Column{Name: "A cuentas fuera del corpus"})
	for _, from := range folders {
		row, all := []any{"De " + name[from]}, 0
		for _, to := range folders {
			n := m.between(from, to)
			all += n
			row = append(row, n)
		}
		own := any(nil)
		if from != run.Rest && all > 0 {
			own = chart.Percent(float64(m.between(from, from))/float64(all), 0)
		}
		table.Rows = append(table.Rows, append(row, own, m.Outside[from]))
	}
	return table
}
