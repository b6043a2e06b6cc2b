package chart

import (
	"fmt"
	"math"
	"strings"
)

// Tinted is texts whose words are coloured by a value each: one hue above 0 and another
// below, stronger the farther from 0. Underlines say the same as the colours, solid above
// and dotted below, so that it can be read on paper and without colour vision.
type Tinted struct {
	Caption string
	// High and Low say what values above and below 0 mean, and have a colour, "#rrggbb".
	High, Low           string
	HighColor, LowColor string
	Unit                string  // of the values
	Limit               float64 // the value at which the colour saturates; 0: the greatest in the texts
	Decimals            int
	Texts               []TintedText
	Note                string // below: source, what the colours are
}

// TintedText is one text.
type TintedText struct {
	Heading string
	Words   []TintedWord
	Lines   []string // below the text: its total, say
}

// TintedWord is a word of a text. If its value is NaN it has no colour and is set in grey:
// it is only there as context.
type TintedWord struct {
	Text   string
	Value  float64
	Strong bool
	Lines  []string // more of it, for a reader who points at it
}

// tints is how many steps of colour there are on either side of 0.
const tints = 4

// level is the step of a value's colour: 0 for none, below 0 for the low side's.
func (t Tinted) level(value float64) int {
	if math.IsNaN(value) {
		return 0
	}
	return int(math.Round(math.Max(-1, math.Min(1, value/t.limit())) * tints))
}

func (t Tinted) limit() float64 {
	if t.Limit > 0 {
		return t.Limit
	}
	limit := 0.0
	for _, text := range t.Texts {
		for _, word := range text.Words {
			if isFinite(word.Value) {
				limit = max(limit, math.Abs(word.Value))
			}
		}
	}
	if limit == 0 {
		return 1
	}
	return limit
}

// MIME renders the texts.
func (t Tinted) MIME() (Bundle, error) {
	t.Limit = t.limit()
	var b, text strings.Builder
	fmt.Fprintf(&b, `<div class="hemiciclo-tint" style="--high:%s;--low:%s">%s<div class="hemiciclo-tint-head">`, channels(t.HighColor), channels(t.LowColor), tintStyle)
	if t.Caption != "" {
		b.WriteString("<strong>" + lines(t.Caption) + "</strong>")
		text.WriteString(Clean(t.Caption) + "\n")
	}
	b.WriteString(t.legend())
	b.WriteString(`<label><input type="checkbox" autocomplete="off"> números</label></div>`)
	for _, one := range t.Texts {
		b.WriteString("\n" + `<div class="hemiciclo-tint-text">`)
		if one.Heading != "" {
			b.WriteString("<div>" + lines(one.Heading) + "</div>")
			text.WriteString("\n" + oneLine(one.Heading) + "\n")
		}
		b.WriteString(`<p dir="auto">`)
		for i, word := range one.Words {
			if i > 0 {
				b.WriteByte(' ')
				text.WriteByte(' ')
			}
			t.word(&b, &text, word)
		}
		b.WriteString("</p>")
		text.WriteByte('\n')
		for _, line := range one.Lines {
			b.WriteString("<div class=\"hemiciclo-source\">" + lines(line) + "</div>")
			text.WriteString("  " + oneLine(line) + "\n")
		}
		b.WriteString("</div>")
	}
	if t.Note != "" {
		b.WriteString("\n" + `<p class="hemiciclo-source">` + lines(t.Note) + "</p>")
		text.WriteString("\n" + Clean(t.Note) + "\n")
	}
	b.WriteString("</div>")
	return Bundle{HTML: b.String(), Text: text.String()}, nil
}

// word writes one word; its plain text has the value in brackets where it has a colour.
func (t Tinted) word(html, text *strings.Builder, w TintedWord) {
	value := t.signed(w.Value)
	if math.IsNaN(w.Value) {
		html.WriteString("<i>" + escape(w.Text) + "</i>")
		text.WriteString(oneLine(w.Text))
		return
	}
	level := t.level(w.Value)
	tip := append([]string{oneLine(w.Text) + ": " + value + " " + t.Unit + t.towards(w.Value)}, w.Lines...)
	fmt.Fprintf(html, `<span class="%s" data-value="%s" title="%s">`, tintClass(level, w.Strong), escape(value), escape(strings.Join(tip, "\n")))
	html.WriteString(escape(w.Text) + "</span>")
	text.WriteString(oneLine(w.Text))
	if level != 0 {
		text.WriteString("[" + value + "]")
	}
}

// signed writes a value with its sign.
func (t Tinted) signed(value float64) string {
	s := Number(value, t.Decimals)
	if value > 0 && strings.Trim(s, "0,.") != "" {
		return "+" + s
	}
	return s
}

// towards says to which side a value is, if to one.
func (t Tinted) towards(value float64) string {
	switch {
	case value > 0 && t.High != "":
		return " hacia " + oneLine(t.High)
	case value < 0 && t.Low != "":
		return " hacia " + oneLine(t.Low)
	default:
		return ""
	}
}

// tintClass names the styles of a word.
func tintClass(level int, strong bool) string {
	class := "t0"
	switch {
	case level > 0:
		class = fmt.Sprint("h", level)
	case level < 0:
		class = fmt.Sprint("l", -level)
	}
	if strong {
		class += " strong"
	}
	return class
}

// legend shows the steps, each with the value in its middle.
func (t Tinted) legend() string {
	var b strings.Builder
	b.WriteString(`<span class="hemiciclo-tint-legend">` + escape(oneLine(t.Low)) + " ")
	for level := -tints; level <= tints; level++ {
		value := t.signed(t.Limit * float64(level) / tints)
		switch level {
		case -tints:
			value = "≤ " + value
		case tints:
			value = "≥ " + value
		}
		fmt.Fprintf(&b, `<span class="%s">%s</span> `, tintClass(level, false), escape(value))
	}
	b.WriteString(escape(oneLine(t.High)) + " (" + escape(oneLine(t.Unit)) + ")</span>")
	return b.String()
}

// channels are a colour's red, green and blue as rgb() takes them.
func channels(color string) string {
	c := rgb(color)
	return fmt.Sprintf("%.0f,%.0f,%.0f", c[0], c[1], c[2])
}

// tintStyle is the style sheet of [Tinted]. Words are of the classes t0, h1 to h4 and l1 to
// l4, and the element around them sets --high and --low to red, green and blue. Its hues
// are laid over the page's own background, light or dark, and are weak enough for the
// page's text to stay legible.
const tintStyle = `<style>
.hemiciclo-tint{font-size:14px;line-height:1.5;margin:8px 0;max-width:900px;color:var(--jp-content-font-color1,#222);overflow-wrap:anywhere}
.hemiciclo-tint-head{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:baseline;font-size:13px}
.hemiciclo-tint-head strong{flex-basis:100%}
.hemiciclo-tint-legend span{white-space:nowrap;padding:0 3px}
.hemiciclo-tint-text{border-top:1px solid var(--jp-border-color2,#e0e0e0);padding:6px 0;margin-top:6px;break-inside:avoid}
.hemiciclo-tint-text>div:first-child{font-size:12.5px;font-weight:600}
.hemiciclo-tint-text p{margin:2px 0;line-height:2;max-width:none}
.hemiciclo-tint :is(p,.hemiciclo-tint-legend) span{text-underline-offset:4px;text-decoration-skip-ink:none;border-radius:3px}
.hemiciclo-tint p span{padding:1px 2px}
.hemiciclo-tint .h1{background:rgba(var(--high),.16);text-decoration:underline solid 1px}
.hemiciclo-tint .h2{background:rgba(var(--high),.3);text-decoration:underline solid 2px}
.hemiciclo-tint .h3{background:rgba(var(--high),.44);text-decoration:underline solid 3px}
.hemiciclo-tint .h4{background:rgba(var(--high),.58);text-decoration:underline solid 4px}
.hemiciclo-tint .l1{background:rgba(var(--low),.16);text-decoration:underline dotted 1px}
.hemiciclo-tint .l2{background:rgba(var(--low),.3);text-decoration:underline dotted 2px}
.hemiciclo-tint .l3{background:rgba(var(--low),.44);text-decoration:underline dotted 3px}
.hemiciclo-tint .l4{background:rgba(var(--low),.58);text-decoration:underline dotted 4px}
.hemiciclo-tint .strong{font-weight:700}
.hemiciclo-tint i{color:var(--jp-content-font-color2,#595959)}
.hemiciclo-tint:has(input:checked) p span::after{content:attr(data-value);font-size:9.5px;font-weight:400;vertical-align:sub;margin-left:1px;display:inline-block;text-decoration:none}
.hemiciclo-tint .hemiciclo-source{font-size:11.5px;color:var(--jp-content-font-color2,#595959);margin:2px 0 0}
@media print{.hemiciclo-tint label{display:none}}
</style>`
