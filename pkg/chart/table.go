package chart

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// Align is the side to which a column leans.
type Align int

// The sides. AlignAuto is right for columns of numbers, left for others.
const (
	AlignAuto Align = iota
	AlignLeft
	AlignRight
)

func (a Align) css() string {
	if a == AlignRight {
		return "right"
	}
	return "left"
}

// Format writes a cell as text. It is not trusted with HTML: its result is escaped.
type Format func(value any) string

// Decimals formats numbers with n decimals.
func Decimals(n int) Format {
	return func(value any) string {
		if v, ok := asFloat(value); ok {
			return Number(v, n)
		}
		return plain(value)
	}
}

// Column is one column of a table.
type Column struct {
	Name   string
	Align  Align
	Format Format // nil → texts as they are, integers with points, other numbers with 2 decimals
	Share  int    // of the width, in percent; 0 → as the browser finds
}

// Strong marks a cell to be shown in bold, as the best of its column or a total.
type Strong struct{ Value any }

// Span is a piece of a cell's text; a marked one stands out from the others.
type Span struct {
	Text   string
	Marked bool
}

// Spans is a cell of several pieces, separated by blanks.
type Spans []Span

// html writes the pieces, the marked ones in <mark>.
func (s Spans) html() string {
	parts := make([]string, len(s))
	for i, span := range s {
		parts[i] = lines(span.Text)
		if span.Marked {
			parts[i] = `<mark style="background:#FCE8B2;color:#222222;padding:0 1px">` + parts[i] + `</mark>`
		}
	}
	return strings.Join(parts, " ")
}

// String writes the marked pieces in brackets.
func (s Spans) String() string {
	parts := make([]string, len(s))
	for i, span := range s {
		parts[i] = span.Text
		if span.Marked {
			parts[i] = "[" + span.Text + "]"
		}
	}
	return strings.Join(parts, " ")
}

// Table is a table of any values; nil is an empty cell. Long texts wrap, and their line
// breaks are kept.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]any
	Note    string // below the table: source, "Corpus sintético"
	// Filter names the columns by whose values a reader may select rows. An empty cell in
	// them has the value above it.
	Filter []string
	// Search names a column in whose texts a reader may search; empty: none. Such a table
	// is long, so it scrolls in a box of its own, except on paper.
	Search string
}

// MIME renders the table. It is an error when a row has more cells than there are
// columns, or when Filter or Search names none of them.
func (t Table) MIME() (Bundle, error) {
	for i, row := range t.Rows {
		if len(row) > len(t.Columns) {
			return Bundle{}, fmt.Errorf("chart: table %q has %d cells in row %d for %d columns", t.Caption, len(row), i+1, len(t.Columns))
		}
	}
	filter, err := t.filterOf()
	if err != nil {
		return Bundle{}, err
	}
	var b strings.Builder
	b.WriteString(`<div class="hemiciclo-table" style="overflow-x:auto;margin:8px 0">` + tableStyle + t.open(filter))
	aligns := t.aligns()
	b.WriteString(t.head(aligns) + "<tbody>")
	for i, row := range t.Rows {
		b.WriteString("\n<tr" + filter.row(i) + ">")
		for j := range t.Columns {
			b.WriteString(t.cellHTML(row, j, aligns[j]))
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	if t.Search != "" {
		b.WriteString("</div>")
	}
	if t.Note != "" {
		b.WriteString(`<p class="hemiciclo-source">` + escape(t.Note) + "</p>")
	}
	b.WriteString("</div>")

	text := t.text()
	if t.Caption != "" {
		text = oneLine(t.Caption) + "\n" + text
	}
	if t.Note != "" {
		text += oneLine(t.Note) + "\n"
	}
	return Bundle{HTML: b.String(), Text: text}, nil
}

// open is the beginning of the table, with its caption and its filter. A table that scrolls
// has them above its box, where they stay in view.
func (t Table) open(filter *filter) string {
	const (
		table   = `<table style="border-collapse:collapse;min-width:min(480px,100%);max-width:900px"`
		caption = ` style="caption-side:top;text-align:left;font-weight:bold;padding:4px 0 6px">`
	)
	switch {
	case t.Search != "":
		return `<div` + caption + escape(t.Caption) + filter.html() + `</div><div class="hemiciclo-scroll">` + table + ` aria-label="` + escape(oneLine(t.Caption)) + `">`
	case t.Caption != "" || filter != nil:
		return table + `><caption` + caption + escape(t.Caption) + filter.html() + `</caption>`
	default:
		return table + ">"
	}
}

// head is the row of the columns' names, left out where no column has one.
func (t Table) head(aligns []Align) string {
	if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name != "" }) {
		return ""
	}
	var b strings.Builder
	b.WriteString("<thead><tr>")
	for j, column := range t.Columns {
		width := ""
		if column.Share > 0 {
			width = fmt.Sprintf(";width:%d%%", column.Share)
		}
		b.WriteString(`<th scope="col" style="text-align:` + aligns[j].css() + width + `">` + escape(column.Name) + "</th>")
	}
	b.WriteString("</tr></thead>")
	return b.String()
}

// cellHTML is the j-th cell of a row.
func (t Table) cellHTML(row []any, j int, align Align) string {
	text, strong := t.cell(row, j)
	cell := lines(text)
	if j < len(row) {
		if spans, ok := row[j].(Spans); ok {
			cell = spans.html()
		}
	}
	if strong {
		cell = "<strong>" + cell + "</strong>"
	}
	style := "text-align:" + align.css()
	if align == AlignRight {
		style += ";font-variant-numeric:tabular-nums;white-space:nowrap"
	}
	return `<td style="` + style + `">` + cell + "</td>"
}

// tableStyle takes its colours from JupyterLab's theme where there is one.
const tableStyle = `<style>
.hemiciclo-table table{font-size:13px;line-height:1.45;border:0;border-top:2px solid currentColor;border-bottom:2px solid currentColor;color:var(--jp-content-font-color1,#222);margin:0}
.hemiciclo-table th,.hemiciclo-table td{padding:5px 12px;border:0;vertical-align:top;background:none;overflow-wrap:break-word;max-width:640px;white-space:normal}
.hemiciclo-table thead tr{border-bottom:1px solid currentColor}
.hemiciclo-table th{font-weight:600;vertical-align:bottom;overflow-wrap:normal}
.hemiciclo-table tbody tr+tr{border-top:1px solid var(--jp-border-color2,#e0e0e0)}
.hemiciclo-table tr[hidden]{display:none}
.hemiciclo-scroll{max-height:460px;overflow:auto;width:fit-content;max-width:100%}
.hemiciclo-scroll thead th{position:sticky;top:0;background:var(--jp-layout-color0,#fff)}
.hemiciclo-filter{display:flex;flex-wrap:wrap;gap:6px 18px;align-items:baseline;font-weight:normal;font-size:13px;margin:8px 0 2px;color:var(--jp-content-font-color1,#222)}
.hemiciclo-filter :is(select,input){font:inherit;color:inherit;background:var(--jp-layout-color1,#fff);max-width:100%}
.hemiciclo-filter input{border:1px solid currentColor;border-radius:2px;padding:1px 6px}
@media (scripting:none),print{.hemiciclo-filter label{display:none}}
@media print{.hemiciclo-scroll{max-height:none;overflow:visible}.hemiciclo-table table{font-size:10.5px}.hemiciclo-table :is(th,td){padding:3px 5px}}
.hemiciclo-table .hemiciclo-source{font-size:11.5px;color:var(--jp-content-font-color2,#595959);margin:6px 0 0;max-width:900px}
</style>`

func (t Table) aligns() []Align {
	aligns := make([]Align, len(t.Columns))
	for j, column := range t.Columns {
		aligns[j] = column.Align
		if column.Align != AlignAuto {
			continue
		}
		numbers := 0
		for _, row := range t.Rows {
			if j >= len(row) || row[j] == nil {
				continue
			}
			value := row[j]
			if s, ok := value.(Strong); ok {
				value = s.Value
			}
			if _, ok := asFloat(value); !ok {
				numbers = -1
				break
			}
			numbers++
		}
		aligns[j] = AlignLeft
		if numbers > 0 {
			aligns[j] = AlignRight
		}
	}
	return aligns
}

func (t Table) cell(row []any, j int) (text string, strong bool) {
	if j >= len(row) || row[j] == nil {
		return "", false
	}
	value := row[j]
	if s, ok := value.(Strong); ok {
		value, strong = s.Value, true
	}
	if format := t.Columns[j].Format; format != nil {
		return format(value), strong
	}
	return plain(value), strong
}

// text is the table with columns aligned by spaces.
func (t Table) text() string {
	lines := t.textLines()
	widths := make([]int, len(t.Columns))
	for _, line := range lines {
		for j, cell := range line {
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	rule := make([]string, len(widths))
	for j, w := range widths {
		rule[j] = strings.Repeat("─", w)
	}
	aligns := t.aligns()
	var b strings.Builder
	for _, line := range slices.Insert(lines, 1, rule) {
		var l strings.Builder
		for j, cell := range line {
			if j > 0 {
				l.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell))
			if aligns[j] == AlignRight {
				l.WriteString(pad + cell)
			} else {
				l.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	return b.String()
}

// textLines are the columns' names and the rows as plain texts. Those longer than a line
// are cut.
func (t Table) textLines() [][]string {
	const widest = 60
	head := make([]string, len(t.Columns))
	for j, column := range t.Columns {
		head[j] = oneLine(column.Name)
	}
	lines := [][]string{head}
	for _, row := range t.Rows {
		line := make([]string, len(t.Columns))
		for j := range t.Columns {
			text, strong := t.cell(row, j)
			line[j] = oneLine(text)
			if strong {
				line[j] += " *"
			}
			if runes := []rune(line[j]); len(runes) > widest {
				line[j] = string(runes[:widest-1]) + "…"
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// plain writes a value of any kind as a Spanish reader expects it.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case fmt.Stringer:
		return v.String()
	case float32, float64:
		f, _ := asFloat(v)
		return Number(f, 2)
	case bool:
		if v {
			return "sí"
		}
		return "no"
	}
	if f, ok := asFloat(value); ok {
		return Number(f, 0)
	}
	return fmt.Sprint(value)
}

func asFloat(value any) (float64, bool) {
	switch v := value.(type) {
	case int:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint:
		return float64(v), true
	case float32:
		return float64(v), true
	case float64:
		return v, true
	default:
		return 0, false
	}
}

// lines is a text in HTML, with its line breaks.
func lines(s string) string { return strings.ReplaceAll(escape(s), "\n", "<br>") }

// escape makes text safe in HTML, in elements and in quoted attributes.
func escape(s string) string { return html.EscapeString(Clean(s)) }
