package tweets

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NamesAfter finds the #hashtags or @mentions of a text, for files that do not
// list them: runs of letters, digits and underscores after the sign, which must
// not itself follow such a character.
func NamesAfter(sign rune, text string) []string {
	var names []string
	for i, r := range text {
		if r != sign {
			continue
		}
		if before, _ := utf8.DecodeLastRuneInString(text[:i]); i > 0 && nameRune(before) {
			continue
		}
		rest := text[i+utf8.RuneLen(sign):]
		end := strings.IndexFunc(rest, func(r rune) bool { return !nameRune(r) })
		if end < 0 {
			end = len(rest)
		}
		if name := rest[:end]; name != "" && !slices.Contains(names, name) {
			names = append(names, strings.Clone(name))
		}
	}
	return names
}

func nameRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// FoldName returns the form in which screen names are compared: in lower case, without the
// @ that some lists put before them. Twitter's names are ASCII.
func FoldName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@"))
}

// Key is the form in which the account's name is compared with tweets' screen_name.
func (a Account) Key() string { return FoldName(a.ScreenName) }
