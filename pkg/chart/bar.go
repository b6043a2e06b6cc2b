package chart

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Bar is a chart of horizontal bars, the longest on top, each with its figure beside it.
// Values below 0 point to the left, with their figure at that end.
type Bar struct {
	Figure
	Name      string // axis of the categories
	ValueName string // axis of the values
	Items     []BarItem
	KeepOrder bool     // as given instead of the longest first
	Decimals  int      // of the figures
	Shares    bool     // adds each bar's share of the sum
	Palette   *Palette // colours of the keys
}

// BarItem is one bar.
type BarItem struct {
	Label string
	Value float64
	Key   string   // of the palette; empty → Label
	Color string   // "#rrggbb"; empty → the palette's
	Lines []string // more lines for the tooltip
}

// negativeRoom is the share of the values' range reserved for the figures of bars that
// point left.
const negativeRoom = 0.08

// MIME renders the chart.
func (c Bar) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Bar) draft() (Bundle, error) { return c.plot().draft() }

func (c Bar) plot() *plot {
	c.Items = slices.Clone(c.Items)
	if !c.KeepOrder {
		slices.SortStableFunc(c.Items, func(a, b BarItem) int { return cmp.Compare(b.Value, a.Value) })
	}
	rows := c.rows()
	fr := c.frame(false)
	p := newPlot(fr, rows.height(c.Figure, fr))
	c.addAxes(p, fr, rows)
	p.add(charts.SingleSeries{
		Type: types.ChartBar, Data: c.bars(rows), BarMaxWidth: "20",
		Label: &opts.Label{Show: opts.Bool(true), Position: "right", Color: textColor, FontSize: labelSize, Formatter: fnText},
	}, nil)
	p.alt = fmt.Sprintf("Gráfico de barras: %s. %s", oneLine(c.Title), listing(rows.table.Rows))
	p.text = c.heading() + rows.table.text()
	return p
}

// scale is the range of the axis of values; it includes 0.
func (c Bar) scale() axisScale {
	values := []float64{0}
	for _, item := range c.Items {
		values = append(values, item.Value)
	}
	lo, hi := extent(values)
	if lo < 0 {
		// The figures of bars that point left are inside the plot, which must be wider by
		// as much. It begins at a tick, because ticks are counted from there.
		scale := niceScale(lo-(hi-lo)*negativeRoom, hi, 8)
		scale.Max = hi
		return scale
	}
	scale := niceScale(lo, hi, 6)
	if hi > 0 {
		scale.Max = hi // the longest bar fills the width
	}
	return scale
}

func (c Bar) rows() *figureRows {
	sum := 0.0
	for _, item := range c.Items {
		sum += item.Value
	}
	rows := newFigureRows(c.Name, c.ValueName)
	for _, item := range c.Items {
		figure := Number(item.Value, c.Decimals)
		if c.Shares && sum > 0 {
			figure += "  (" + Percent(item.Value/sum, 1) + ")"
		}
		rows.add(item.Label, figure)
	}
	return rows
}

func (c Bar) bars(rows *figureRows) []datum {
	data := make([]datum, len(c.Items))
	for i, item := range c.Items {
		data[i] = datum{
			Name: rows.labels[i], Value: finite(item.Value), Text: rows.figures[i],
			Tip:       append([]string{oneLine(item.Label), cmp.Or(c.ValueName, "Valor") + ": " + rows.figures[i]}, item.Lines...),
			ItemStyle: &opts.ItemStyle{Color: cmp.Or(item.Color, c.Palette.Color(cmp.Or(item.Key, item.Label)))},
		}
		if item.Value < 0 {
			data[i].Label = &datumLabel{Position: "left"}
		}
	}
	return data
}

func (c Bar) addAxes(p *plot, fr frame, rows *figureRows) {
	scale := c.scale()
	p.base.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{
			Left: px(margin + int(rows.left) + 10 + axisTitleRoom(c.Name)), Right: px(margin + int(rows.right) + 10),
			Top: px(fr.top), Bottom: px(fr.bottom + 44),
		}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Name: c.ValueName, NameLocation: "middle", NameGap: 28,
			Min: scale.Min, Max: scale.Max,
			AxisLabel: axisLabel(),
			SplitLine: splitLine(),
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Name: c.Name, NameLocation: "middle", NameGap: int(rows.left) + 24,
			Inverse: opts.Bool(true), Data: rows.labels,
			AxisLabel: &opts.AxisLabel{Interval: "0", Color: textColor, FontSize: labelSize},
			AxisLine:  &opts.AxisLine{LineStyle: &opts.LineStyle{Color: lineColor}},
		}),
	)
	p.extra["xAxis"] = []any{object{
		"interval": scale.Step, "nameTextStyle": axisNameStyle(),
		"axisLabel": object{"showMaxLabel": onStep(scale.Max, scale.Step)},
		"splitLine": object{"showMaxLine": onStep(scale.Max, scale.Step)},
	}}
	p.extra["yAxis"] = []any{object{"axisTick": object{"show": false}, "nameTextStyle": axisNameStyle()}}
}
