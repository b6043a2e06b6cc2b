package chart

import (
	"fmt"
	"sort"

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

// negativeRoom is the share of the values' range that is left for the figures of bars
// that point left.
const negativeRoom = 0.08

// MIME renders the chart.
func (c Bar) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Bar) draft() (Bundle, error) { return c.plot().draft() }

func (c Bar) plot() *plot {
	items := append([]BarItem(nil), c.Items...)
	if !c.KeepOrder {
		sort.SliceStable(items, func(i, j int) bool { return items[i].Value > items[j].Value })
	}
	sum := 0.0
	values := make([]float64, len(items))
	for i, item := range items {
		sum += item.Value
		values[i] = item.Value
	}
	_, hi := extent(values, []float64{0})
	lo, _ := extent(values, []float64{0})
	scale := niceScale(lo, hi, 6)
	if lo >= 0 && hi > 0 {
		scale.Max = hi // the longest bar fills the width
	}

	if lo < 0 {
		// The figures of the bars that point left stand inside the plot, which must be
		// wider by what they need. It begins at a tick, for ticks are counted from there.
		scale = niceScale(lo-(max(hi, 0)-lo)*negativeRoom, max(hi, 0), 8)
		scale.Max = max(hi, 0)
	}

	labels := make([]string, len(items))
	data := make([]datum, len(items))
	table := Table{Columns: []Column{{Name: or(c.Name, "Categoría")}, {Name: or(c.ValueName, "Valor"), Align: AlignRight}}}
	left, right := 0.0, 0.0
	for i, item := range items {
		figure := Number(item.Value, c.Decimals)
		if c.Shares && sum > 0 {
			figure += "  (" + Percent(item.Value/sum, 1) + ")"
		}
		labels[i] = shorten(oneLine(item.Label), labelSize, 260)
		left = max(left, textWidth(labels[i], labelSize))
		right = max(right, textWidth(figure, labelSize))
		data[i] = datum{
			Name: labels[i], Value: finite(item.Value), Text: figure,
			Tip:       append([]string{oneLine(item.Label), or(c.ValueName, "Valor") + ": " + figure}, item.Lines...),
			ItemStyle: &opts.ItemStyle{Color: or(item.Color, c.Palette.Color(or(item.Key, item.Label)))},
		}
		if item.Value < 0 {
			data[i].Label = &datumLabel{Position: "left"}
		}
		table.Rows = append(table.Rows, []any{item.Label, figure})
	}

	fr := c.frame(false)
	height := c.Height
	if height == 0 {
		height = fr.top + fr.bottom + max(len(items), 2)*26 + 44
	}
	p := newPlot(fr, height)
	name := axisTitleRoom(c.Name)
	p.base.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{
			Left: px(margin + int(left) + 10 + name), Right: px(margin + int(right) + 10),
			Top: px(fr.top), Bottom: px(fr.bottom + 44),
		}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Name: c.ValueName, NameLocation: "middle", NameGap: 28,
			Min: scale.Min, Max: scale.Max,
			AxisLabel: axisLabel(),
			SplitLine: splitLine(),
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Name: c.Name, NameLocation: "middle", NameGap: int(left) + 24,
			Inverse: opts.Bool(true), Data: labels,
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
	p.add(charts.SingleSeries{
		Type: types.ChartBar, Data: data, BarMaxWidth: "20",
		Label: &opts.Label{Show: opts.Bool(true), Position: "right", Color: textColor, FontSize: labelSize, Formatter: fnText},
	}, nil)
	p.alt = fmt.Sprintf("Gráfico de barras: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = c.heading() + table.text()
	return p
}
