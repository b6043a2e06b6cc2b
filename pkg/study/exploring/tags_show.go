package exploring

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
)

// fewestOfPeriod is the number of a side's tweets in a period from which shares of them
// are shaded.
const fewestOfPeriod = 50

// HashtagsOverTime shows the hashtags that each side uses most.
func (g *Tags) HashtagsOverTime() chart.Element {
	return g.overTime("Los hashtags que más usa cada lado", "Los", "hashtags", "#", g.Hashtags, "")
}

// MentionsOverTime shows the accounts that each side mentions most.
func (g *Tags) MentionsOverTime() chart.Element {
	return g.overTime("Las cuentas que más menciona cada lado", "Las", "menciones", "@", g.Mentions, "No cuentan las menciones de la propia cuenta.")
}

func (g *Tags) overTime(title, article, what, sign string, sides map[string][]Tag, note string) chart.Element {
	r := g.run
	if g.Calendar.Unit == "" {
		return loading.UndatedNote(r, title)
	}
	c := chart.Timeline{
		Unit: "tweets", Periods: g.Calendar.Labels, Before: g.Calendar.Before, Enough: fewestOfPeriod,
	}
	found := 0
	for _, side := range run.Sides {
		list := sides[side.Folder()]
		found += len(list)
		panel := chart.TimelinePanel{Title: r.Label(side), Color: run.SideColor(side), Totals: g.Totals[side.Folder()]}
		for _, tag := range list {
			accounts := chart.Count(tag.Accounts, "cuenta", "cuentas")
			panel.Terms = append(panel.Terms, chart.TimelineTerm{
				Label: sign + tag.Name, Counts: tag.Counts, Total: chart.Integer(tag.Tweets) + " · " + accounts,
				Lines: []string{fmt.Sprintf("En total: %s de %s", chart.Count(tag.Tweets, "tweet", "tweets"), accounts)},
			})
		}
		if len(list) == 0 {
			panel.Title += ": sin " + what
		}
		c.Panels = append(c.Panels, panel)
	}
	if found == 0 {
		return chart.Note{Title: "Los tweets de los dos lados no tienen " + what, Text: r.Source("")}
	}
	c.Figure = chart.Figure{
		Title:    title,
		Subtitle: fmt.Sprintf("%s %d de más tweets, por %s; al final de la fila, cuántos en total y de cuántas cuentas.", article, mostTags, g.Calendar.Unit),
		Source:   r.Source(run.Sentences(note, g.Record.String())),
	}
	return c
}
