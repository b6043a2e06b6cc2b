package chart

import "cmp"

// figureRows are the rows of a [Bar] or [Dots] chart: a label on one side of each and its
// figure on the other.
type figureRows struct {
	labels, figures []string
	left, right     float64 // widths of the widest
	table           Table
}

func newFigureRows(name, valueName string) *figureRows {
	return &figureRows{
		labels: []string{}, figures: []string{}, // an axis without rows is an empty list, not none
		table: Table{Columns: []Column{{Name: cmp.Or(name, "Categoría")}, {Name: cmp.Or(valueName, "Valor"), Align: AlignRight}}},
	}
}

func (r *figureRows) add(label, figure string) {
	short := shorten(oneLine(label), labelSize, 260)
	r.labels, r.figures = append(r.labels, short), append(r.figures, figure)
	r.left = max(r.left, textWidth(short, labelSize))
	r.right = max(r.right, textWidth(figure, labelSize))
	r.table.Rows = append(r.table.Rows, []any{label, figure})
}

// height is that of the whole figure, where none is asked for.
func (r *figureRows) height(f Figure, fr frame) int {
	return cmp.Or(f.Height, fr.top+fr.bottom+max(len(r.labels), 2)*26+44)
}
