package chart

import (
	"fmt"
	"math"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Best says which point of a line is marked.
type Best int

// The points that a line can mark.
const (
	NoBest  Best = iota
	Lowest       // as for a loss
	Highest      // as for an accuracy
)

// Line is one curve: Y over X, drawn in the order given. A value that is not finite is a
// gap.
type Line struct {
	Name     string
	X, Y     []float64
	Key      string // of the palette; empty → Name
	Color    string // "#rrggbb"; empty → the palette's
	Dashed   bool
	Points   bool // marks every point, for few and far ones
	Right    bool // belongs to the second axis
	Best     Best
	Decimals int // in tooltips, table and mark; 0 → 3, below 0 → none
}

// Reference is a value to hold the lines against, drawn as a dotted line across.
type Reference struct {
	Name  string
	Value float64
}

// Lines is a chart of curves over a common x, with a second axis where a line asks for it.
type Lines struct {
	Figure
	XName, YName, RightName string
	Lines                   []Line
	References              []Reference
	LogLog                  bool       // both axes are logarithmic, so that a power of x is a straight line; all values are above 0. Not with Dates, XMax, YLimits or a second axis
	Dates                   bool       // x is [time.Time.UnixMilli], shown as its day in UTC
	XMax                    float64    // the x where the work will end, so that the axis stands still; 0 → the last x
	YLimits                 [2]float64 // where the left axis begins and ends; both 0 → as the values need
	Strip                   *Strip     // below the curves; nil → none
	Palette                 *Palette
}

// MIME renders the chart.
func (c Lines) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Lines) draft() (Bundle, error) { return c.plot().draft() }

func (c Lines) plot() *plot {
	fr := c.frame(true)
	height := c.Height
	if height == 0 {
		height = fr.top + fr.bottom + 360 + c.Strip.room()
	}
	p := newPlot(fr, height)

	hasRight := false
	var xs, left, right [][]float64
	for _, line := range c.Lines {
		n := min(len(line.X), len(line.Y))
		xs = append(xs, line.X[:n])
		if line.Right {
			hasRight = true
			right = append(right, line.Y[:n])
		} else {
			left = append(left, line.Y[:n])
		}
	}
	for _, reference := range c.References {
		left = append(left, []float64{reference.Value})
	}
	if c.Strip != nil {
		xs = append(xs, c.Strip.Line.X)
	}
	xLo, xHi := extent(xs...)
	if c.XMax > 0 {
		xHi = max(xHi, c.XMax)
		xLo = min(xLo, 0)
	}
	xScale := niceScale(xLo, xHi, 9)
	lo, hi := extent(left...)
	yScale := paddedScale([]float64{lo, hi}, 6)
	if c.YLimits[0] < c.YLimits[1] {
		yScale = niceScale(c.YLimits[0], c.YLimits[1], 6)
	}

	xAxis := valueAxis(0, c.XName, xScale, 28, labelSize)
	if xLo <= xHi && xHi > xLo {
		// The axis ends with the work, not at the next round number.
		xAxis["max"] = xHi
		xAxis["min"] = xLo
		if xLo >= 0 && xLo < xScale.Step {
			xAxis["min"] = 0
		}
		if !onStep(xHi, xScale.Step) {
			xAxis["axisLabel"].(object)["showMaxLabel"] = false
		}
	}
	pointer := fnPointer
	if c.Dates {
		pointer = fnDay
		xAxis["type"] = "time"
		delete(xAxis, "interval") // months are not equally long
		xAxis["axisLabel"].(object)["formatter"] = fnDay
		p.extra["useUTC"] = true
	}
	yAxis := valueAxis(0, c.YName, yScale, 44, labelSize)
	if c.LogLog {
		xAxis, yAxis = logAxis(0, c.XName, xLo, xHi, 28, labelSize), logAxis(0, c.YName, lo, hi, 44, labelSize)
	}
	xAxis["splitLine"] = object{"show": false}
	yAxes := []any{yAxis}
	rightRoom := 12
	if hasRight {
		rLo, rHi := extent(right...)
		rScale := niceScale(min(rLo, 0), rHi, 5)
		axis := valueAxis(0, c.RightName, rScale, 58, labelSize)
		axis["position"] = "right"
		axis["splitLine"] = object{"show": false}
		yAxes = append(yAxes, axis)
		rightRoom = 70
	}

	var legend []any
	table := Table{Columns: []Column{{Name: "Serie"}, {Name: or(c.XName, "x"), Align: AlignRight}, {Name: or(c.YName, "y"), Align: AlignRight}}}
	for _, line := range c.Lines {
		axis := 0
		if line.Right {
			axis = 1
		}
		item, rows := c.add(p, line, 0, axis)
		legend, table.Rows = append(legend, item), append(table.Rows, rows...)
	}
	for _, reference := range c.References {
		name := oneLine(reference.Name)
		text := Number(reference.Value, 3)
		end, _ := xAxis["max"].(float64)
		start, _ := xAxis["min"].(float64)
		if n, ok := xAxis["min"].(int); ok {
			start = float64(n)
		}
		p.add(charts.SingleSeries{
			Name: name, Type: types.ChartLine,
			Data: []datum{
				{Value: []any{start, reference.Value}, Text: text},
				{Value: []any{end, reference.Value}, Text: text},
			},
			ShowSymbol: opts.Bool(false), Symbol: "none",
			LineStyle: &opts.LineStyle{Color: textColor, Width: 1.5, Type: "dotted"},
			ItemStyle: &opts.ItemStyle{Color: textColor},
		}, nil)
		legend = append(legend, legendItem(name, "dotted"))
		table.Rows = append(table.Rows, []any{name, "", text})
	}

	grids := []opts.Grid{{
		Left: px(margin + 58), Right: px(margin + rightRoom), Top: px(fr.top + 4), Bottom: px(fr.bottom + 44 + c.Strip.room()),
	}}
	xAxes := []any{xAxis}
	if c.Strip != nil {
		grids = append(grids, opts.Grid{Left: grids[0].Left, Right: grids[0].Right, Height: px(stripHeight), Bottom: px(fr.bottom + 44)})
		xAxes = c.Strip.shareAxis(xAxis)
		item, rows := c.add(p, c.Strip.Line, 1, len(yAxes))
		legend, table.Rows = append(legend, item), append(table.Rows, rows...)
		yAxes = append(yAxes, c.Strip.axis())
		p.extra["axisPointer"] = object{"link": []any{object{"xAxisIndex": "all"}}}
	}
	p.base.SetGlobalOptions(charts.WithGridOpts(grids...))
	p.extra["xAxis"] = xAxes
	p.extra["yAxis"] = yAxes
	p.extra["legend"] = object{
		"show": true, "left": margin - 5, "top": fr.legendTop + 4, "data": legend,
		"itemWidth": 26, "itemHeight": 3, "itemGap": 18, "type": "scroll", "width": fr.width - 2*margin,
		"textStyle": object{"color": textColor, "fontSize": labelSize, "fontFamily": fontFamily},
	}
	p.extra["tooltip"].(object)["trigger"] = "axis"
	p.extra["tooltip"].(object)["formatter"] = fnAxisTip
	p.extra["tooltip"].(object)["axisPointer"] = object{"type": "line", "label": object{"formatter": pointer}}
	p.alt = fmt.Sprintf("Gráfico de líneas: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = c.heading() + table.text()
	return p
}

// add draws a line over the given axes, and returns its item of the legend and its
// rows of the table.
func (c Lines) add(p *plot, line Line, xAxis, yAxis int) (item object, rows [][]any) {
	name := oneLine(line.Name)
	decimals := line.Decimals
	if decimals == 0 {
		decimals = 3
	}
	decimals = max(0, decimals)
	color := or(line.Color, c.Palette.Color(or(line.Key, line.Name)))
	n := min(len(line.X), len(line.Y))
	data := make([]datum, n)
	best := -1
	for i := range n {
		x, y := line.X[i], line.Y[i]
		data[i] = datum{
			Value: []any{finite(x), finite(y)}, Text: Number(y, decimals),
			Head: or(c.XName, "x") + " " + c.xText(x),
		}
		if isFinite(y) && (best < 0 || line.Best == Lowest && y < line.Y[best] || line.Best == Highest && y > line.Y[best]) {
			best = i
		}
	}
	if line.Best == NoBest {
		best = -1
	}
	if n > 0 {
		rows = append(rows, []any{name + " (último)", c.xText(line.X[n-1]), Number(line.Y[n-1], decimals)})
	}
	kind := "solid"
	if line.Dashed {
		kind = "dashed"
	}
	symbol := "none"
	if line.Points || n == 1 {
		symbol = "circle" // one value alone makes no line
	}
	width := float32(2)
	if yAxis > 0 {
		width = 1.25 // what is not on the first axis stands back
	}
	p.add(charts.SingleSeries{
		Name: name, Type: types.ChartLine, XAxisIndex: xAxis, YAxisIndex: yAxis, Data: data,
		ShowSymbol: opts.Bool(true), Symbol: symbol, SymbolSize: 6,
		LineStyle: &opts.LineStyle{Color: color, Width: width, Type: kind},
		ItemStyle: &opts.ItemStyle{Color: color},
	}, object{"z": 3 - min(yAxis, 1)})
	if best >= 0 {
		x, y := line.X[best], line.Y[best]
		text := Number(y, decimals)
		aside := 0
		if x > 0.96*max(c.XMax, line.X[n-1]) {
			aside = -24 // away from the numbers of the second axis
		}
		rows = append(rows, []any{name + " (mejor)", c.xText(x), text})
		p.add(charts.SingleSeries{
			Name: name, Type: types.ChartScatter, XAxisIndex: xAxis, YAxisIndex: yAxis,
			Data: []datum{{
				Value: []any{x, y}, Text: text, SymbolSize: 13,
				Head: or(c.XName, "x") + " " + c.xText(x),
				Tip:  []string{name + ": el mejor valor", or(c.XName, "x") + ": " + c.xText(x), or(c.YName, "y") + ": " + text},
			}},
			Symbol:    "circle",
			ItemStyle: &opts.ItemStyle{Color: "#FFFFFF", BorderColor: color, BorderWidth: 3, Opacity: opts.Float(1)},
			Label: &opts.Label{
				Show: opts.Bool(true), Position: "top", Formatter: fnText,
				Color: textColor, FontSize: labelSize, FontWeight: "bold", BackgroundColor: "#FFFFFFD0",
			},
		}, object{"z": 5, "label": object{"padding": []int{2, 4}, "distance": 8, "offset": []int{aside, 0}}})
	}
	return legendItem(name, kind), rows
}

// xText writes an x.
func (c Lines) xText(x float64) string {
	if c.Dates {
		return time.UnixMilli(int64(x)).UTC().Format(time.DateOnly)
	}
	return shortNumber(x)
}

// shortNumber writes x without needless decimals.
func shortNumber(x float64) string {
	for decimals := range 4 {
		p := math.Pow(10, float64(decimals))
		if math.Abs(math.Round(x*p)/p-x) < 1e-9*max(1, math.Abs(x)) {
			return Number(x, decimals)
		}
	}
	return Number(x, 4)
}

// legendItem shows a line's name beside a piece of it.
func legendItem(name, kind string) object {
	icon := "path://M0,0h26v3h-26z"
	switch kind {
	case "dashed":
		icon = "path://M0,0h6v3h-6zM10,0h6v3h-6zM20,0h6v3h-6z"
	case "dotted":
		icon = "path://M0,0h3v3h-3zM6,0h3v3h-3zM12,0h3v3h-3zM18,0h3v3h-3zM24,0h3v3h-3z"
	}
	return object{"name": name, "icon": icon}
}
