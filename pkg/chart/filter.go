package chart

import (
	"fmt"
	"slices"
	"strings"
)

// filter lets a reader show only some rows: those with one value of a column, or with a
// text. The handler is inline in the element, so that it works in JupyterLab and in
// reports; where scripts are disabled there are no boxes, and all rows are shown.
type filter struct {
	choices []choice
	search  int // the column whose texts are searched; below 0: none
	name    string
}

// choice is the values of a column, in their order.
type choice struct {
	name   string
	values []string
	rows   []int // of each row: the place of its value
}

// filterOf returns the table's filter, nil if it has none.
func (t Table) filterOf() (*filter, error) {
	if len(t.Filter) == 0 && t.Search == "" {
		return nil, nil
	}
	f := &filter{search: -1, name: t.Search}
	for _, name := range t.Filter {
		column, err := t.column(name)
		if err != nil {
			return nil, err
		}
		f.choices = append(f.choices, t.choice(column))
	}
	if t.Search != "" {
		var err error
		if f.search, err = t.column(t.Search); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (t Table) column(name string) (int, error) {
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if at < 0 {
		return at, fmt.Errorf("chart: table %q has no column %q to filter by", t.Caption, name)
	}
	return at, nil
}

// choice gathers a column's values. An empty cell belongs to the value above it.
func (t Table) choice(column int) choice {
	c := choice{name: t.Columns[column].Name}
	at := -1
	for _, row := range t.Rows {
		if text, _ := t.cell(row, column); text != "" || at < 0 {
			if at = slices.Index(c.values, text); at < 0 {
				at = len(c.values)
				c.values = append(c.values, text)
			}
		}
		c.rows = append(c.rows, at)
	}
	return c
}

// onInput hides the rows that do not have the chosen values or the text typed, ignoring
// case and accents, and shows how many are left; %d is the column searched.
const onInput = `const table = this.closest('.hemiciclo-table'), choices = [...this.querySelectorAll('select')], count = this.querySelector('output'),
fold = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase(), typed = fold((this.querySelector('input') ?? {value: ''}).value.trim());
let all = 0, left = 0;
for (const row of table.querySelectorAll('tbody tr')) {
const values = (row.dataset.values ?? '').split(' ');
row.hidden = choices.some((choice, i) => choice.value !== '' &amp;&amp; choice.value !== values[i]) || typed !== '' &amp;&amp; !fold(row.cells[%d].textContent).includes(typed);
all++; if (!row.hidden) left++;
}
if (count) count.value = left &lt; all ? left + ' de ' + all + ' filas' : ''`

// html is the boxes to choose and to type in.
func (f *filter) html() string {
	if f == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<div class="hemiciclo-filter" oninput="` + fmt.Sprintf(onInput, max(0, f.search)) + `">`)
	if f.search >= 0 {
		b.WriteString(`<label>Buscar en ` + escape(f.name) + `: <input type="search" autocomplete="off" spellcheck="false"></label>`)
	}
	for _, c := range f.choices {
		b.WriteString(`<label>` + escape(c.name) + `: <select><option value="">(todo)</option>`)
		for i, value := range c.values {
			fmt.Fprintf(&b, `<option value="%d">%s</option>`, i, escape(oneLine(value)))
		}
		b.WriteString("</select></label>")
	}
	b.WriteString(`<output></output></div>`)
	return b.String()
}

// row is what marks the i-th row.
func (f *filter) row(i int) string {
	if f == nil || len(f.choices) == 0 {
		return ""
	}
	places := make([]string, len(f.choices))
	for j, c := range f.choices {
		places[j] = fmt.Sprint(c.rows[i])
	}
	return ` data-values="` + strings.Join(places, " ") + `"`
}
