package study

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// judged is the interval that decides what is called sure: the one that the corpus asks
// for, or else the wider one.
func (s *Study) judged(m compare.Measure) *compare.Interval {
	if s.overAccounts(m) {
		return m.Accounts
	}
	return m.Within
}

// over names what that interval was drawn over.
func (s *Study) over(m compare.Measure) string {
	if s.overAccounts(m) {
		return "cuentas"
	}
	return "tweets"
}

// decides says which of a figure's intervals its conclusion follows.
func (s *Study) decides() string {
	switch s.Settings.Resample {
	case OverAccounts:
		return "La conclusión sigue al intervalo sobre cuentas."
	case OverTweets:
		return "La conclusión sigue al intervalo sobre tweets."
	default:
		return "La conclusión sigue al intervalo más ancho."
	}
}

func (s *Study) overAccounts(m compare.Measure) bool {
	switch s.Settings.Resample {
	case OverAccounts:
		return true
	case OverTweets:
		return false
	}
	width := func(i *compare.Interval) float64 { return i.High - i.Low }
	return m.Accounts != nil && (m.Within == nil || width(m.Accounts) > width(m.Within))
}

// beyond tells whether the whole interval lies above (1) or below (−1) a value, or
// neither (0).
func beyond(i *compare.Interval, value float64) int {
	switch {
	case i == nil:
		return 0
	case i.Low > value:
		return 1
	case i.High < value:
		return -1
	default:
		return 0
	}
}

// apart tells whether an interval lies wholly above another (1), wholly below it (−1),
// or neither (0), also where one of them is missing.
func apart(a, b *compare.Interval) int {
	switch {
	case a == nil || b == nil:
		return 0
	case beyond(a, b.High) == 1:
		return 1
	default:
		return min(0, beyond(a, b.Low))
	}
}

// intervalColumns are a table's columns of intervals; the second only where some
// measure has one over accounts.
func intervalColumns(accounts bool) []chart.Column {
	columns := []chart.Column{{Name: "Intervalo de 95 %, sobre tweets", Align: chart.AlignRight}}
	if accounts {
		columns = append(columns, chart.Column{Name: "Intervalo de 95 %, sobre cuentas", Align: chart.AlignRight})
	}
	return columns
}

// intervalCells are the cells of those columns.
func intervalCells(m compare.Measure, accounts bool, decimals int, share bool) []any {
	cells := []any{intervalText(m.Within, decimals, share)}
	if accounts {
		cells = append(cells, intervalText(m.Accounts, decimals, share))
	}
	return cells
}

// intervalNote says what the intervals are, and why there is none over accounts.
func intervalNote(accounts bool) string {
	if accounts {
		return "El intervalo sobre tweets sortea otra vez tweets, como si no dependieran unos de otros; el que va sobre cuentas sortea cuentas enteras, y dice además cuánto depende la cifra de quiénes escriben. Con pocas decenas de cuentas sale todavía algo angosto. Donde discrepan, vale el más ancho."
	}
	return fmt.Sprintf("El intervalo sortea otra vez tweets, como si no dependieran unos de otros. No hay uno sobre cuentas: algún lado tiene menos de %d en la prueba, y con tan pocas los sorteos casi no difieren entre sí, así que el intervalo saldría engañosamente angosto.", compare.FewestAccounts)
}
