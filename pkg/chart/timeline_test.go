package chart

import (
	"strings"
	"testing"
)

// The darkest cell is that of the greatest share, not of the greatest number, and a period
// of few texts has no shade.
func TestTimelineShadesShares(t *testing.T) {
	panel := TimelinePanel{Title: "a", Color: RightColor, Totals: []int{1000, 100, 4}, Terms: []TimelineTerm{
		{Label: "x", Counts: []int{50, 20, 4}}, {Label: "y", Counts: []int{10, 0, 0}},
	}}
	c := Timeline{Unit: "tweets", Periods: []string{"1", "2", "3"}, Panels: []TimelinePanel{panel}, Enough: 5}
	drawn := &timeline{Timeline: c, greatest: c.greatestShare(), numbers: true}
	for i, row := range [][]float64{{0.25, 1, 0}, {0.05, 0, 0}} {
		for j, want := range row {
			cell := drawn.cell(panel, panel.Terms[i], i, j, panel.Terms[i].Counts[j])
			if got := cell.Value.([]any)[3].(float64); got != want {
				t.Errorf("row %d, period %d: shade %v, want %v", i, j, got, want)
			}
		}
	}
	if text := svgText(t, render(t, c).SVG); !strings.Contains(text, "la más oscura, 20") || !strings.Contains(text, "Tweets (máx. 1.000)") {
		t.Errorf("the picture does not tell its scale:\n%s", text)
	}
	few := c
	few.Enough = 2000
	if text := svgText(t, render(t, few).SVG); !strings.Contains(text, "sin color: en ningún período") {
		t.Errorf("a chart without shades does not say why:\n%s", text)
	}
	c.Before = true
	if text := svgText(t, render(t, c).SVG); !strings.Contains(text, "Tweets (máx. 100)") || !strings.Contains(text, "1.000") {
		t.Errorf("all time before the periods has a bar:\n%s", text)
	}
	panel.Terms[1].Counts = []int{1}
	if _, err := c.MIME(); err == nil || !strings.Contains(err.Error(), `"y"`) {
		t.Errorf("got %v, want an error that names the term", err)
	}
}

// Numbers that do not fit in their cells are in the tooltips alone.
func TestTimelineNumbersFit(t *testing.T) {
	c := Timeline{Unit: "tweets"}
	panel := TimelinePanel{Title: "a", Color: RightColor}
	term := TimelineTerm{Label: "x"}
	for range 30 {
		c.Periods = append(c.Periods, "p")
		panel.Totals, term.Counts = append(panel.Totals, 300_000), append(term.Counts, 123_456)
	}
	panel.Terms = []TimelineTerm{term}
	c.Panels = []TimelinePanel{panel}
	if strings.Contains(svgText(t, render(t, c).SVG), "123.456") {
		t.Error("numbers stand over each other")
	}
	c.Periods, panel.Totals, term.Counts = c.Periods[:3], panel.Totals[:3], term.Counts[:3]
	panel.Terms = []TimelineTerm{term}
	c.Panels = []TimelinePanel{panel}
	if !strings.Contains(svgText(t, render(t, c).SVG), "123.456") {
		t.Error("numbers that fit are left out")
	}
}
