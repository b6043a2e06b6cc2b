package chart

import (
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Timeline shows how often terms occur in the texts of several groups, period by period: a
// panel for each group, with bars for its texts and, below them, a row of cells for each
// term. A cell shows the number of texts with the term, and is darker the greater their
// share of the group's texts in that period.
type Timeline struct {
	Figure
	Unit    string   // what is counted, as "tweets"
	Periods []string // in order, the same for all panels
	Panels  []TimelinePanel
	Before  bool // the first period is all time before the second: it has a number instead of a bar
	Enough  int  // texts in a period, below which its cells have no shade: shares of few tell little
}

// TimelinePanel is one group.
type TimelinePanel struct {
	Title  string
	Color  string // "#rrggbb", of its bars and its darkest cell
	Totals []int  // texts in each period
	Terms  []TimelineTerm
}

// TimelineTerm is one row of a panel.
type TimelineTerm struct {
	Label  string
	Counts []int    // texts with the term in each period
	Total  string   // stands at the end of the row
	Lines  []string // more lines for the tooltips
}

// Heights in pixels.
const (
	timelineHead = 26 // a panel's title
	timelineBars = 40
	timelineRow  = 22
	timelineGap  = 14 // below a panel
	timelineFont = 10.5
)

// MIME renders the chart. It is an error if a panel or a term lacks a number for some
// period.
func (c Timeline) MIME() (Bundle, error) {
	p, err := c.plot()
	if err != nil {
		return Bundle{}, err
	}
	return p.bundle()
}

func (c Timeline) draft() (Bundle, error) {
	p, err := c.plot()
	if err != nil {
		return Bundle{}, err
	}
	return p.draft()
}

func (c Timeline) plot() (*plot, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	greatest := c.greatestShare()
	c.Subtitle = oneLine(strings.TrimSpace(c.Subtitle + " " + c.reading(greatest)))
	fr := c.frame(false)
	left, right, below := c.room()
	p := newPlot(fr, fr.top+c.height()+below+8+fr.bottom)
	t := &timeline{
		Timeline: c, plot: p, left: margin + left + 12, right: margin + right + 12, greatest: greatest,
		numbers: c.numbers(float64(fr.width - 2*margin - 24 - left - right)),
	}
	t.table.Columns = []Column{{Name: "Grupo"}, {Name: "Término"}, {Name: "Total", Align: AlignRight}}
	for _, period := range c.Periods {
		t.table.Columns = append(t.table.Columns, Column{Name: period, Align: AlignRight})
	}
	titles := p.extra["title"].([]any)
	y := fr.top
	for i, panel := range c.Panels {
		titles = append(titles, opts.Title{
			Title: oneLine(panel.Title), Left: px(margin - 5), Top: px(y - 4),
			TitleStyle: &opts.TextStyle{Color: textColor, FontSize: 13, FontWeight: "bold", FontFamily: fontFamily},
		})
		y = t.panel(panel, y+timelineHead, i == len(c.Panels)-1)
	}
	p.extra["title"] = titles
	p.base.SetGlobalOptions(charts.WithGridOpts(t.grids...))
	p.extra["xAxis"], p.extra["yAxis"], p.extra["visualMap"] = t.xAxes, t.yAxes, t.shades
	p.alt = fmt.Sprintf("Mapa de calor en el tiempo: %s. %s", oneLine(c.Title), listing(t.table.Rows))
	p.text = c.heading() + t.table.text()
	return p, nil
}

func (c Timeline) check() error {
	for _, panel := range c.Panels {
		if len(panel.Totals) != len(c.Periods) {
			return fmt.Errorf("chart: timeline %q has %d totals in %q for %d periods", c.Title, len(panel.Totals), panel.Title, len(c.Periods))
		}
		for _, term := range panel.Terms {
			if len(term.Counts) != len(c.Periods) {
				return fmt.Errorf("chart: timeline %q has %d counts of %q for %d periods", c.Title, len(term.Counts), term.Label, len(c.Periods))
			}
		}
	}
	return nil
}

// room is what the texts around the cells take: on the left the terms, on the right their
// totals, and below the names of the periods, upright.
func (c Timeline) room() (left, right, below int) {
	l, r, b := textWidth(c.barsLabel(0), timelineFont), 0.0, 0.0
	for _, panel := range c.Panels {
		l = max(l, textWidth(c.barsLabel(most(c.bars(panel))), timelineFont))
		for _, term := range panel.Terms {
			l = max(l, textWidth(c.label(term), labelSize))
			r = max(r, textWidth(oneLine(term.Total), timelineFont))
		}
	}
	for _, period := range c.Periods {
		b = max(b, textWidth(period, timelineFont))
	}
	return int(l), int(r), int(b)
}

// height is that of all panels.
func (c Timeline) height() int {
	height := 0
	for _, panel := range c.Panels {
		height += timelineHead + timelineBars + 4 + timelineRow*max(1, len(panel.Terms)) + timelineGap
	}
	return height
}

// greatestShare is the share that the darkest cell of all panels stands for.
func (c Timeline) greatestShare() float64 {
	greatest := 0.0
	for _, panel := range c.Panels {
		for _, term := range panel.Terms {
			for i, n := range term.Counts {
				if panel.Totals[i] >= max(1, c.Enough) {
					greatest = max(greatest, float64(n)/float64(panel.Totals[i]))
				}
			}
		}
	}
	return greatest
}

// reading explains the cells and what share the darkest stands for.
func (c Timeline) reading(greatest float64) string {
	number := fmt.Sprintf("En cada casilla, los %s del período que lo llevan", oneLine(c.Unit))
	switch {
	case greatest == 0:
		return fmt.Sprintf("%s (sin color: en ningún período hay %s o más de un grupo).", number, Integer(c.Enough))
	case c.Enough > 1:
		return fmt.Sprintf("%s; cuanto más oscura, mayor es su parte de los del grupo en ese período (la más oscura, %s; con menos de %s, sin color).",
			number, Percent(greatest, 0), Integer(c.Enough))
	default:
		return fmt.Sprintf("%s; cuanto más oscura, mayor es su parte de los del grupo en ese período (la más oscura, %s).", number, Percent(greatest, 0))
	}
}

// numbers tells whether every number fits in its cell, given the width of a row of cells.
func (c Timeline) numbers(width float64) bool {
	for _, panel := range c.Panels {
		for _, term := range panel.Terms {
			if textWidth(Integer(most(term.Counts)), timelineFont)+2 > width/float64(len(c.Periods)) {
				return false
			}
		}
	}
	return true
}

func (c Timeline) label(term TimelineTerm) string {
	return shorten(oneLine(term.Label), labelSize, 190)
}

// barsLabel tells what the bars are and what the longest of them stands for.
func (c Timeline) barsLabel(longest int) string {
	unit := []rune(oneLine(c.Unit))
	if len(unit) > 0 {
		unit = append([]rune(strings.ToUpper(string(unit[:1]))), unit[1:]...)
	}
	return fmt.Sprintf("%s (máx. %s)", string(unit), Integer(longest))
}

// bars are the numbers of texts that a panel shows as bars.
func (c Timeline) bars(panel TimelinePanel) []int {
	if c.Before && len(panel.Totals) > 0 {
		return panel.Totals[1:]
	}
	return panel.Totals
}

func most(list []int) int {
	n := 0
	for _, v := range list {
		n = max(n, v)
	}
	return n
}

// timeline gathers the parts of the panels.
type timeline struct {
	Timeline
	plot         *plot
	left, right  int
	greatest     float64
	numbers      bool // stand in the cells
	grids        []opts.Grid
	xAxes, yAxes []any
	shades       []any
	table        Table
}

// panel adds a panel whose bars begin at a height, and returns where the next one begins.
func (t *timeline) panel(panel TimelinePanel, y int, last bool) int {
	t.totals(panel, y)
	y += timelineBars + 4
	rows := max(1, len(panel.Terms))
	t.cells(panel, y, rows, last)
	return y + timelineRow*rows + timelineGap
}

// totals shows the texts of each period.
func (t *timeline) totals(panel TimelinePanel, y int) {
	n := t.grid(y, timelineBars, object{"show": false})
	longest := most(t.bars(panel))
	t.yAxes = append(t.yAxes, object{
		"type": "value", "gridIndex": n, "min": 0, "max": max(1, longest), "interval": max(1, longest),
		"splitLine": object{"show": false}, "axisLine": object{"show": false}, "axisTick": object{"show": false}, "axisLabel": object{"show": false},
		"name": t.barsLabel(longest), "nameLocation": "middle", "nameRotate": 0, "nameGap": 10,
		"nameTextStyle": object{"color": softColor, "fontSize": timelineFont, "fontFamily": fontFamily, "align": "right"},
	})
	data := make([]datum, len(t.Periods))
	cells := []any{panel.Title, t.Unit, ""}
	for i, total := range panel.Totals {
		data[i] = datum{Value: total, Tip: []string{oneLine(panel.Title) + ", " + oneLine(t.Periods[i]), oneLine(t.Unit) + ": " + Integer(total)}}
		if t.Before && i == 0 {
			data[i].Value, data[i].Text = 0, Integer(total)
		}
		cells = append(cells, total)
	}
	t.table.Rows = append(t.table.Rows, cells)
	t.plot.add(charts.SingleSeries{
		Type: types.ChartBar, XAxisIndex: n, YAxisIndex: len(t.yAxes) - 1, Data: data,
		ItemStyle: &opts.ItemStyle{Color: panel.Color}, BarCategoryGap: "15%",
		Label: &opts.Label{Show: opts.Bool(true), Position: "top", Color: softColor, FontSize: timelineFont, Formatter: fnText},
	}, nil)
}

// cells shows the terms, one below the other.
func (t *timeline) cells(panel TimelinePanel, y, rows int, last bool) {
	label := object{"show": last, "interval": 0, "rotate": 90, "color": textColor, "fontSize": timelineFont}
	n := t.grid(y, timelineRow*rows, label)
	labels, totals := make([]string, len(panel.Terms)), make([]string, len(panel.Terms))
	var data []datum
	for i, term := range panel.Terms {
		labels[i], totals[i] = t.label(term), oneLine(term.Total)
		cells := []any{panel.Title, term.Label, term.Total}
		for j, count := range term.Counts {
			cells = append(cells, count)
			data = append(data, t.cell(panel, term, i, j, count))
		}
		t.table.Rows = append(t.table.Rows, cells)
	}
	axis := func(texts []string, position, color string, size float64) object {
		return object{
			"type": "category", "gridIndex": n, "inverse": true, "data": texts, "position": position,
			"axisTick": object{"show": false}, "axisLine": object{"show": false},
			"axisLabel": object{"interval": 0, "color": color, "fontSize": size},
		}
	}
	names := len(t.yAxes)
	t.yAxes = append(t.yAxes, axis(labels, "left", textColor, labelSize), axis(totals, "right", softColor, timelineFont))
	t.shades = append(t.shades, object{
		"type": "continuous", "show": false, "seriesIndex": len(t.plot.series), "dimension": 3, "min": 0, "max": 1,
		"inRange": object{"color": []string{timelineEmpty, panel.Color}},
	})
	t.plot.add(charts.SingleSeries{
		Type: types.ChartHeatMap, XAxisIndex: n, YAxisIndex: names, Data: data,
		Label: &opts.Label{Show: opts.Bool(true), FontSize: timelineFont, Formatter: fnText},
	}, nil)
	// An axis without a series is not drawn.
	t.plot.add(charts.SingleSeries{Type: types.ChartScatter, XAxisIndex: n, YAxisIndex: names + 1, Data: []datum{}}, nil)
}

// timelineEmpty is the colour of a cell without shade.
const timelineEmpty = "#F5F5F5"

// cell is that of a term, the i-th of its panel, in the j-th period.
func (t *timeline) cell(panel TimelinePanel, term TimelineTerm, i, j, count int) datum {
	shade, text := 0.0, ""
	share := "sin " + t.Unit
	if total := panel.Totals[j]; total > 0 {
		of := float64(count) / float64(total)
		share = fmt.Sprintf("%s de %s %s (%s)", Integer(count), Integer(total), t.Unit, Percent(of, 1))
		if total >= t.Enough && t.greatest > 0 {
			shade = round10(of / t.greatest)
		}
	}
	if count > 0 && t.numbers {
		text = Integer(count)
	}
	return datum{
		// The shade is the fourth number, as in [Heatmap].
		Value: []any{j, i, count, shade}, Text: text,
		Tip:       append([]string{oneLine(term.Label), t.Periods[j] + ": " + share}, term.Lines...),
		ItemStyle: &opts.ItemStyle{BorderColor: "#FFFFFF", BorderWidth: 1},
		Label:     &datumLabel{Color: ink(blend(timelineEmpty, panel.Color, shade))},
	}
}

// grid adds a grid over the periods and its axis, and returns its place.
func (t *timeline) grid(y, height int, label object) int {
	n := len(t.grids)
	t.grids = append(t.grids, opts.Grid{Left: px(t.left), Right: px(t.right), Top: px(y), Height: px(height)})
	t.xAxes = append(t.xAxes, object{
		"type": "category", "gridIndex": n, "data": t.Periods, "axisLabel": label,
		"axisTick": object{"show": false}, "axisLine": object{"show": n%2 == 0, "lineStyle": object{"color": lineColor}},
	})
	return n
}
