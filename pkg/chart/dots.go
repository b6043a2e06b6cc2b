package chart

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Dots is a chart of figures with their intervals: a row for each, with a dot at the
// figure and a line from end to end of the interval. Figure and interval stand beside
// it in numbers.
type Dots struct {
	Figure
	Name      string // axis of the rows
	ValueName string // axis of the values
	Items     []Dot
	KeepOrder bool       // as given instead of the greatest on top
	Decimals  int        // of the figures
	Limits    [2]float64 // of the values; both 0: what the data need
	Log       bool       // equal ratios are equally long; all values are above 0, and Limits are not for it
	Reference *Reference // a line across all rows: chance, say, or no difference
	Palette   *Palette   // colours of the keys
}

// Dot is one row. Low and High are the ends of its interval; both NaN: it has none.
type Dot struct {
	Label            string
	Value, Low, High float64
	Key              string   // of the palette; empty → Label
	Color            string   // "#rrggbb"; empty → the palette's
	Lines            []string // more lines for the tooltip
}

// Reference is a value to hold the figures against.
type Reference struct {
	Name  string
	Value float64
}

// MIME renders the chart.
func (c Dots) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Dots) draft() (Bundle, error) { return c.plot().draft() }

func (c Dots) plot() *plot {
	c.Items = slices.Clone(c.Items)
	if !c.KeepOrder {
		slices.SortStableFunc(c.Items, func(a, b Dot) int { return cmp.Compare(b.Value, a.Value) })
	}
	rows := newFigureRows(c.Name, c.ValueName)
	for _, item := range c.Items {
		rows.add(item.Label, item.figure(c.Decimals))
	}
	fr := c.frame(false)
	p := newPlot(fr, rows.height(c.Figure, fr))
	scale := c.scale()
	c.addAxes(p, fr, scale, rows)
	if r := c.Reference; r != nil && len(c.Items) > 0 {
		c.addReference(p)
		rows.table.Rows = append(rows.table.Rows, []any{r.Name, Number(r.Value, c.Decimals)})
	}
	c.addDots(p, scale, rows)
	p.alt = fmt.Sprintf("Gráfico de puntos con intervalos: %s. %s", oneLine(c.Title), listing(rows.table.Rows))
	p.text = c.heading() + rows.table.text()
	return p
}

// hasInterval tells whether both ends of the interval are known.
func (d Dot) hasInterval() bool { return isFinite(d.Low) && isFinite(d.High) }

// figure is the value, with its interval in brackets.
func (d Dot) figure(decimals int) string {
	figure := Number(d.Value, decimals)
	if d.hasInterval() {
		figure += "  [" + Number(d.Low, decimals) + "; " + Number(d.High, decimals) + "]"
	}
	return figure
}

// scale is the range of the axis of values.
func (c Dots) scale() axisScale {
	var values []float64
	for _, item := range c.Items {
		values = append(values, item.Value, item.Low, item.High)
	}
	if c.Reference != nil {
		values = append(values, c.Reference.Value)
	}
	switch {
	case c.Log:
		return logScale(extent(values))
	case c.Limits[0] < c.Limits[1]:
		return niceScale(c.Limits[0], c.Limits[1], 8)
	default:
		return paddedScale(values, 8)
	}
}

func (c Dots) addAxes(p *plot, fr frame, scale axisScale, rows *figureRows) {
	p.base.SetGlobalOptions(charts.WithGridOpts(opts.Grid{
		Left: px(margin + int(rows.left) + 10 + axisTitleRoom(c.Name)), Right: px(margin + int(rows.right) + 16),
		Top: px(fr.top), Bottom: px(fr.bottom + 44),
	}))
	if c.Log {
		p.extra["xAxis"] = []any{logAxis(0, c.ValueName, scale, 28, labelSize)}
	} else {
		p.extra["xAxis"] = []any{valueAxis(0, c.ValueName, scale, 28, labelSize)}
	}
	// Two axes of the same rows: names on one side, figures on the other.
	axis := func(texts []string, position string) object {
		return object{
			"type": "category", "inverse": true, "data": texts, "position": position,
			"axisTick": object{"show": false}, "axisLine": object{"show": false},
			"axisLabel": object{"interval": 0, "color": textColor, "fontSize": labelSize},
		}
	}
	names := axis(rows.labels, "left")
	names["name"], names["nameLocation"], names["nameGap"] = c.Name, "middle", int(rows.left)+24
	names["nameTextStyle"] = axisNameStyle()
	names["splitLine"] = object{"show": true, "lineStyle": object{"color": gridColor}}
	p.extra["yAxis"] = []any{names, axis(rows.figures, "right")}
}

// addReference draws a line across all rows.
func (c Dots) addReference(p *plot) {
	p.add(charts.SingleSeries{Type: types.ChartLine, Data: []datum{}, Symbol: "none"}, object{
		"silent": true,
		"markLine": object{
			"symbol": "none", "data": []any{object{"xAxis": c.Reference.Value}}, "label": object{"show": false},
			"lineStyle": object{"color": textColor, "width": 1.5, "type": "dotted"},
		},
	})
}

// addDots draws the intervals and, over them, the dots.
func (c Dots) addDots(p *plot, scale axisScale, rows *figureRows) {
	var dots []datum
	for i, item := range c.Items {
		color := cmp.Or(item.Color, c.Palette.Color(cmp.Or(item.Key, item.Label)))
		tip := append([]string{oneLine(item.Label), cmp.Or(c.ValueName, "Valor") + ": " + rows.figures[i]}, item.Lines...)
		if item.hasInterval() {
			p.add(charts.SingleSeries{
				Type: types.ChartLine,
				Data: []datum{
					{Value: []any{max(item.Low, scale.Min), i}, Tip: tip},
					{Value: []any{min(item.High, scale.Max), i}, Tip: tip},
				},
				ShowSymbol: opts.Bool(true), Symbol: "rect",
				LineStyle: &opts.LineStyle{Color: color, Width: 2},
				ItemStyle: &opts.ItemStyle{Color: color},
			}, object{"symbolSize": []int{2, 9}})
		}
		if !isFinite(item.Value) { // its figure alone says what it is
			continue
		}
		dots = append(dots, datum{
			Name: rows.labels[i], Value: []any{item.Value, i}, Text: rows.figures[i], Tip: tip, SymbolSize: 10,
			ItemStyle: &opts.ItemStyle{Color: color, BorderColor: "#FFFFFF", BorderWidth: 1, Opacity: opts.Float(1)},
		})
	}
	p.add(charts.SingleSeries{Type: types.ChartScatter, Data: dots}, object{"z": 4})
	// An axis without a series is not drawn.
	p.add(charts.SingleSeries{Type: types.ChartScatter, YAxisIndex: 1, Data: []datum{}}, nil)
}
