package study

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// How tables, charts and notes word things, whatever they are about.

// sentences joins those that there are.
func sentences(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

// What readers call the party, or coalition, of accounts that have none.
const (
	noParty     = "(sin partido)"
	noCoalition = "(sin coalición)"
)

// yesNo answers a question.
func yesNo(b bool) string {
	if b {
		return yes
	}
	return no
}

// short writes a number with the decimals that it has.
func short(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}

// signed writes a difference with its sign.
func signed(v float64, decimals int) string {
	if v > 0 {
		return "+" + chart.Number(v, decimals)
	}
	return chart.Number(v, decimals)
}

// handle is an account's name as Twitter writes it.
func handle(name string) string { return "@" + strings.TrimPrefix(name, "@") }

// oneLine is a cell's text for use in a sentence.
func oneLine(cell string) string { return strings.ReplaceAll(cell, "\n", " ") }
