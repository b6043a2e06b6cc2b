package chart

import (
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"
)

// Figure is what all charts have around their data.
type Figure struct {
	Title    string // says what is seen
	Subtitle string // says how it was measured
	Source   string // below the chart: corpus, seed, "Corpus sintético"
	Width    int    // pixels of the static picture; 0 → 900, the text width of JupyterLab
	Height   int    // pixels; 0 → as the data need
}

const (
	defaultWidth = 900
	margin       = 16
	titleSize    = 16
	subtitleSize = 12.5
	sourceSize   = 11
	labelSize    = 12
	titleLine    = 22
	smallLine    = 17
	legendLine   = 30

	textColor = "#222222"
	softColor = "#595959" // 7:1 on white
	gridColor = "#E6E6E6"
	lineColor = "#8C8C8C"

	fontFamily = "Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', 'DejaVu Sans', sans-serif"
)

func (f Figure) width() int {
	if f.Width > 0 {
		return f.Width
	}
	return defaultWidth
}

// frame is the room that the texts of a figure leave for its data.
type frame struct {
	title, subtitle, source []string
	width                   int
	top, bottom             int // pixels taken above and below the plot, axes not counted
	legendTop               int
}

func (f Figure) frame(legend bool) frame {
	room := float64(f.width() - 2*margin)
	// Bold titles run wider than textWidth's estimate.
	fr := frame{
		title:    wrap(oneLine(f.Title), titleSize*1.1, room),
		subtitle: wrap(oneLine(f.Subtitle), subtitleSize, room),
		source:   wrap(oneLine(f.Source), sourceSize, room),
		width:    f.width(),
	}
	fr.top = margin + titleLine*len(fr.title) + smallLine*len(fr.subtitle)
	if len(fr.title) > 0 && len(fr.subtitle) > 0 {
		fr.top += 6 // ECharts' gap between the two
	}
	fr.legendTop = fr.top
	if legend {
		fr.top += legendLine
	}
	fr.top += 12
	fr.bottom = margin
	if len(fr.source) > 0 {
		fr.bottom += smallLine*len(fr.source) + 4
	}
	return fr
}

// titles is ECharts' list of title components: heading and source line.
func (fr frame) titles() []any {
	list := []any{opts.Title{
		Title: strings.Join(fr.title, "\n"), Subtitle: strings.Join(fr.subtitle, "\n"),
		Left: strconv.Itoa(margin - 5), Top: strconv.Itoa(margin - 8),
		TitleStyle:    &opts.TextStyle{Color: textColor, FontSize: titleSize, FontWeight: "bold", LineHeight: titleLine, FontFamily: fontFamily},
		SubtitleStyle: &opts.TextStyle{Color: softColor, FontSize: 13, LineHeight: smallLine, FontFamily: fontFamily},
	}}
	if len(fr.source) > 0 {
		list = append(list, opts.Title{
			Subtitle: strings.Join(fr.source, "\n"), Left: strconv.Itoa(margin - 5), Bottom: strconv.Itoa(margin - 10),
			SubtitleStyle: &opts.TextStyle{Color: softColor, FontSize: sourceSize, LineHeight: smallLine, FontFamily: fontFamily},
		})
	}
	return list
}

// heading is the figure's text for readers without pictures.
func (f Figure) heading() string {
	var b strings.Builder
	for _, s := range []string{f.Title, f.Subtitle, f.Source} {
		if s = oneLine(s); s != "" {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func px(n int) string { return strconv.Itoa(n) }
