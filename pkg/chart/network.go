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

// Network is a graph of nodes and arrows, whose width shows their weight. Nodes are placed
// by the arrows alone: connected ones are close together.
type Network struct {
	Figure
	Unit    string // what arrows count, as "menciones"
	Nodes   []Node
	Arrows  []Arrow
	Palette *Palette
}

// Node is a point of a [Network].
type Node struct {
	Label string
	Key   string   // of the palette and the legend; empty → Label
	Size  float64  // diameter in pixels; 0 → 11
	Lines []string // more lines for the tooltip
}

// Arrow leads from one node to another, given by their indices.
type Arrow struct {
	From, To int
	Weight   float64
	Lines    []string // more lines for the tooltip
}

// MIME renders the chart. It is an error when an arrow leads from or to no node.
func (c Network) MIME() (Bundle, error) {
	p, err := c.plot()
	if err != nil {
		return Bundle{}, err
	}
	return p.bundle()
}

func (c Network) draft() (Bundle, error) {
	p, err := c.plot()
	if err != nil {
		return Bundle{}, err
	}
	return p.draft()
}

func (c Network) plot() (*plot, error) {
	for _, arrow := range c.Arrows {
		if min(arrow.From, arrow.To) < 0 || max(arrow.From, arrow.To) >= len(c.Nodes) {
			return nil, fmt.Errorf("chart: network %q has an arrow from %d to %d, of %d nodes", c.Title, arrow.From, arrow.To, len(c.Nodes))
		}
	}
	heaviest := heaviest(c.Arrows)
	fr := c.frame(false)
	keys := c.legend(fr)
	top := fr.top + keys.rows*legendRow
	p := newPlot(fr, cmp.Or(c.Height, top+fr.bottom+560))
	all := rect{x: margin, y: float64(top), w: float64(fr.width - 2*margin), h: float64(p.height - top - fr.bottom)}
	box := rect{x: all.x + networkSide, y: all.y + 24, w: all.w - 2*networkSide, h: all.h - 48}
	marks := c.marks(box)
	spots := placeLabels(append(slices.Clone(marks), c.along(marks, heaviest)...), all, beside)
	c.addAxes(p, box)
	p.extra["legend"] = object{
		"show": true, "left": margin - 5, "top": fr.top - 4, "width": fr.width - 2*margin, "data": keys.items,
		"itemWidth": 11, "itemHeight": 11, "itemGap": legendGap,
		"textStyle": object{"color": textColor, "fontSize": labelSize, "fontFamily": fontFamily},
	}
	p.add(charts.SingleSeries{Type: types.ChartGraph}, object{
		"coordinateSystem": "cartesian2d", "data": c.points(box, marks, spots, keys), "links": c.links(heaviest),
		"categories": keys.categories, "edgeSymbol": []string{"none", "arrow"},
		"label":    object{"show": true, "position": "right", "color": textColor, "fontSize": labelSize, "formatter": fnText, "textBorderColor": "#FFFFFF", "textBorderWidth": 2},
		"emphasis": object{"focus": "adjacency"},
		"z":        3,
	})
	table := c.table()
	p.alt = fmt.Sprintf("Red: %s. %s", oneLine(c.Title), listing(table.Rows))
	p.text = c.heading() + table.text()
	return p, nil
}

// heaviest is the weight of which the others are shares: the greatest, 1 where none has any.
func heaviest(arrows []Arrow) float64 {
	most := 0.0
	for _, arrow := range arrows {
		most = max(most, arrow.Weight)
	}
	return cmp.Or(most, 1)
}

// networkSide is the room on both sides for labels that extend beyond the box.
const networkSide = 90

func (n Node) label() string { return shorten(oneLine(n.Label), labelSize, 180) }

func (n Node) key() string { return cmp.Or(n.Key, n.Label) }

// marks are where the nodes stand in the picture.
func (c Network) marks(box rect) []mark {
	places := layout(len(c.Nodes), c.Arrows)
	marks := make([]mark, len(c.Nodes))
	for i, node := range c.Nodes {
		size := node.Size
		if size <= 0 {
			size = 11
		}
		marks[i] = mark{
			x: box.x + places[i][0]*box.w, y: box.y + places[i][1]*box.h, r: size / 2,
			w: textWidth(node.label(), labelSize), h: labelSize + 2,
		}
	}
	part(marks, box)
	return marks
}

// points are the nodes in ECharts' form.
func (c Network) points(box rect, marks []mark, spots []spot, keys networkLegend) []any {
	list := make([]any, len(c.Nodes))
	for i, node := range c.Nodes {
		symbol := c.Palette.symbol(node.key())
		d := datum{
			Name: px(i), // ECharts wants names that differ; the label is the text
			Text: node.label(), Tip: append([]string{oneLine(node.Label)}, node.Lines...),
			Value:  []any{round3((marks[i].x - box.x) / box.w), round3(1 - (marks[i].y-box.y)/box.h)},
			Symbol: symbol, SymbolSize: 2 * marks[i].r * symbolScale[symbol],
			ItemStyle: &opts.ItemStyle{Color: c.Palette.Color(node.key()), BorderColor: "#FFFFFF", BorderWidth: 1, Opacity: opts.Float(1)},
			Label:     &datumLabel{Position: spots[i].side},
		}
		if spots[i].side == "" {
			d.Label = &datumLabel{Show: opts.Bool(false)}
		}
		list[i] = categorized{d, keys.place[node.key()]}
	}
	return list
}

// links are the arrows in ECharts' form.
func (c Network) links(heaviest float64) []any {
	var list []any
	for _, arrow := range c.Arrows {
		from, to := c.Nodes[arrow.From], c.Nodes[arrow.To]
		share := arrow.Weight / heaviest
		list = append(list, object{
			"source": px(arrow.From), "target": px(arrow.To),
			"tip": append([]string{oneLine(from.Label) + " → " + oneLine(to.Label), oneLine(c.Unit) + ": " + Number(arrow.Weight, 0)}, arrow.Lines...),
			"lineStyle": object{
				"width": arrowWidth(share), "opacity": round3(0.35 + 0.4*share),
				"color": c.Palette.Color(from.key()), "curveness": curveness,
			},
			"symbolSize": []float64{0, round3(6 + 8*share)},
		})
	}
	return list
}

func (c Network) table() Table {
	t := Table{Columns: []Column{{Name: "De"}, {Name: "A"}, {Name: cmp.Or(c.Unit, "Peso"), Align: AlignRight}}}
	for _, arrow := range c.Arrows {
		t.Rows = append(t.Rows, []any{c.Nodes[arrow.From].Label, c.Nodes[arrow.To].Label, Number(arrow.Weight, 0)})
	}
	return t
}

// addAxes makes the box a plane from 0 to 1, on which the nodes stand.
func (c Network) addAxes(p *plot, box rect) {
	hidden := object{"type": "value", "min": 0, "max": 1, "show": false}
	p.extra["xAxis"], p.extra["yAxis"] = []any{hidden}, []any{hidden}
	p.base.SetGlobalOptions(charts.WithGridOpts(opts.Grid{
		Left: px(int(box.x)), Right: px(p.width - int(box.x+box.w)), Top: px(int(box.y)), Bottom: px(p.height - int(box.y+box.h)),
	}))
}

// curveness is how far arrows bend, as a share of their length, so that opposite ones
// separate.
const curveness = 0.18

// arrowWidth is in pixels, of an arrow with a share of the heaviest one's weight.
func arrowWidth(share float64) float64 { return round3(0.8 + 6.2*share) }

// along marks points on the arrows, which labels should not cover. The curve is ECharts':
// a quadratic Bézier.
func (c Network) along(nodes []mark, heaviest float64) []mark {
	const points = 12
	var list []mark
	for _, arrow := range c.Arrows {
		a, b := nodes[arrow.From], nodes[arrow.To]
		x, y := (a.x+b.x)/2-(a.y-b.y)*curveness, (a.y+b.y)/2-(b.x-a.x)*curveness
		for i := 1; i < points; i++ {
			t := float64(i) / points
			at := func(from, by, to float64) float64 { return (1-t)*(1-t)*from + 2*t*(1-t)*by + t*t*to }
			list = append(list, mark{x: at(a.x, x, b.x), y: at(a.y, y, b.y), r: arrowWidth(arrow.Weight/heaviest) / 2})
		}
	}
	return list
}

// categorized is a datum of one of a graph's categories.
type categorized struct {
	datum
	Category int `json:"category"`
}

const legendRow = 22

// networkLegend is the keys of the nodes as ECharts' categories and legend.
type networkLegend struct {
	place             map[string]int // of each key among the categories
	categories, items []any
	rows              int // that the legend takes
}

func (c Network) legend(fr frame) networkLegend {
	l := networkLegend{place: map[string]int{}}
	room := float64(fr.width - 2*margin)
	x := room
	for _, node := range c.Nodes {
		key := node.key()
		if _, seen := l.place[key]; seen {
			continue
		}
		l.place[key] = len(l.categories)
		name, symbol := shorten(oneLine(key), labelSize, 200), c.Palette.symbol(key)
		l.categories = append(l.categories, object{"name": name, "symbol": symbol, "itemStyle": object{"color": c.Palette.Color(key)}})
		l.items = append(l.items, object{"name": name, "icon": symbol})
		width := legendGap + 20 + 1.05*textWidth(name, labelSize)
		if x+width > room {
			x, l.rows = 0, l.rows+1
		}
		x += width
	}
	return l
}

const legendGap = 16

// layout places n nodes in a box: all repel each other, those with arrows between them
// attract (Fruchterman and Reingold, "Graph drawing by force-directed placement", 1991).
// It begins on a circle, in the nodes' order, so the same graph always gives the same
// picture. The places are shares of width and height.
func layout(n int, arrows []Arrow) [][2]float64 {
	places := make([][2]float64, n)
	if n == 0 {
		return places
	}
	heaviest := heaviest(arrows)
	for i := range places {
		angle := 2 * math.Pi * float64(i) / float64(n)
		places[i] = [2]float64{math.Cos(angle), math.Sin(angle)}
	}
	const steps = 400
	ideal := 1.6 / math.Sqrt(float64(n)) // distance of two nodes, in the circle's radius
	for step := range steps {
		moves := make([][2]float64, n)
		push := func(i, j int, force func(distance float64) float64) {
			dx, dy := places[i][0]-places[j][0], places[i][1]-places[j][1]
			distance := max(1e-6, math.Hypot(dx, dy))
			f := force(distance) / distance
			moves[i][0], moves[i][1] = moves[i][0]+f*dx, moves[i][1]+f*dy
			moves[j][0], moves[j][1] = moves[j][0]-f*dx, moves[j][1]-f*dy
		}
		for i := range n {
			for j := range i {
				push(i, j, func(d float64) float64 { return ideal * ideal / d })
			}
			// Towards the middle, so that unconnected parts stay in view.
			moves[i][0], moves[i][1] = moves[i][0]-0.3*places[i][0], moves[i][1]-0.3*places[i][1]
		}
		for _, arrow := range arrows {
			if arrow.From != arrow.To {
				push(arrow.From, arrow.To, func(d float64) float64 { return -d * d / ideal * (0.3 + 0.7*math.Sqrt(arrow.Weight/heaviest)) })
			}
		}
		most := 0.2 * (1 - float64(step)/steps)
		for i, move := range moves {
			if far := math.Hypot(move[0], move[1]); far > most {
				move[0], move[1] = move[0]*most/far, move[1]*most/far
			}
			places[i][0], places[i][1] = places[i][0]+move[0], places[i][1]+move[1]
		}
	}
	return fill(places)
}

// fill stretches places over the whole box, half by position and half by rank, so that an
// outlier does not squeeze all others together.
func fill(places [][2]float64) [][2]float64 {
	for axis := range 2 {
		values := make([]float64, len(places))
		for i := range places {
			values[i] = places[i][axis]
		}
		order := slices.Clone(values)
		slices.Sort(order)
		lo, hi := extent(values)
		for i, v := range values {
			places[i][axis] = 0.5
			if hi > lo {
				places[i][axis] = 0.5*(v-lo)/(hi-lo) + 0.5*float64(slices.Index(order, v))/float64(len(order)-1)
			}
		}
	}
	return places
}

// part moves nodes apart, up or down within the box, that are so close that one would cover
// the other's label.
func part(marks []mark, box rect) {
	for range 60 {
		for i := range marks {
			for j := range i {
				a, b := &marks[i], &marks[j]
				if a.y < b.y {
					a, b = b, a
				}
				apart := max(a.r+b.r, a.h, b.h) + 4
				near := a.r + b.r + 10 + max(a.w, b.w)
				if math.Abs(a.x-b.x) < near && a.y-b.y < apart {
					move := (apart - (a.y - b.y)) / 2
					a.y, b.y = min(a.y+move, box.y+box.h), max(b.y-move, box.y)
				}
			}
		}
	}
}
