package loading

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// OverTime shows the tweets of each month, or of each year when there are many
// months.
func (l *Loaded) OverTime() chart.Element {
	if !HasDates(l.Tweets) {
		return UndatedNote(l.Run, "Tweets por mes")
	}
	const mostMonths = 24
	title, name := "Tweets por mes", "Mes"
	counts := l.countBy("2006-01")
	if len(counts) > mostMonths {
		title, name = "Tweets por año", "Año"
		counts = l.countBy("2006")
	}
	bar := chart.Bar{
		Figure:    chart.Figure{Title: title, Source: l.Run.Source("")},
		Name:      name,
		ValueName: "Tweets",
		KeepOrder: true,
	}
	for _, period := range slices.Sorted(maps.Keys(counts)) {
		bar.Items = append(bar.Items, chart.BarItem{Label: period, Value: float64(counts[period]), Color: chart.BaseColor})
	}
	return bar
}

// countBy counts the tweets of each period, given as a time layout.
func (l *Loaded) countBy(layout string) map[string]int {
	counts := map[string]int{}
	for _, t := range l.Tweets {
		counts[t.Time.Format(layout)]++
	}
	return counts
}

// PerDay shows the tweets of each day, and their mean over a week.
func (l *Loaded) PerDay() chart.Element {
	if !HasDates(l.Tweets) {
		return UndatedNote(l.Run, "Tweets por día")
	}
	const week, day = 7, 24 * time.Hour
	lines := chart.Lines{
		Figure: chart.Figure{Title: "Tweets por día", Source: l.Run.Source("Días en UTC.")},
		XName:  "Día", YName: "Tweets", Dates: true,
	}
	first := l.Tweets[0].Time.Truncate(day)
	last := l.Tweets[len(l.Tweets)-1].Time.Truncate(day)
	days := int(last.Sub(first)/day) + 1
	counts := make([]float64, days)
	for _, t := range l.Tweets {
		counts[t.Time.Sub(first)/day]++
	}
	x, means := make([]float64, days), make([]float64, days)
	sum := 0.0
	for i, n := range counts {
		x[i] = float64(first.Add(time.Duration(i) * day).UnixMilli())
		if sum += n; i >= week {
			sum -= counts[i-week]
		}
		if means[i] = sum / week; i < week-1 {
			means[i] = math.NaN() // no whole week yet
		}
	}
	// From zero, to the next round number above the busiest day.
	most := slices.Max(counts)
	step := math.Pow(10, math.Floor(math.Log10(most))) / 2
	lines.YLimits = [2]float64{0, step * math.Ceil(most/step)}
	lines.Lines = []chart.Line{
		{Name: "Cada día", X: x, Y: counts, Color: "#C4C4C4", Decimals: 1},
		{Name: "Media de los últimos 7 días", X: x, Y: means, Color: chart.BaseColor, Decimals: 1},
	}
	return lines
}

// dateOf is a tweet's time as a reader sees it, or nothing.
func dateOf(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// UndatedNote stands for what a corpus without dates cannot show.
func UndatedNote(r *run.Run, title string) chart.Note {
	return chart.Note{Title: title + ": el corpus no tiene fechas",
		Text: "Si las tiene con otro nombre, dígalo en [columns] de study.toml, como en created_at = \"fecha\".\n" + r.Source("")}
}
