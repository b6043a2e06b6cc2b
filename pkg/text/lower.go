package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	capitalSigma    = 'Σ'
	capitalDottedI  = 'İ'
	combiningDot    = '\u0307'
	smallSigma      = 'σ'
	smallFinalSigma = 'ς'
)

// Lower is Java's String.toLowerCase(Locale.ROOT): each code point's simple
// lower case, except that İ becomes i and a combining dot, and that Σ at the
// end of a word becomes ς. Bytes that are not UTF-8 become U+FFFD.
func Lower(s string) string {
	lower := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			lower = false
			break
		}
	}
	if lower {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		switch r {
		case capitalDottedI:
			b.WriteRune('i')
			b.WriteRune(combiningDot)
		case capitalSigma:
			if endsWord(s[:i], s[i+len("Σ"):]) {
				b.WriteRune(smallFinalSigma)
			} else {
				b.WriteRune(smallSigma)
			}
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// endsWord tells whether a sigma between before and after ends a word: a cased
// letter comes before it and none after, where what Unicode lets stand inside a
// word (marks, and signs such as the apostrophe) is passed over.
func endsWord(before, after string) bool {
	before = strings.TrimRightFunc(before, insideWord)
	after = strings.TrimLeftFunc(after, insideWord)
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return cased(last) && !cased(next)
}

func insideWord(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || strings.ContainsRune("'’.:·․", r)
}

func cased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
}
