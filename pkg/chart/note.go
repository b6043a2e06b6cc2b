package chart

import "strings"

// Kind is what a note is about.
type Kind int

// The kinds of note.
const (
	Info    Kind = iota // something to know
	Done                // a result taken from an earlier run, a step that ended well
	Warning             // something to be careful about
	Failure             // something went wrong
)

// Note is a box with a short text: a title and, below it, lines of plain text.
type Note struct {
	Kind  Kind
	Title string
	Text  string // line breaks are kept
}

// MIME renders the note.
func (n Note) MIME() (Bundle, error) {
	color, sign := "#0072B2", "ℹ"
	switch n.Kind {
	case Done:
		color, sign = "#009E73", "✓"
	case Warning:
		color, sign = "#B37400", "!"
	case Failure:
		color, sign = "#C0392B", "✗"
	}
	var b strings.Builder
	b.WriteString(`<div class="hemiciclo-note" role="note" style="border-left:4px solid ` + color +
		`;padding:6px 12px;margin:8px 0;max-width:900px;box-sizing:border-box;font-size:13px;line-height:1.5;overflow-wrap:anywhere;background:` + color + `14">`)
	b.WriteString(`<span style="color:` + color + `;font-weight:bold;margin-right:6px" aria-hidden="true">` + sign + `</span>`)
	if n.Title != "" {
		b.WriteString("<strong>" + escape(n.Title) + "</strong>")
		if n.Text != "" {
			b.WriteString("<br>")
		}
	}
	b.WriteString(strings.ReplaceAll(escape(n.Text), "\n", "<br>"))
	b.WriteString("</div>")

	text := sign + " " + oneLine(n.Title)
	if n.Text != "" {
		if n.Title != "" {
			text += "\n  "
		}
		text += strings.ReplaceAll(Clean(n.Text), "\n", "\n  ")
	}
	return Bundle{HTML: b.String(), Text: text + "\n"}, nil
}
