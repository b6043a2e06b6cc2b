package comparing

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// judged is the interval that decides what is called sure: the one that the corpus asks
// for, or else the wider one.
func judged(r *run.Run, m compare.Measure) *compare.Interval {
	if overAccounts(r, m) {
		return m.Accounts
	}
	return m.Within
}

// conclusive is the interval that decides what is said of the sides. A test of accounts that
// nothing was learnt from stands for other such accounts, and an interval over the tweets of
// a few does not count which ones they happen to be: without one over accounts there is none.
func conclusive(r *run.Run, m compare.Measure) *compare.Interval {
	if r.NeedsAccounts() && m.Accounts == nil {
		return nil
	}
	return judged(r, m)
}

// decisive gives that interval in a sentence, and says over what it was drawn.
func decisive(r *run.Run, m compare.Measure, decimals int, share bool) string {
	over := "tweets"
	switch {
	case r.NeedsAccounts() && m.Accounts == nil:
		return fmt.Sprintf("sin intervalo sobre cuentas: algún lado tiene menos de %d en la prueba", compare.FewestAccounts)
	case overAccounts(r, m):
		over = "cuentas"
	case m.Within == nil:
		return fmt.Sprintf("sin intervalo: hay menos de %d tweets", compare.FewestTexts)
	}
	return fmt.Sprintf("intervalo de 95 %% sobre %s: %s", over, intervalText(conclusive(r, m), decimals, share))
}

// decides says which of a figure's intervals its conclusion follows.
func decides(r *run.Run) string {
	switch r.Settings.Resample {
	case run.OverAccounts:
		return "La conclusión sigue al intervalo sobre cuentas."
	case run.OverTweets:
		return "La conclusión sigue al intervalo sobre tweets."
	default:
		return "La conclusión sigue al intervalo más ancho."
	}
}

// decidesOfSides says the same of figures whose interval is [conclusive].
func decidesOfSides(r *run.Run) string {
	if r.NeedsAccounts() && r.Settings.Resample == "" {
		return decides(r) + " La prueba es de cuentas que no se leyeron, y podrían haber sido otras: donde no hay intervalo sobre cuentas, de los lados solo concluye algo el sorteo de cuentas."
	}
	return decides(r)
}

// overAccounts tells whether that interval is the one over accounts.
func overAccounts(r *run.Run, m compare.Measure) bool {
	switch r.Settings.Resample {
	case run.OverAccounts:
		return true
	case run.OverTweets:
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

// contrary is the share of what is not of a kind, given that of what is.
func contrary(m compare.Measure) compare.Measure {
	turned := func(i *compare.Interval) *compare.Interval {
		if i == nil {
			return nil
		}
		return &compare.Interval{Low: 1 - i.High, High: 1 - i.Low}
	}
	return compare.Measure{Value: 1 - m.Value, Within: turned(m.Within), Accounts: turned(m.Accounts)}
}

// intervalText writes an interval for a table; share says that it is of shares.
func intervalText(i *compare.Interval, decimals int, share bool) string {
	switch {
	case i == nil:
		return "sin intervalo"
	case share:
		return "[" + chart.Number(100*i.Low, decimals) + "; " + chart.Percent(i.High, decimals) + "]"
	default:
		return "[" + chart.Number(i.Low, decimals) + "; " + chart.Number(i.High, decimals) + "]"
	}
}

// measureText is a share with its interval.
func measureText(m compare.Measure) string {
	return chart.Percent(m.Value, 1) + "\n" + intervalText(m.Within, 1, true)
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

// wordCells are the cells of those columns for a word's log-odds. Where one of both never
// uses the word, only says who does, and the interval is the formula's.
func wordCells(word compare.KeyWord, only [2]string, accounts bool) []any {
	if !word.OneSided() {
		return intervalCells(word.Measure(), accounts, 2, false)
	}
	cells := []any{onlyOne(word, only)}
	if accounts {
		cells = append(cells, intervalText(nil, 2, false))
	}
	return cells
}

// onlyOne says that one of both alone uses a word, and how wide the formula's interval is, in
// short lines: tables of words have many columns.
func onlyOne(word compare.KeyWord, only [2]string) string {
	who := only[0]
	if word.Counts[0] == 0 {
		who = only[1]
	}
	return fmt.Sprintf("solo %s;\npor fórmula\n%s", who, intervalText(word.Formula, 2, false))
}

// wordLines are the lines of those intervals in a tooltip.
func wordLines(word compare.KeyWord, only [2]string) []string {
	odds := "Log de la razón de chances: " + chart.Number(word.LogOdds, 2)
	if word.OneSided() {
		return []string{odds, "Intervalo: " + oneLine(onlyOne(word, only))}
	}
	switch {
	case word.Within == nil && word.Accounts == nil:
		return []string{odds}
	case word.Accounts == nil:
		return []string{odds, "Intervalo de 95 %: " + intervalText(word.Within, 2, false)}
	}
	return []string{odds, "Intervalo sobre tweets: " + intervalText(word.Within, 2, false), "Intervalo sobre cuentas: " + intervalText(word.Accounts, 2, false)}
}

// oneSidedNote says which interval stands where one of both never uses a word, and why.
const oneSidedNote = "Donde uno de los dos nunca usa la palabra («solo»), la cifra llega hasta donde el prior la deja y un sorteo no inventa apariciones: el intervalo es el de la fórmula, cifra ± 1,96 errores estándar, que supone palabras independientes. Donde casi no la usa, el sorteado sale todavía angosto."

// intervalNote says what the intervals are, and why there is none over accounts.
func intervalNote(accounts bool) string {
	if accounts {
		return "El intervalo sobre tweets sortea otra vez tweets, como si no dependieran unos de otros; el que va sobre cuentas sortea cuentas enteras, y dice además cuánto depende la cifra de quiénes escriben. Con pocas decenas de cuentas sale todavía algo angosto. Donde discrepan, vale el más ancho."
	}
	return fmt.Sprintf("El intervalo sortea otra vez tweets, como si no dependieran unos de otros. No hay uno sobre cuentas: algún lado tiene menos de %d en la prueba, y con tan pocas los sorteos casi no difieren entre sí, así que el intervalo saldría engañosamente angosto.", compare.FewestAccounts)
}
