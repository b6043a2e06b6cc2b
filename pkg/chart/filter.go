package chart

import (
	"fmt"
	"slices"
	"strings"
)

// filter is what lets a reader see the rows of one value of a column alone. The
// handler stands in the element itself, for JupyterLab and reports alike; where
// nothing may be executed the choice is not shown, and all rows are.
type filter struct {
	name   string
	values []string
	groups []int // of each row: the place of its value
}

// filterOf returns the table's filter, nil if it has none. An empty cell belongs to
// the value above it.
func (t Table) filterOf() (*filter, error) {
	if t.Filter == "" {
		return nil, nil
	}
	column := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == t.Filter })
	if column < 0 {
		return nil, fmt.Errorf("chart: table %q has no column %q to filter by", t.Caption, t.Filter)
	}
	f := &filter{name: t.Filter}
	group := -1
	for _, row := range t.Rows {
		if text, _ := t.cell(row, column); text != "" || group < 0 {
			if group = slices.Index(f.values, text); group < 0 {
				group = len(f.values)
				f.values = append(f.values, text)
			}
		}
		f.groups = append(f.groups, group)
	}
	return f, nil
}

// html is the choice, below the caption.
func (f *filter) html() string {
	if f == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<label class="hemiciclo-filter">` + escape(f.name) + `: <select onchange="` +
		`for (const row of this.closest('.hemiciclo-table').querySelectorAll('tbody tr')) ` +
		`row.hidden = this.value !== '' &amp;&amp; row.dataset.group !== this.value">` +
		`<option value="">(todo)</option>`)
	for i, value := range f.values {
		fmt.Fprintf(&b, `<option value="%d">%s</option>`, i, escape(oneLine(value)))
	}
	b.WriteString("</select></label>")
	return b.String()
}

// row is what marks the i-th row.
func (f *filter) row(i int) string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf(` data-group="%d"`, f.groups[i])
}
