package run

import (
	"slices"
	"strconv"
	"strings"
)

// Sentences joins sentences; those that are empty are left out.
func Sentences(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " ")
}

// What readers call the party, or coalition, of accounts that have none.
const (
	NoParty     = "(sin partido)"
	NoCoalition = "(sin coalición)"
)

// YesNo is the answer to a question, in Spanish.
func YesNo(b bool) string {
	if b {
		return "sí"
	}
	return "no"
}

// Short writes a number with the decimals that it has.
func Short(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
}
