package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Point is a labelled point of a scatter plot.
type Point struct {
	Label string
	X, Y  float64
	Key   string   // of the palette; empty → Label
	Color string   // "#rrggbb"; empty → the palette's
	Size  float64  // diameter in pixels; 0 → 11
	Lines []string // more lines for the tooltip
	Mute  bool     // named in the tooltip only
}

// Scatter is one plot of labelled points.
type Scatter struct {
	Figure
	XName, YName string
	Points       []Point
	Decimals     int // of the coordinates in tooltips and tables; 0 → 3
	Palette      *Palette
	Diagonal     bool // a dashed line where x equals y; both axes then have one scale
}

// Panel is one plot among several.
type Panel struct {
	Title        string
	XName, YName string
	Points       []Point
}

// Panels is a grid of scatter plots in one figure, each with axes of its own.
type Panels struct {
	Figure
	Panels   []Panel
	Columns  int // 0 → 3
	Decimals int // of the coordinates in tooltips and tables; 0 → 3
	Palette  *Palette
}

// MIME renders the chart.
func (c Scatter) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Scatter) draft() (Bundle, error) { return c.plot().draft() }

// MIME renders the chart.
func (c Panels) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Panels) draft() (Bundle, error) { return c.plot().draft() }

func (c Scatter) plot() *plot {
	fr := c.frame(false)
	height := c.Height
	if height == 0 {
		height = fr.top + fr.bottom + 520
	}
	p := newPlot(fr, height)
	box := rect{
		x: float64(margin + 62), y: float64(fr.top),
		w: float64(fr.width - 2*margin - 62 - 12), h: float64(height - fr.top - fr.bottom - 46),
	}
	sp := newScatterPlot(p, c.Palette, c.Decimals)
	sp.diagonal = c.Diagonal
	sp.panel(Panel{XName: c.XName, YName: c.YName, Points: c.Points}, box, labelSize)
	sp.finish()
	p.alt = fmt.Sprintf("Gráfico de dispersión: %s. %s", oneLine(c.Title), listing(sp.rows))
	p.text = c.heading() + sp.table("").text()
	return p
}

func (c Panels) plot() *plot {
	fr := c.frame(false)
	columns := c.Columns
	if columns <= 0 {
		columns = 3
	}
	columns = max(1, min(columns, len(c.Panels)))
	rows := (len(c.Panels) + columns - 1) / columns
	// The edge leaves room for a label that extends beyond the last panel.
	const panelHead, axes, gutter, edge = 24, 44, 26, 24
	height := c.Height
	if height == 0 {
		height = fr.top + fr.bottom + max(rows, 1)*(250+panelHead+axes)
	}
	p := newPlot(fr, height)
	cellW := float64(fr.width-2*margin-edge-gutter*(columns-1)) / float64(columns)
	cellH := float64(height-fr.top-fr.bottom) / float64(max(rows, 1))
	sp := newScatterPlot(p, c.Palette, c.Decimals)
	titles := p.extra["title"].([]any)
	for i, panel := range c.Panels {
		x := float64(margin) + float64(i%columns)*(cellW+gutter)
		y := float64(fr.top) + float64(i/columns)*cellH
		box := rect{x: x + 52, y: y + panelHead, w: cellW - 52, h: cellH - panelHead - axes}
		titles = append(titles, opts.Title{
			Title: shorten(oneLine(panel.Title), labelSize*1.1, cellW), Left: px(int(box.x) - 5), Top: px(int(y) - 2),
			TitleStyle: &opts.TextStyle{Color: textColor, FontSize: 13, FontWeight: "bold", FontFamily: fontFamily},
		})
		sp.panel(panel, box, 11)
	}
	p.extra["title"] = titles
	sp.finish()
	p.alt = fmt.Sprintf("Gráficos de dispersión: %s. %s", oneLine(c.Title), listing(sp.rows))
	p.text = c.heading() + sp.table("Panel").text()
	return p
}

// scatterPlot gathers the parts of one or more panels.
type scatterPlot struct {
	plot         *plot
	palette      *Palette
	decimals     int
	diagonal     bool
	grids        []opts.Grid
	xAxes, yAxes []any
	rows         [][]any
}

func newScatterPlot(p *plot, palette *Palette, decimals int) *scatterPlot {
	if decimals == 0 {
		decimals = 3
	}
	return &scatterPlot{plot: p, palette: palette, decimals: decimals}
}

// panel adds a plot of points in a box of the picture.
func (sp *scatterPlot) panel(panel Panel, box rect, fontSize float64) {
	n := len(sp.grids)
	xs, ys := make([]float64, len(panel.Points)), make([]float64, len(panel.Points))
	for i, point := range panel.Points {
		xs[i], ys[i] = point.X, point.Y
	}
	xScale, yScale := paddedScale(xs, box.w/60), paddedScale(ys, box.h/50)
	var extra object
	if sp.diagonal {
		xScale = paddedScale(append(slices.Clone(xs), ys...), box.h/50)
		yScale = xScale
		extra = object{"markLine": diagonal(xScale.Min, xScale.Max)}
	}
	marks := make([]mark, len(panel.Points))
	for i, point := range panel.Points {
		marks[i] = point.mark(box, xScale, yScale, fontSize)
	}
	spots := placeLabels(marks, box, apart)
	data := make([]datum, 0, len(panel.Points))
	for i, point := range panel.Points {
		sp.row(panel, point)
		if isFinite(point.X) && isFinite(point.Y) { // a point without a place is in the table only
			data = append(data, sp.datum(panel, point, marks[i], spots[i], fontSize))
		}
	}
	sp.grids = append(sp.grids, sp.grid(box, n == 0 && panel.Title == ""))
	sp.xAxes = append(sp.xAxes, valueAxis(n, panel.XName, xScale, 26, fontSize))
	sp.yAxes = append(sp.yAxes, valueAxis(n, panel.YName, yScale, 40, fontSize))
	sp.plot.add(charts.SingleSeries{
		Type: types.ChartScatter, XAxisIndex: n, YAxisIndex: n, Data: data,
		Label:       &opts.Label{Show: opts.Bool(true), Position: "right", Color: textColor, FontSize: float32(fontSize), Formatter: fnText},
		LabelLayout: &opts.LabelLayout{HideOverlap: opts.Bool(true)},
	}, extra)
}

// mark is where the point falls in the picture, to choose the spot of its label.
func (p Point) mark(box rect, x, y axisScale, fontSize float64) mark {
	size := p.Size
	if size <= 0 {
		size = 11
	}
	m := mark{
		x: box.x + (p.X-x.Min)/(x.Max-x.Min)*box.w,
		y: box.y + box.h - (p.Y-y.Min)/(y.Max-y.Min)*box.h,
		r: size / 2,
	}
	if !p.Mute {
		m.w, m.h = textWidth(p.label(fontSize), fontSize), fontSize+2
	}
	return m
}

func (p Point) label(fontSize float64) string { return shorten(oneLine(p.Label), fontSize, 180) }

// row adds a point to the table.
func (sp *scatterPlot) row(panel Panel, point Point) {
	row := []any{oneLine(point.Label), Number(point.X, sp.decimals), Number(point.Y, sp.decimals)}
	if panel.Title != "" {
		row = append([]any{oneLine(panel.Title)}, row...)
	}
	sp.rows = append(sp.rows, row)
}

func (sp *scatterPlot) datum(panel Panel, point Point, m mark, s spot, fontSize float64) datum {
	key := cmp.Or(point.Key, point.Label)
	name, symbol := oneLine(point.Label), sp.palette.symbol(key)
	d := datum{
		Name: name, Value: []any{point.X, point.Y}, Text: point.label(fontSize),
		Tip: append([]string{
			name, cmp.Or(panel.XName, "x") + ": " + Number(point.X, sp.decimals), cmp.Or(panel.YName, "y") + ": " + Number(point.Y, sp.decimals),
		}, point.Lines...),
		Symbol: symbol, SymbolSize: 2 * m.r * symbolScale[symbol],
		ItemStyle: &opts.ItemStyle{
			Color: cmp.Or(point.Color, sp.palette.Color(key)), BorderColor: "#FFFFFF", BorderWidth: 1, Opacity: opts.Float(0.92),
		},
		Label: &datumLabel{Position: s.side},
	}
	if s.away() > 0 {
		d.Label = apartLabel(m, s, d.SymbolSize)
		d.LabelLine = object{"show": true, "length2": 0, "lineStyle": object{"color": softColor, "width": 0.8}}
	}
	if s.side == "" || point.Label == "" || point.Mute {
		d.Label = &datumLabel{Show: opts.Bool(false)}
	}
	return d
}

// grid is the box as ECharts' grid. A lone plot grows and shrinks with the figure; panels
// keep their share of its width.
func (sp *scatterPlot) grid(box rect, alone bool) opts.Grid {
	if alone {
		return opts.Grid{
			Left: px(int(box.x)), Top: px(int(box.y)),
			Right: px(sp.plot.width - int(box.x+box.w)), Bottom: px(sp.plot.height - int(box.y+box.h)),
		}
	}
	share := func(v float64) string { return fmt.Sprintf("%.3f%%", 100*v/float64(sp.plot.width)) }
	return opts.Grid{Left: share(box.x), Top: px(int(box.y)), Width: share(box.w), Height: px(int(box.h))}
}

// apartLabel places a label apart from its point, whose symbol has the given size, by the
// end that is towards the point: there an error in the text's width does not show.
func apartLabel(m mark, s spot, symbol float64) *datumLabel {
	place := m.label(s)
	align, end := "left", place.x
	switch s.side {
	case "left":
		align, end = "right", place.x+place.w
	case "top", "bottom":
		align, end = "center", place.x+place.w/2
	}
	return &datumLabel{
		Position: []float64{round3(end - m.x + symbol/2), round3(place.y + place.h/2 - m.y + symbol/2)},
		Align:    align, Vertical: "middle",
	}
}

// diagonal is the line where x equals y.
func diagonal(low, high float64) object {
	return object{
		"silent": true, "symbol": "none", "label": object{"show": false},
		"lineStyle": object{"color": lineColor, "type": "dashed", "width": 1},
		"data":      []any{[]any{object{"coord": []float64{low, low}}, object{"coord": []float64{high, high}}}},
	}
}

func (sp *scatterPlot) finish() {
	sp.plot.base.SetGlobalOptions(charts.WithGridOpts(sp.grids...))
	sp.plot.extra["xAxis"], sp.plot.extra["yAxis"] = sp.xAxes, sp.yAxes
}

func (sp *scatterPlot) table(first string) Table {
	t := Table{Columns: []Column{{Name: "Punto"}, {Name: "x", Align: AlignRight}, {Name: "y", Align: AlignRight}}, Rows: sp.rows}
	if first != "" && len(sp.rows) > 0 && len(sp.rows[0]) == 4 {
		t.Columns = append([]Column{{Name: first}}, t.Columns...)
	}
	return t
}

// valueAxis is an axis of numbers in grid n, with lines at round values.
func valueAxis(n int, name string, scale axisScale, gap int, fontSize float64) object {
	return object{
		"type": "value", "gridIndex": n,
		"name": name, "nameLocation": "middle", "nameGap": gap,
		"nameTextStyle": object{"color": textColor, "fontSize": fontSize, "fontFamily": fontFamily},
		"min":           scale.Min, "max": scale.Max, "interval": scale.Step,
		"axisLabel": object{"color": softColor, "fontSize": 11, "formatter": fnNumber, "hideOverlap": true},
		"axisLine":  object{"show": true, "onZero": false, "lineStyle": object{"color": lineColor}},
		"axisTick":  object{"show": true, "lineStyle": object{"color": lineColor}},
		"splitLine": object{"show": true, "lineStyle": object{"color": gridColor}},
	}
}

// logAxis is a value axis of equal ratios instead of equal differences, over a [logScale].
func logAxis(n int, name string, scale axisScale, gap int, fontSize float64) object {
	axis := valueAxis(n, name, scale, gap, fontSize)
	axis["type"], axis["logBase"] = "log", 2
	delete(axis, "interval")
	return axis
}

// paddedScale leaves room around the values for points and labels.
func paddedScale(values []float64, ticks float64) axisScale {
	lo, hi := extent(values)
	if lo < hi {
		pad := 0.06 * (hi - lo)
		lo, hi = lo-pad, hi+pad
	}
	return niceScale(lo, hi, int(max(4, ticks)))
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
