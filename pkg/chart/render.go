package chart

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// Runtime is the one script that reads chart data, in the browser and where pictures are
// drawn.
//
//go:embed runtime.js
var Runtime string

// Draw draws an ECharts option, given as JSON, as SVG at a size in pixels.
type Draw func(option []byte, width, height int) (svg string, err error)

var draw Draw = func([]byte, int, int) (string, error) {
	return "", errors.New("chart: nothing draws pictures here; name what does with DrawWith")
}

// DrawWith sets the function that draws the static pictures of charts; without it no chart
// can be shown.
func DrawWith(d Draw) { draw = d }

var (
	// zrenderID finds the ids that ECharts numbers by how many charts it has drawn.
	zrenderID = regexp.MustCompile(`(id="|url\(#|href="#)zr\d+-`)
	// hoverStyle finds the styles for hovering and the metadata for scripts, neither of
	// which has any use in an <img>. Their names are numbered likewise. Quotes and < in
	// texts are escaped, so no text matches.
	hoverStyle = regexp.MustCompile(`(?s) class="zr\d+-cls-\d+"|<style\s*>.*?</style>\n?| ecmeta_\w+="[^"]*"| pointer-events="visible"`)
)

// bundle draws the plot and wraps it for the notebook.
func (p *plot) bundle() (Bundle, error) {
	option, svg, err := p.paint()
	if err != nil {
		return Bundle{}, err
	}
	id := digest(option)
	var b strings.Builder
	p.box(&b, id, svg)
	// Where ECharts is not available the script does nothing, and the picture stays.
	b.WriteString("\n<script>(")
	b.WriteString(strings.TrimSpace(runtimeForHTML))
	b.WriteString(").boot(")
	b.WriteString(strconv.Quote(id))
	b.WriteString(",")
	b.Write(option)
	b.WriteString(",")
	b.WriteString(strconv.Itoa(p.height))
	b.WriteString(")</script>")
	return Bundle{HTML: b.String(), SVG: svg, Text: p.text}, nil
}

// draft is the picture alone, for the time while the chart changes.
func (p *plot) draft() (Bundle, error) {
	option, svg, err := p.paint()
	if err != nil {
		return Bundle{}, err
	}
	var b strings.Builder
	p.box(&b, digest(option), svg)
	return Bundle{HTML: b.String(), Text: p.text}, nil
}

func (p *plot) paint() (option []byte, svg string, err error) {
	if option, err = p.json(); err != nil {
		return nil, "", err
	}
	if svg, err = draw(option, p.width, p.height); err != nil {
		return nil, "", err
	}
	svg = hoverStyle.ReplaceAllString(svg, "")
	return option, zrenderID.ReplaceAllString(svg, "${1}h"+digest(option)+"-"), nil
}

// box is the card with the picture: white in every theme, as on paper.
func (p *plot) box(b *strings.Builder, id, svg string) {
	b.WriteString(`<div class="hemiciclo-chart" data-hemiciclo-chart="` + id + `" style="max-width:` + px(p.width) +
		`px;background:#ffffff;color:#222222;overflow:hidden;break-inside:avoid;margin:8px 0">`)
	b.WriteString(`<img alt="` + html.EscapeString(Clean(p.alt)) + `" width="` + px(p.width) + `" height="` + px(p.height) +
		`" decoding="sync" style="display:block;width:100%;height:auto;max-width:100%" src="data:image/svg+xml;base64,`)
	b.WriteString(base64.StdEncoding.EncodeToString([]byte(svg)))
	b.WriteString(`"></div>`)
}

// digest names a chart by its content, so that a notebook run twice gives the same file.
func digest(option []byte) string {
	sum := sha256.Sum256(option)
	return hex.EncodeToString(sum[:6])
}

// jsComment finds runtime.js's comment lines, which cells need not carry.
var jsComment = regexp.MustCompile(`(?m)^\s*//.*\n|^\s+`)

var runtimeForHTML = jsComment.ReplaceAllString(Runtime, "")
