package chart

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Heatmap is a small table of numbers whose cells are darker the greater the number.
type Heatmap struct {
	Figure
	XName, YName  string
	Columns, Rows []string
	Values        [][]float64 // [row][column]; NaN → an empty cell
	Decimals      int         // 0 → 2
	Best          Best        // frames the best cell of every column
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
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Best != NoBest {
		const legend = "Con marco: el mejor de cada columna."
		if before := strings.TrimRight(c.Subtitle, ". "); before != "" {
			c.Subtitle = before + ". " + legend
		} else {
			c.Subtitle = legend
		}
	}
	cells, table := c.cells()
	p := c.grid()
	// go-echarts leaves zeros out.
	p.extra["visualMap"] = []any{object{"min": 0, "max": 1, "dimension": 3}}
	p.add(charts.SingleSeries{
		Type: types.ChartHeatMap, Data: cells,
		Label: &opts.Label{Show: opts.Bool(true), FontSize: 14, Formatter: fnText},
	}, nil)
	p.alt = fmt.Sprintf("Mapa de calor: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = c.heading() + table.text()
	return p, nil
}

func (c Heatmap) check() error {
	if len(c.Values) != len(c.Rows) {
		return fmt.Errorf("chart: heat map %q has %d rows of values for %d row names", c.Title, len(c.Values), len(c.Rows))
	}
	for i, row := range c.Values {
		if len(row) != len(c.Columns) {
			return fmt.Errorf("chart: heat map %q has %d values in row %q for %d columns", c.Title, len(row), c.Rows[i], len(c.Columns))
		}
	}
	return nil
}

// cells returns what is drawn, the framed cells last, and the same as a table.
func (c Heatmap) cells() ([]datum, Table) {
	shade, best := c.shading()
	var others, framed []datum
	table := Table{Columns: []Column{{Name: cmp.Or(c.YName, "Fila")}}}
	for _, column := range c.Columns {
		table.Columns = append(table.Columns, Column{Name: column, Align: AlignRight})
	}
	for i, row := range c.Values {
		texts := []any{c.Rows[i]}
		for j := range row {
			isBest := best[j] == i
			d := c.cell(i, j, shade[i][j], isBest)
			if isBest {
				framed = append(framed, d)
				texts = append(texts, d.Text+" *")
			} else {
				others = append(others, d)
				texts = append(texts, d.Text)
			}
		}
		table.Rows = append(table.Rows, texts)
	}
	return append(others, framed...), table // frames are drawn over their neighbours
}

func (c Heatmap) cell(i, j int, shade float64, best bool) datum {
	v := c.Values[i][j]
	text := Number(v, cmp.Or(c.Decimals, 2))
	background := shades[0]
	if isFinite(v) {
		background = shadeColor(shade)
	}
	d := datum{
		// ECharts shades by the fourth number; the third is the value itself.
		Value: []any{j, i, finite(v), shade}, Text: text,
		Tip:       []string{text},
		ItemStyle: &opts.ItemStyle{BorderColor: "#FFFFFF", BorderWidth: 3},
		Label:     &datumLabel{Color: ink(background)},
	}
	if best {
		d.Tip = append(d.Tip, "el mejor de la columna")
		d.ItemStyle.BorderColor = textColor
		d.Label.FontWeight = "bold"
	}
	d.Tip = append(d.Tip, cmp.Or(c.YName, "Fila")+": "+oneLine(c.Rows[i]), cmp.Or(c.XName, "Columna")+": "+oneLine(c.Columns[j]))
	return d
}

// grid starts the plot, with axes and room for the names on them.
func (c Heatmap) grid() *plot {
	rows, columns := make([]string, len(c.Rows)), make([]string, len(c.Columns))
	widest := 0.0
	for i, name := range c.Rows {
		rows[i] = shorten(oneLine(name), labelSize, 240)
		widest = max(widest, textWidth(rows[i], labelSize))
	}
	left := margin + int(widest) + 12 + axisTitleRoom(c.YName)
	if c.Width == 0 {
		cell := 170.0
		for _, name := range c.Columns {
			cell = max(cell, textWidth(oneLine(name), labelSize)+16)
		}
		c.Width = max(560, min(defaultWidth, left+margin+int(cell)*len(columns)))
	}
	// A name that is wider than its column would hide the one beside it.
	room := float64(c.Width-left-margin)/float64(max(1, len(columns))) - 8
	for j, name := range c.Columns {
		columns[j] = shorten(oneLine(name), labelSize, room)
	}
	fr := c.frame(false)
	top := fr.top + 26 + axisTitleRoom(c.XName)
	p := newPlot(fr, cmp.Or(c.Height, top+fr.bottom+54*max(1, len(rows))+8))
	label := &opts.AxisLabel{Interval: "0", Color: textColor, FontSize: labelSize}
	p.base.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: px(left), Right: px(margin), Top: px(top), Bottom: px(fr.bottom + 4)}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "category", Name: c.XName, NameLocation: "middle", NameGap: 28, Position: "top", Data: columns, AxisLabel: label,
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Name: c.YName, NameLocation: "middle", NameGap: int(widest) + 22, Inverse: opts.Bool(true), Data: rows, AxisLabel: label,
		}),
		charts.WithVisualMapOpts(opts.VisualMap{
			Type: "continuous", Show: opts.Bool(false), Dimension: "3", Min: 0, Max: 1,
			InRange: &opts.VisualMapInRange{Color: shades},
		}),
	)
	bare := object{"axisTick": object{"show": false}, "axisLine": object{"show": false}, "nameTextStyle": axisNameStyle()}
	p.extra["xAxis"], p.extra["yAxis"] = []any{bare}, []any{bare}
	return p
}

// shading returns the shade 0…1 of every cell and the row of every column's best cell,
// or −1.
func (c Heatmap) shading() (shade [][]float64, best []int) {
	best = make([]int, len(c.Columns))
	for j := range c.Columns {
		best[j] = c.best(j)
	}
	lo, hi := extent(c.Values...)
	shade = make([][]float64, len(c.Rows))
	for i, row := range c.Values {
		shade[i] = make([]float64, len(row))
		for j, v := range row {
			switch {
			case !isFinite(v):
			case hi > lo:
				shade[i][j] = round10((v - lo) / (hi - lo))
			default:
				shade[i][j] = 0.5
			}
		}
	}
	return shade, best
}

// best is the row of a column's best cell, or −1.
func (c Heatmap) best(column int) int {
	best := -1
	for i, row := range c.Values {
		if v := row[column]; c.Best != NoBest && isFinite(v) && (best < 0 || c.Best.over(v, c.Values[best][column])) {
			best = i
		}
	}
	return best
}

// shadeColor is the colour that ECharts gives to a shade in 0…1.
func shadeColor(t float64) string {
	at := t * float64(len(shades)-1)
	i := min(int(at), len(shades)-2)
	return blend(shades[i], shades[i+1], at-float64(i))
}
