package run

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// Judged is the interval that decides what is called sure: the one that the corpus asks
// for, or else the wider one.
func (r *Run) Judged(m compare.Measure) *compare.Interval {
	if r.overAccounts(m) {
		return m.Accounts
	}
	return m.Within
}

// Over names what that interval was drawn over.
func (r *Run) Over(m compare.Measure) string {
	if r.overAccounts(m) {
		return "cuentas"
	}
	return "tweets"
}

// Decides says which of a figure's intervals its conclusion follows.
func (r *Run) Decides() string {
	switch r.Settings.Resample {
	case OverAccounts:
		return "La conclusión sigue al intervalo sobre cuentas."
	case OverTweets:
		return "La conclusión sigue al intervalo sobre tweets."
	default:
		return "La conclusión sigue al intervalo más ancho."
	}
}

func (r *Run) overAccounts(m compare.Measure) bool {
	switch r.Settings.Resample {
	case OverAccounts:
		return true
	case OverTweets:
		return false
	}
	width := func(i *compare.Interval) float64 { return i.High - i.Low }
	return m.Accounts != nil && (m.Within == nil || width(m.Accounts) > width(m.Within))
}

// Beyond tells whether the whole interval lies above (1) or below (−1) a value, or
// neither (0).
func Beyond(i *compare.Interval, value float64) int {
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

// Apart tells whether an interval lies wholly above another (1), wholly below it (−1),
// or neither (0), also where one of them is missing.
func Apart(a, b *compare.Interval) int {
	switch {
	case a == nil || b == nil:
		return 0
	case Beyond(a, b.High) == 1:
		return 1
	default:
		return min(0, Beyond(a, b.Low))
	}
}

// IntervalText writes an interval for a table; share says that it is of shares.
func IntervalText(i *compare.Interval, decimals int, share bool) string {
	switch {
	case i == nil:
		return "sin intervalo"
	case share:
		return "[" + chart.Number(100*i.Low, decimals) + "; " + chart.Percent(i.High, decimals) + "]"
	default:
		return "[" + chart.Number(i.Low, decimals) + "; " + chart.Number(i.High, decimals) + "]"
	}
}

// MeasureText is a share with its interval.
func MeasureText(m compare.Measure) string {
	return chart.Percent(m.Value, 1) + "\n" + IntervalText(m.Within, 1, true)
}

// IntervalColumns are a table's columns of intervals; the second only where some
// measure has one over accounts.
func IntervalColumns(accounts bool) []chart.Column {
	columns := []chart.Column{{Name: "Intervalo de 95 %, sobre tweets", Align: chart.AlignRight}}
	if accounts {
		columns = append(columns, chart.Column{Name: "Intervalo de 95 %, sobre cuentas", Align: chart.AlignRight})
	}
	return columns
}

// IntervalCells are the cells of those columns.
func IntervalCells(m compare.Measure, accounts bool, decimals int, share bool) []any {
	cells := []any{IntervalText(m.Within, decimals, share)}
	if accounts {
		cells = append(cells, IntervalText(m.Accounts, decimals, share))
	}
	return cells
}

// WordCells are the cells of those columns for a word's log-odds. Where one of both never
// uses the word, only says who does, and the interval is the formula's.
func WordCells(word compare.KeyWord, only [2]string, accounts bool) []any {
	if !word.OneSided() {
		return IntervalCells(word.Measure(), accounts, 2, false)
	}
	cells := []any{onlyOne(word, only)}
	if accounts {
		cells = append(cells, IntervalText(nil, 2, false))
	}
	return cells
}

// onlyOne says that one of both alone uses a word, and how wide the formula's interval is.
func onlyOne(word compare.KeyWord, only [2]string) string {
	who := only[0]
	if word.Counts[0] == 0 {
		who = only[1]
	}
	return fmt.Sprintf("solo %s; por fórmula %s", who, IntervalText(word.Formula, 2, false))
}

// WordLines are the lines of those intervals in a tooltip.
func WordLines(word compare.KeyWord, only [2]string) []string {
	odds := "Log de la razón de chances: " + chart.Number(word.LogOdds, 2)
	if word.OneSided() {
		return []string{odds, "Intervalo: " + onlyOne(word, only)}
	}
	if word.Accounts == nil {
		return []string{odds, "Intervalo de 95 %: " + IntervalText(word.Within, 2, false)}
	}
	return []string{odds, "Intervalo sobre tweets: " + IntervalText(word.Within, 2, false), "Intervalo sobre cuentas: " + IntervalText(word.Accounts, 2, false)}
}

// OneSidedNote says which interval stands where one of both never uses a word, and why.
const OneSidedNote = "Donde uno de los dos nunca usa la palabra («solo»), la cifra llega hasta donde el prior la deja y un sorteo no inventa apariciones: el intervalo es el de la fórmula, cifra ± 1,96 errores estándar, que supone palabras independientes. Donde casi no la usa, el sorteado sale todavía angosto."

// IntervalNote says what the intervals are, and why there is none over accounts.
func IntervalNote(accounts bool) string {
	if accounts {
		return "El intervalo sobre tweets sortea otra vez tweets, como si no dependieran unos de otros; el que va sobre cuentas sortea cuentas enteras, y dice además cuánto depende la cifra de quiénes escriben. Con pocas decenas de cuentas sale todavía algo angosto. Donde discrepan, vale el más ancho."
	}
	return fmt.Sprintf("El intervalo sortea otra vez tweets, como si no dependieran unos de otros. No hay uno sobre cuentas: algún lado tiene menos de %d en la prueba, y con tan pocas los sorteos casi no difieren entre sí, así que el intervalo saldría engañosamente angosto.", compare.FewestAccounts)
}
