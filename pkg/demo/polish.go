package demo

import (
	"strings"
	"unicode"
)

var contractions = strings.NewReplacer(" de el ", " del ", " a el ", " al ", "\nde el ", "\ndel ", "\na el ", "\nal ")

// polish contracts "de el" and "a el", and gives sentences a capital.
func polish(s string) string {
	s = contractions.Replace(s)
	var b strings.Builder
	capital, ended := true, false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			if capital {
				r = unicode.ToUpper(r)
			}
			capital, ended = false, false
		case strings.ContainsRune(".!?…", r):
			ended = true
		case unicode.IsSpace(r):
			capital = capital || ended
			ended = false
		case r == '@' || r == '#' || unicode.IsDigit(r):
			capital, ended = false, false
		}
		b.WriteRune(r)
	}
	return b.String()
}
