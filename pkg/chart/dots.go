package chart

import (
	"fmt"
	"math"
	"sort"

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

// MIME renders the chart.
func (c Dots) MIME() (Bundle, error) { return c.plot().bundle() }

func (c Dots) draft() (Bundle, error) { return c.plot().draft() }

func (c Dots) plot() *plot {
	items := append([]Dot(nil), c.Items...)
	if !c.KeepOrder {
		sort.SliceStable(items, func(i, j int) bool { return items[i].Value > items[j].Value })
	}
	var values []float64
	for _, item := range items {
		values = append(values, item.Value, item.Low, item.High)
	}
	if c.Reference != nil {
		values = append(values, c.Reference.Value)
	}
	scale := paddedScale(values, 8)
	if c.Limits[0] < c.Limits[1] {
		scale = niceScale(c.Limits[0], c.Limits[1], 8)
	}

	axis := valueAxis(0, c.ValueName, scale, 28, labelSize)
	if c.Log {
		lo, hi := extent(values)
		scale = logScale(lo, hi)
		axis = logAxis(0, c.ValueName, scale, 28, labelSize)
	}

	labels := make([]string, len(items))
	table := Table{Columns: []Column{{Name: or(c.Name, "Categoría")}, {Name: or(c.ValueName, "Valor"), Align: AlignRight}}}
	figures := make([]string, len(items))
	left, right := 0.0, 0.0
	for i, item := range items {
		figures[i] = Number(item.Value, c.Decimals)
		if isFinite(item.Low) && isFinite(item.High) {
			figures[i] += "  [" + Number(item.Low, c.Decimals) + "; " + Number(item.High, c.Decimals) + "]"
		}
		labels[i] = shorten(oneLine(item.Label), labelSize, 260)
		left = max(left, textWidth(labels[i], labelSize))
		right = max(right, textWidth(figures[i], labelSize))
		table.Rows = append(table.Rows, []any{item.Label, figures[i]})
	}

	fr := c.frame(false)
	height := c.Height
	if height == 0 {
		height = fr.top + fr.bottom + max(len(items), 2)*26 + 44
	}
	p := newPlot(fr, height)
	p.base.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{
			Left: px(margin + int(left) + 10 + axisTitleRoom(c.Name)), Right: px(margin + int(right) + 16),
			Top: px(fr.top), Bottom: px(fr.bottom + 44),
		}),
	)
	p.extra["xAxis"] = []any{axis}
	// Two axes of the same rows: names on one side, figures on the other.
	rows := func(texts []string, position string, color string) object {
		return object{
			"type": "category", "inverse": true, "data": texts, "position": position,
			"axisTick": object{"show": false}, "axisLine": object{"show": false},
			"axisLabel": object{"interval": 0, "color": color, "fontSize": labelSize},
		}
	}
	names := rows(labels, "left", textColor)
	names["name"], names["nameLocation"], names["nameGap"] = c.Name, "middle", int(left)+24
	names["nameTextStyle"] = axisNameStyle()
	names["splitLine"] = object{"show": true, "lineStyle": object{"color": gridColor}}
	p.extra["yAxis"] = []any{names, rows(figures, "right", textColor)}

	if r := c.Reference; r != nil && len(items) > 0 {
		p.add(charts.SingleSeries{Type: types.ChartLine, Data: []datum{}, Symbol: "none"}, object{
			"silent": true,
			"markLine": object{
				"symbol": "none", "data": []any{object{"xAxis": r.Value}}, "label": object{"show": false},
				"lineStyle": object{"color": textColor, "width": 1.5, "type": "dotted"},
			},
		})
		table.Rows = append(table.Rows, []any{r.Name, Number(r.Value, c.Decimals)})
	}
	var dots []datum
	for i, item := range items {
		color := or(item.Color, c.Palette.Color(or(item.Key, item.Label)))
		tip := append([]string{oneLine(item.Label), or(c.ValueName, "Valor") + ": " + figures[i]}, item.Lines...)
		if isFinite(item.Low) && isFinite(item.High) {
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
		if math.IsNaN(item.Value) {
			continue
		}
		dots = append(dots, datum{
			Name: labels[i], Value: []any{item.Value, i}, Text: figures[i], Tip: tip, SymbolSize: 10,
			ItemStyle: &opts.ItemStyle{Color: color, BorderColor: "#FFFFFF", BorderWidth: 1, Opacity: opts.Float(1)},
		})
	}
	p.add(charts.SingleSeries{Type: types.ChartScatter, Data: dots}, object{"z": 4})
	// An axis without a series is not drawn.
	p.add(charts.SingleSeries{Type: types.ChartScatter, YAxisIndex: 1, Data: []datum{}}, nil)
	p.alt = fmt.Sprintf("Gráfico de puntos con intervalos: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = c.heading() + table.text()
	return p
}
