package chart

import (
	"cmp"
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

// over tells whether v is better than other.
func (b Best) over(v, other float64) bool {
	return b == Lowest && v < other || b == Highest && v > other
}

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

// Lines is a chart of curves over a common x, with a second axis where a line asks for it.
type Lines struct {
	Figure
	XName, YName, RightName string
	Lines                   []Line
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
	g := &linesPlot{
		Lines: c, scale: c.xScale(),
		plot: newPlot(fr, cmp.Or(c.Height, fr.top+fr.bottom+360+c.Strip.room())),
	}
	g.table.Columns = []Column{{Name: "Serie"}, {Name: cmp.Or(c.XName, "x"), Align: AlignRight}, {Name: cmp.Or(c.YName, "y"), Align: AlignRight}}
	for _, line := range c.Lines {
		axis := 0
		if line.Right {
			axis = 1
		}
		g.add(line.complete(), 0, axis)
	}
	g.addAxes(fr)
	g.addLegend(fr)
	g.addTooltip()
	g.plot.alt = fmt.Sprintf("Gráfico de líneas: %s. %s", oneLine(c.Title), listing(g.table.Rows))
	g.plot.text = c.heading() + g.table.text()
	return g.plot
}

// xScale is the range of the x axis. It ends with the work, not at the next round number.
func (c Lines) xScale() axisScale {
	var xs [][]float64
	for _, line := range c.Lines {
		xs = append(xs, line.complete().X)
	}
	if c.Strip != nil {
		xs = append(xs, c.Strip.Line.X)
	}
	lo, hi := extent(xs...)
	if c.XMax > 0 {
		lo, hi = min(lo, 0), max(hi, c.XMax)
	}
	if c.LogLog {
		return logScale(lo, hi)
	}
	scale := niceScale(lo, hi, 9)
	if lo < hi {
		scale.Max = hi
		if scale.Min = lo; lo >= 0 && lo < scale.Step {
			scale.Min = 0
		}
	}
	return scale
}

// linesPlot gathers the parts of a [Lines] chart.
type linesPlot struct {
	Lines
	plot   *plot
	scale  axisScale // of x
	legend []any
	table  Table
}

// add draws a line over the given axes.
func (g *linesPlot) add(line Line, xAxis, yAxis int) {
	name := oneLine(line.Name)
	color := cmp.Or(line.Color, g.Palette.Color(cmp.Or(line.Key, line.Name)))
	data := make([]datum, len(line.X))
	for i, x := range line.X {
		data[i] = datum{
			Value: []any{finite(x), finite(line.Y[i])}, Text: Number(line.Y[i], line.Decimals),
			Head: cmp.Or(g.XName, "x") + " " + g.xText(x),
		}
	}
	kind := "solid"
	if line.Dashed {
		kind = "dashed"
	}
	symbol := "none"
	if line.Points || len(data) == 1 {
		symbol = "circle" // one value alone makes no line
	}
	width := float32(2)
	if yAxis > 0 {
		width = 1.25 // what is not on the first axis stands back
	}
	g.plot.add(charts.SingleSeries{
		Name: name, Type: types.ChartLine, XAxisIndex: xAxis, YAxisIndex: yAxis, Data: data,
		ShowSymbol: opts.Bool(true), Symbol: symbol, SymbolSize: 6,
		LineStyle: &opts.LineStyle{Color: color, Width: width, Type: kind},
		ItemStyle: &opts.ItemStyle{Color: color},
	}, object{"z": 3 - min(yAxis, 1)})
	g.legend = append(g.legend, legendItem(name, kind))
	if last := len(data) - 1; last >= 0 {
		g.table.Rows = append(g.table.Rows, []any{name + " (último)", g.xText(line.X[last]), data[last].Text})
	}
	if best := line.best(); best >= 0 {
		g.addBest(line, best, color, xAxis, yAxis)
	}
}

// addBest marks the best point of a line, with its value beside it.
func (g *linesPlot) addBest(line Line, best int, color string, xAxis, yAxis int) {
	name := oneLine(line.Name)
	x, y := line.X[best], line.Y[best]
	xText, yText := g.xText(x), Number(y, line.Decimals)
	aside := 0
	if x > 0.96*max(g.XMax, line.X[len(line.X)-1]) {
		aside = -24 // away from the numbers of the second axis
	}
	g.plot.add(charts.SingleSeries{
		Name: name, Type: types.ChartScatter, XAxisIndex: xAxis, YAxisIndex: yAxis,
		Data: []datum{{
			Value: []any{x, y}, Text: yText, SymbolSize: 13,
			Head: cmp.Or(g.XName, "x") + " " + xText,
			Tip:  []string{name + ": el mejor valor", cmp.Or(g.XName, "x") + ": " + xText, cmp.Or(g.YName, "y") + ": " + yText},
		}},
		Symbol:    "circle",
		ItemStyle: &opts.ItemStyle{Color: "#FFFFFF", BorderColor: color, BorderWidth: 3, Opacity: opts.Float(1)},
		Label: &opts.Label{
			Show: opts.Bool(true), Position: "top", Formatter: fnText,
			Color: textColor, FontSize: labelSize, FontWeight: "bold", BackgroundColor: "#FFFFFFD0",
		},
	}, object{"z": 5, "label": object{"padding": []int{2, 4}, "distance": 8, "offset": []int{aside, 0}}})
	g.table.Rows = append(g.table.Rows, []any{name + " (mejor)", xText, yText})
}

// addAxes places the curves and, below them, the strip with its line.
func (g *linesPlot) addAxes(fr frame) {
	x, y := g.xAxis(), g.yAxes()
	rightRoom := 12
	if len(y) > 1 {
		rightRoom = 70
	}
	curves := opts.Grid{
		Left: px(margin + 58), Right: px(margin + rightRoom), Top: px(fr.top + 4), Bottom: px(fr.bottom + 44 + g.Strip.room()),
	}
	grids, xAxes := []opts.Grid{curves}, []any{x}
	if g.Strip != nil {
		grids = append(grids, opts.Grid{Left: curves.Left, Right: curves.Right, Height: px(stripHeight), Bottom: px(fr.bottom + 44)})
		xAxes = g.Strip.shareAxis(x)
		g.add(g.Strip.Line.complete(), 1, len(y))
		y = append(y, g.Strip.axis())
		g.plot.extra["axisPointer"] = object{"link": []any{object{"xAxisIndex": "all"}}}
	}
	g.plot.base.SetGlobalOptions(charts.WithGridOpts(grids...))
	g.plot.extra["xAxis"], g.plot.extra["yAxis"] = xAxes, y
}

func (g *linesPlot) xAxis() object {
	var axis object
	switch {
	case g.LogLog:
		axis = logAxis(0, g.XName, g.scale, 28, labelSize)
	default:
		axis = valueAxis(0, g.XName, g.scale, 28, labelSize)
		if !onStep(g.scale.Max, g.scale.Step) {
			axis["axisLabel"].(object)["showMaxLabel"] = false
		}
	}
	if g.Dates {
		axis["type"] = "time"
		delete(axis, "interval") // months are not equally long
		axis["axisLabel"].(object)["formatter"] = fnDay
		g.plot.extra["useUTC"] = true
	}
	axis["splitLine"] = object{"show": false}
	return axis
}

// yAxes are the left axis and, where a line asks for it, the right one.
func (g *linesPlot) yAxes() []any {
	var left, right [][]float64
	for _, line := range g.Lines.Lines {
		if y := line.complete().Y; line.Right {
			right = append(right, y)
		} else {
			left = append(left, y)
		}
	}
	lo, hi := extent(left...)
	var axes []any
	switch limits := g.YLimits; {
	case g.LogLog:
		axes = append(axes, logAxis(0, g.YName, logScale(lo, hi), 44, labelSize))
	case limits[0] < limits[1]:
		axes = append(axes, valueAxis(0, g.YName, niceScale(limits[0], limits[1], 6), 44, labelSize))
	default:
		axes = append(axes, valueAxis(0, g.YName, paddedScale([]float64{lo, hi}, 6), 44, labelSize))
	}
	if right != nil {
		lo, hi := extent(right...)
		axis := valueAxis(0, g.RightName, niceScale(min(lo, 0), hi, 5), 58, labelSize)
		axis["position"] = "right"
		axis["splitLine"] = object{"show": false}
		axes = append(axes, axis)
	}
	return axes
}

func (g *linesPlot) addLegend(fr frame) {
	g.plot.extra["legend"] = object{
		"show": true, "left": margin - 5, "top": fr.legendTop + 4, "data": g.legend,
		"itemWidth": 26, "itemHeight": 3, "itemGap": 18, "type": "scroll", "width": fr.width - 2*margin,
		"textStyle": object{"color": textColor, "fontSize": labelSize, "fontFamily": fontFamily},
	}
}

// addTooltip shows the values of all lines at an x in one tooltip.
func (g *linesPlot) addTooltip() {
	pointer := fnPointer
	if g.Dates {
		pointer = fnDay
	}
	tooltip := g.plot.extra["tooltip"].(object)
	tooltip["trigger"], tooltip["formatter"] = "axis", fnAxisTip
	tooltip["axisPointer"] = object{"type": "line", "label": object{"formatter": pointer}}
}

// complete returns the line as it is drawn: as many x as y, and decimals as [Number] takes
// them.
func (l Line) complete() Line {
	n := min(len(l.X), len(l.Y))
	l.X, l.Y = l.X[:n], l.Y[:n]
	switch {
	case l.Decimals == 0:
		l.Decimals = 3
	case l.Decimals < 0:
		l.Decimals = 0
	}
	return l
}

// best is the place of the point to mark, or −1.
func (l Line) best() int {
	best := -1
	for i, y := range l.Y {
		if l.Best != NoBest && isFinite(y) && (best < 0 || l.Best.over(y, l.Y[best])) {
			best = i
		}
	}
	return best
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
	if kind == "dashed" {
		icon = "path://M0,0h6v3h-6zM10,0h6v3h-6zM20,0h6v3h-6z"
	}
	return object{"name": name, "icon": icon}
}
