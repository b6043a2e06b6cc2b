package run

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// How tables, charts and notes word things, whatever they are about.

// Sentences joins those that there are.
func Sentences(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

// What readers call the party, or coalition, of accounts that have none.
const (
	NoParty     = "(sin partido)"
	NoCoalition = "(sin coalición)"
)

// The answers of the summary.
const (
	Yes     = "sí"
	No      = "no"
	Unknown = "no se puede decir"
)

// YesNo answers a question.
func YesNo(b bool) string {
	if b {
		return Yes
	}
	return No
}

// Short writes a number with the decimals that it has.
func Short(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}

// Signed writes a difference with its sign.
func Signed(v float64, decimals int) string {
	if v > 0 {
		return "+" + chart.Number(v, decimals)
	}
	return chart.Number(v, decimals)
}

// Handle is an account's name as Twitter writes it.
func Handle(name string) string { return "@" + strings.TrimPrefix(name, "@") }

// OneLine is a cell's text for use in a sentence.
func OneLine(cell string) string { return strings.ReplaceAll(cell, "\n", " ") }
