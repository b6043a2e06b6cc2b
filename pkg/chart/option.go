package chart

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// Names of functions in runtime.js, as they stand in an option.
const (
	fnNumber  = "fn:number"
	fnText    = "fn:text"
	fnTip     = "fn:tip"
	fnAxisTip = "fn:axisTip"
	fnPointer = "fn:pointer"
	fnSinh    = "fn:sinh"
	fnDay     = "fn:day"
)

// object is a piece of an option that go-echarts has no type for.
type object = map[string]any

// datum is one value of a series: what ECharts places, and the texts that the functions
// of runtime.js show for it.
type datum struct {
	Name       string          `json:"name,omitempty"`
	Value      any             `json:"value"`
	Text       string          `json:"text,omitempty"`   // label
	Head       string          `json:"head,omitempty"`   // first line of a tooltip over an axis
	Tip        []string        `json:"tip,omitempty"`    // lines of a tooltip over the item
	Quotes     []quoteGroup    `json:"quotes,omitempty"` // below them
	Symbol     string          `json:"symbol,omitempty"`
	SymbolSize float64         `json:"symbolSize,omitempty"`
	Label      *datumLabel     `json:"label,omitempty"`
	LabelLine  object          `json:"labelLine,omitempty"` // from the item to a label apart
	ItemStyle  *opts.ItemStyle `json:"itemStyle,omitempty"`
}

type datumLabel struct {
	Show       types.Bool `json:"show,omitempty"`
	Position   any        `json:"position,omitempty"` // a side, or pixels from the item's upper left corner
	Align      string     `json:"align,omitempty"`    // which end, and which height, stand there
	Vertical   string     `json:"verticalAlign,omitempty"`
	Color      string     `json:"color,omitempty"`
	FontWeight string     `json:"fontWeight,omitempty"`
}

// plot is a chart ready to be drawn.
type plot struct {
	base   *charts.RectChart
	extra  object // laid over what go-echarts says
	series []any  // likewise, for each series
	width  int
	height int
	alt    string
	text   string
}

// newPlot starts a chart with its texts placed and everything that moves switched off.
func newPlot(fr frame, height int) *plot {
	base := &charts.NewBar().RectChart
	base.SetGlobalOptions(
		charts.WithAnimation(false),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "item", Formatter: fnTip}),
	)
	return &plot{
		base:   base,
		width:  fr.width,
		height: height,
		extra: object{
			"title":           fr.titles(),
			"textStyle":       object{"fontFamily": fontFamily, "color": textColor},
			"backgroundColor": "#FFFFFF",
			// A picture must show all points, however many.
			"progressive": 0,
			"tooltip":     object{"confine": true, "textStyle": object{"fontSize": labelSize, "color": textColor}},
		},
	}
}

// add appends a series, with what go-echarts cannot say of it.
func (p *plot) add(s charts.SingleSeries, extra object) {
	p.base.MultiSeries = append(p.base.MultiSeries, s)
	p.series = append(p.series, extra)
}

// json is the option as JSON that may stand inside a script element.
func (p *plot) json() ([]byte, error) {
	raw, err := json.Marshal(p.base.JSON())
	if err != nil {
		return nil, fmt.Errorf("chart: option: %w", err)
	}
	var option any
	if err := json.Unmarshal(raw, &option); err != nil {
		return nil, fmt.Errorf("chart: option: %w", err)
	}
	p.extra["series"] = p.series
	rawExtra, err := json.Marshal(p.extra)
	if err != nil {
		return nil, fmt.Errorf("chart: option: %w", err)
	}
	var extra any
	if err := json.Unmarshal(rawExtra, &extra); err != nil {
		return nil, fmt.Errorf("chart: option: %w", err)
	}
	// Marshal writes keys in order, so equal charts are equal bytes, and writes <, > and &
	// as \u003c…, so no text can end the script or open a comment in it.
	out, err := json.Marshal(tidy(overlay(option, extra)))
	if err != nil {
		return nil, fmt.Errorf("chart: option: %w", err)
	}
	return out, nil
}

// overlay lays b over a: objects key by key, lists of equal length item by item.
func overlay(a, b any) any {
	switch b := b.(type) {
	case nil:
		return a
	case map[string]any:
		if base, ok := a.(map[string]any); ok {
			for key, value := range b {
				base[key] = overlay(base[key], value)
			}
			return base
		}
	case []any:
		if base, ok := a.([]any); ok && len(base) == len(b) {
			for i := range b {
				base[i] = overlay(base[i], b[i])
			}
			return base
		}
	}
	return b
}

// tidy cleans every text of an option and drops its nulls.
func tidy(node any) any {
	switch node := node.(type) {
	case string:
		return Clean(node)
	case []any:
		for i := range node {
			node[i] = tidy(node[i])
		}
		return node
	case map[string]any:
		for key, value := range node {
			if value == nil {
				delete(node, key)
				continue
			}
			node[key] = tidy(value)
		}
		return node
	default:
		return node
	}
}

// finite is v for JSON, where what is not finite is ECharts' mark for a gap.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return v
}
