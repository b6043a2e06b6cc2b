package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Term is a word of a [Terms] chart.
type Term struct {
	Label  string
	X, Y   float64      // how often; 0 is a frequency too
	Value  float64      // colours it
	Lines  []string     // of the tooltip: the frequencies in words
	Quotes []QuoteGroup // examples for the tooltip, below its lines
}

// QuoteGroup is a list of examples under a heading.
type QuoteGroup struct {
	Heading string
	Quotes  []Quote
}

// Quote is a word in its context, and whose text it is.
type Quote struct{ Before, Word, After, By string }

// Terms is a scatter of words: how often one side uses each against how often the other
// does, in the manner of Scattertext (Kessler, "Scattertext: a Browser-Based Tool for
// Visualizing how Corpora Differ", 2017). Hovering a word shows examples of it.
//
// Scattertext spreads words by rank. Here both axes are frequencies on a scale of
// asinh(v), which is v near 0 and ln 2v from about 2 on: ticks have a meaning that can be
// cited, the distance from the diagonal is the ratio of the frequencies, and a word that a
// side never uses has a place, which a logarithm would not give it. Words of equal
// frequencies stand side by side around their place.
type Terms struct {
	Figure
	XName, YName string
	Terms        []Term // the most telling first: they are labelled, and drawn over the others
	Labels       int    // how many are labelled at most; 0 → 100
	// ValueName is what colours; High and Low say what its ends mean, and have a colour.
	ValueName           string
	High, Low           string
	HighColor, LowColor string
}

// MIME renders the chart.
func (c Terms) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Terms) draft() (Bundle, error) { return c.plot().draft() }

const (
	termRadius = 3.5
	neutral    = "#C9C9C9" // the middle of a diverging scale
)

func (c Terms) plot() *plot {
	// A term without a place is left out.
	c.Terms = slices.DeleteFunc(slices.Clone(c.Terms), func(t Term) bool { return !isFinite(t.X + t.Y + t.Value) })
	c.Labels = cmp.Or(c.Labels, 100)
	fr := c.frame(true)
	height := cmp.Or(c.Height, fr.top+fr.bottom+46+600)
	p := newPlot(fr, height)
	box := rect{
		x: margin + 62, y: float64(fr.top),
		w: float64(fr.width - 2*margin - 62 - 12), h: float64(height - fr.top - fr.bottom - 46),
	}
	axes := c.axes(box)
	marks := axes.marks(c.Terms)
	spots := c.spots(marks, box)
	limit := c.limit()
	c.addAxes(p, axes)
	p.extra["tooltip"].(object)["extraCssText"] = "max-width:440px;white-space:normal;overflow-wrap:anywhere;line-height:1.4"
	p.extra["visualMap"] = []any{c.legend(int(box.x), fr.legendTop+9, limit)}
	p.add(charts.SingleSeries{
		Type: types.ChartScatter, Data: c.data(axes, marks, spots, limit),
		Label:       &opts.Label{Show: opts.Bool(false), FontSize: labelSize, Formatter: fnText},
		LabelLayout: &opts.LabelLayout{HideOverlap: opts.Bool(true)},
	}, object{
		"symbolSize": 2 * termRadius,
		"itemStyle":  object{"borderColor": "#FFFFFF", "borderWidth": 0.7, "opacity": 1},
		"label":      object{"distance": 3, "textBorderColor": "#FFFFFF", "textBorderWidth": 2},
		"markLine":   diagonal(axes.low, axes.high),
	})
	table := c.table()
	p.alt = fmt.Sprintf("Gráfico de dispersión de palabras: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = c.heading() + table.text()
	return p
}

// termAxes are the two axes of a [Terms] chart in a box of the picture: both go from low to
// high, in asinh, with ticks up to the frequency reach.
type termAxes struct {
	box              rect
	low, high, reach float64
}

func (c Terms) axes(box rect) termAxes {
	reach := 1.0
	for _, term := range c.Terms {
		reach = max(reach, term.X, term.Y)
	}
	high := math.Asinh(reach) * 1.06
	return termAxes{box: box, low: -0.1 * high, high: high, reach: reach}
}

// pixel is what a pixel stands for on each axis.
func (a termAxes) pixel() (x, y float64) {
	return (a.high - a.low) / a.box.w, (a.high - a.low) / a.box.h
}

// marks are where the terms stand in the picture.
func (a termAxes) marks(terms []Term) []mark {
	pixelX, pixelY := a.pixel()
	marks := make([]mark, len(terms))
	for i, at := range spread(terms) {
		term := terms[i]
		marks[i] = mark{
			x: a.box.x + (math.Asinh(term.X)-a.low)/pixelX + at[0],
			y: a.box.y + a.box.h - (math.Asinh(term.Y)-a.low)/pixelY + at[1],
			r: termRadius,
			w: textWidth(term.label(), labelSize), h: labelSize + 1,
		}
	}
	return marks
}

// place is where a mark stands on the axes.
func (a termAxes) place(m mark) (x, y float64) {
	pixelX, pixelY := a.pixel()
	return round3(a.low + (m.x-a.box.x)*pixelX), round3(a.low + (a.box.y+a.box.h-m.y)*pixelY)
}

func (t Term) label() string { return shorten(oneLine(t.Label), labelSize, 180) }

// labelled is how many terms, from the first on, may have a label.
func (c Terms) labelled() int { return min(c.Labels, len(c.Terms)) }

// spots are those of the terms that may have a label.
func (c Terms) spots(marks []mark, box rect) []spot {
	spots := placeAmong(marks[:c.labelled()], marks, box, beside)
	for i, s := range spots {
		if marks[i].covers(s, marks) > 2 {
			spots[i] = spot{} // neither label nor points would be legible
		}
	}
	return spots
}

// data are the points, the most telling last, over the others.
func (c Terms) data(axes termAxes, marks []mark, spots []spot, limit float64) []datum {
	data := make([]datum, len(c.Terms))
	for i, term := range c.Terms {
		x, y := axes.place(marks[i])
		d := datum{
			Value:  []any{x, y, round3(term.Value)},
			Tip:    append([]string{oneLine(term.Label)}, term.Lines...),
			Quotes: quoteGroups(term.Quotes),
		}
		if i < len(spots) && spots[i].side != "" {
			d.Text = term.label()
			d.Label = &datumLabel{Show: opts.Bool(true), Position: spots[i].side, Color: blend(c.color(term.Value, limit), "#000000", 0.35)}
		}
		data[len(data)-1-i] = d
	}
	return data
}

// table is of the terms that may have a label.
func (c Terms) table() Table {
	t := Table{Columns: []Column{
		{Name: "Palabra"}, {Name: cmp.Or(c.XName, "x"), Align: AlignRight}, {Name: cmp.Or(c.YName, "y"), Align: AlignRight},
		{Name: cmp.Or(c.ValueName, "valor"), Align: AlignRight},
	}}
	for _, term := range c.Terms[:c.labelled()] {
		t.Rows = append(t.Rows, []any{oneLine(term.Label), Number(term.X, 1), Number(term.Y, 1), Number(term.Value, 1)})
	}
	return t
}

func (c Terms) addAxes(p *plot, a termAxes) {
	p.base.SetGlobalOptions(charts.WithGridOpts(opts.Grid{
		Left: px(int(a.box.x)), Top: px(int(a.box.y)),
		Right: px(p.width - int(a.box.x+a.box.w)), Bottom: px(p.height - int(a.box.y+a.box.h)),
	}))
	p.extra["xAxis"] = []any{asinhAxis(c.XName, a.low, a.high, a.reach, 26)}
	p.extra["yAxis"] = []any{asinhAxis(c.YName, a.low, a.high, a.reach, 44)}
}

// legend is the bar of colours, with what its ends mean.
func (c Terms) legend(left, top int, limit float64) object {
	value := cmp.Or(c.ValueName, "valor")
	return object{
		"type": "continuous", "dimension": 2, "min": -limit, "max": limit, "calculable": false, "hoverLink": false,
		"inRange": object{"color": []string{c.LowColor, neutral, c.HighColor}},
		"orient":  "horizontal", "left": left, "top": top, "itemWidth": 12, "itemHeight": 150, "padding": 0,
		"text": []string{
			oneLine(c.High) + " (" + value + " ≥ " + Number(limit, 0) + ")",
			oneLine(c.Low) + " (" + value + " ≤ " + Number(-limit, 0) + ")",
		},
		"textGap": 8, "textStyle": object{"color": textColor, "fontSize": labelSize, "fontFamily": fontFamily},
	}
}

// spread returns how far, in pixels, each term stands from its true place: terms of equal
// frequencies lie around it on a sunflower's spiral, in the order of their labels.
func spread(terms []Term) [][2]float64 {
	const golden = 2.399963 // radians: turns that never meet
	type place struct{ x, y float64 }
	order := make([]int, len(terms))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(terms[a].Label, terms[b].Label) })
	taken := make(map[place]int)
	out := make([][2]float64, len(terms))
	for _, i := range order {
		at := place{terms[i].X, terms[i].Y}
		n := float64(taken[at])
		taken[at]++
		radius := 1.8 * termRadius * math.Sqrt(n)
		out[i] = [2]float64{radius * math.Cos(golden*n), radius * math.Sin(golden*n)}
	}
	return out
}

// covers counts the points whose middle lies under the mark's label.
func (m mark) covers(s spot, points []mark) (n int) {
	label := m.label(s)
	for _, p := range points {
		if label.holds(p.x, p.y) {
			n++
		}
	}
	return n
}

// limit is the absolute value at which the colour saturates: few terms are beyond it, and
// those in the middle can still be told apart.
func (c Terms) limit() float64 {
	values := make([]float64, len(c.Terms))
	for i, term := range c.Terms {
		values[i] = math.Abs(term.Value)
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 1
	}
	return math.Max(1, math.Round(values[len(values)*19/20]))
}

// color is that of a value, as ECharts' visualMap gives it.
func (c Terms) color(value, limit float64) string {
	t := math.Max(-1, math.Min(1, value/limit))
	if t < 0 {
		return blend(neutral, c.LowColor, -t)
	}
	return blend(neutral, c.HighColor, t)
}

// asinhAxis goes from low to high on a scale of asinh, with ticks at 1, 2 and 5 times
// powers of ten up to reach.
func asinhAxis(name string, low, high, reach float64, gap int) object {
	ticks := []float64{0}
	for power := 1.0; power <= reach; power *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if m*power <= reach {
				ticks = append(ticks, math.Asinh(m*power))
			}
		}
	}
	axis := valueAxis(0, name, axisScale{Min: low, Max: high, Step: high}, gap, labelSize)
	label, tick := axis["axisLabel"].(object), axis["axisTick"].(object)
	label["customValues"], tick["customValues"] = ticks, ticks
	label["formatter"] = fnSinh
	return axis
}

// quoteGroup is a [QuoteGroup] as runtime.js reads it.
type quoteGroup struct {
	Head  string      `json:"head"`
	Lines [][4]string `json:"lines"`
}

func quoteGroups(groups []QuoteGroup) []quoteGroup {
	var out []quoteGroup
	for _, g := range groups {
		if len(g.Quotes) == 0 {
			continue
		}
		group := quoteGroup{Head: oneLine(g.Heading)}
		for _, q := range g.Quotes {
			group.Lines = append(group.Lines, [4]string{oneLine(q.Before), oneLine(q.Word), oneLine(q.After), oneLine(q.By)})
		}
		out = append(out, group)
	}
	return out
}

// round3 keeps three decimals: a tenth of a pixel.
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }
