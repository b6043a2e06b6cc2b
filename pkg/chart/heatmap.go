package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Heatmap is a small table of numbers whose cells are the darker the greater the number.
type Heatmap struct {
	Figure
	XName, YName  string
	Columns, Rows []string
	Values        [][]float64 // [row][column]; NaN → an empty cell
	Decimals      int         // 0 → 2
	Best          Best        // frames the best cell of every column
	ColumnScale   bool        // shades every column for itself: columns that are not comparable
	Log           bool        // shades by the logarithm; values must be positive
}

// The shades from the least to the greatest value: one hue, from nearly white.
var shades = []string{"#F3F7FB", "#C9DDEF", "#8FBBDD", "#4A8FC4", "#0A5A99"}

// MIME renders the chart. It is an error when Values is not as large as Rows × Columns.
func (c Heatmap) MIME() (Bundle, error) {
	p, err := c.plot()
	if err != nil {
		return Bundle{}, err
	}
	return p.bundle()
}

func (c Heatmap) draft() (Bundle, error) {
	p, err := c.plot()
	if err != nil {
		return Bundle{}, err
	}
	return p.draft()
}

func (c Heatmap) plot() (*plot, error) {
	if len(c.Values) != len(c.Rows) {
		return nil, fmt.Errorf("chart: heat map %q has %d rows of values for %d row names", c.Title, len(c.Values), len(c.Rows))
	}
	for i, row := range c.Values {
		if len(row) != len(c.Columns) {
			return nil, fmt.Errorf("chart: heat map %q has %d values in row %q for %d columns", c.Title, len(row), c.Rows[i], len(c.Columns))
		}
	}
	decimals := c.Decimals
	if decimals == 0 {
		decimals = 2
	}

	shade, best := c.shading()
	var data, framed []datum
	table := Table{Columns: []Column{{Name: or(c.YName, "Fila")}}}
	for _, column := range c.Columns {
		table.Columns = append(table.Columns, Column{Name: column, Align: AlignRight})
	}
	for i, row := range c.Values {
		cells := []any{c.Rows[i]}
		for j, v := range row {
			text := Number(v, decimals)
			background := shades[0]
			if isFinite(v) {
				background = shadeColor(shade[i][j])
			}
			tip := []string{text}
			d := datum{
				// ECharts shades by the fourth number; the third is the value itself.
				Value: []any{j, i, finite(v), shade[i][j]}, Text: text,
				ItemStyle: &opts.ItemStyle{BorderColor: "#FFFFFF", BorderWidth: 3},
				Label:     &datumLabel{Color: ink(background)},
			}
			if best[j] == i {
				tip = append(tip, "el mejor de la columna")
				d.ItemStyle.BorderColor = textColor
				d.Label.FontWeight = "bold"
				cells = append(cells, text+" *")
			} else {
				cells = append(cells, text)
			}
			d.Tip = append(tip, or(c.YName, "Fila")+": "+oneLine(c.Rows[i]), or(c.XName, "Columna")+": "+oneLine(c.Columns[j]))
			if best[j] == i {
				framed = append(framed, d)
			} else {
				data = append(data, d)
			}
		}
		table.Rows = append(table.Rows, cells)
	}

	figure := c.Figure
	if c.Best != NoBest {
		const legend = "Con marco: el mejor de cada columna."
		if before := strings.TrimRight(figure.Subtitle, ". "); before != "" {
			figure.Subtitle = before + ". " + legend
		} else {
			figure.Subtitle = legend
		}
	}
	left := 0.0
	rows := make([]string, len(c.Rows))
	for i, name := range c.Rows {
		rows[i] = shorten(oneLine(name), labelSize, 240)
		left = max(left, textWidth(rows[i], labelSize))
	}
	columns := make([]string, len(c.Columns))
	for i, name := range c.Columns {
		columns[i] = oneLine(name)
	}
	nameRoom := axisTitleRoom(c.YName)
	gridLeft := margin + int(left) + 12 + nameRoom
	if figure.Width == 0 {
		figure.Width = max(560, min(defaultWidth, gridLeft+margin+170*len(columns)))
	}
	fr := figure.frame(false)
	top := fr.top + 26 + axisTitleRoom(c.XName)
	height := c.Height
	if height == 0 {
		height = top + fr.bottom + 54*max(1, len(rows)) + 8
	}
	p := newPlot(fr, height)
	p.base.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: px(gridLeft), Right: px(margin), Top: px(top), Bottom: px(fr.bottom + 4)}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "category", Name: c.XName, NameLocation: "middle", NameGap: 28, Position: "top", Data: columns,
			AxisLabel: &opts.AxisLabel{Interval: "0", Color: textColor, FontSize: labelSize},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Name: c.YName, NameLocation: "middle", NameGap: int(left) + 22, Inverse: opts.Bool(true), Data: rows,
			AxisLabel: &opts.AxisLabel{Interval: "0", Color: textColor, FontSize: labelSize},
		}),
		charts.WithVisualMapOpts(opts.VisualMap{
			Type: "continuous", Show: opts.Bool(false), Dimension: "3", Min: 0, Max: 1,
			InRange: &opts.VisualMapInRange{Color: shades},
		}),
	)
	bare := object{"axisTick": object{"show": false}, "axisLine": object{"show": false}, "nameTextStyle": axisNameStyle()}
	p.extra["xAxis"] = []any{bare}
	p.extra["yAxis"] = []any{bare}
	// go-echarts leaves zeros out.
	p.extra["visualMap"] = []any{object{"min": 0, "max": 1, "dimension": 3}}
	p.add(charts.SingleSeries{
		Type: types.ChartHeatMap, Data: append(data, framed...), // frames are drawn over their neighbours
		Label: &opts.Label{Show: opts.Bool(true), FontSize: 14, Formatter: fnText},
	}, nil)
	p.alt = fmt.Sprintf("Mapa de calor: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = figure.heading() + table.text()
	return p, nil
}

// shading returns the shade 0…1 of every cell and the row of every column's best cell,
// or −1.
func (c Heatmap) shading() (shade [][]float64, best []int) {
	at := func(i, j int) float64 {
		if c.Log {
			return math.Log(c.Values[i][j])
		}
		return c.Values[i][j]
	}
	lo, hi := make([]float64, len(c.Columns)), make([]float64, len(c.Columns))
	best = make([]int, len(c.Columns))
	var all []float64
	for j := range c.Columns {
		best[j] = -1
		var column []float64
		for i := range c.Rows {
			column = append(column, at(i, j))
			v := c.Values[i][j]
			if !isFinite(v) || c.Best == NoBest {
				continue
			}
			if b := best[j]; b < 0 || c.Best == Lowest && v < c.Values[b][j] || c.Best == Highest && v > c.Values[b][j] {
				best[j] = i
			}
		}
		lo[j], hi[j] = extent(column)
		all = append(all, column...)
	}
	if !c.ColumnScale {
		l, h := extent(all)
		for j := range lo {
			lo[j], hi[j] = l, h
		}
	}
	shade = make([][]float64, len(c.Rows))
	for i := range shade {
		shade[i] = make([]float64, len(c.Columns))
		for j := range shade[i] {
			v := at(i, j)
			switch {
			case !isFinite(v):
			case hi[j] > lo[j]:
				shade[i][j] = round10((v - lo[j]) / (hi[j] - lo[j]))
			default:
				shade[i][j] = 0.5
			}
		}
	}
	return shade, best
}

// shadeColor is the colour that ECharts gives to a shade in 0…1.
func shadeColor(t float64) string {
	at := t * float64(len(shades)-1)
	i := min(int(at), len(shades)-2)
	return blend(shades[i], shades[i+1], at-float64(i))
}
