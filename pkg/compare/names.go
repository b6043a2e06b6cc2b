package compare

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// Names are the parts of persons' and accounts' names, to find words that name one.
type Names map[string]struct{}

// shortestPart is the length from which a part is looked for inside of mentions and
// hashtags: shorter ones stand in too many words.
const shortestPart = 4

// NamesOf takes names apart into words of three letters or more that are no stop
// words; case, accents and signs do not matter.
func NamesOf(names ...string) Names {
	n := Names{}
	stop := text.StopWords()
	for _, name := range names {
		for _, part := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
			if _, common := stop[strings.ToLower(part)]; !common && utf8.RuneCountInString(part) >= 3 {
				n[fold(part)] = struct{}{}
			}
		}
	}
	return n
}

// In tells whether a word, as [Words] gives them, names someone: it is a part of a
// name, or a mention or hashtag that has one inside.
func (n Names) In(word string) bool {
	folded := fold(word)
	if _, is := n[folded]; is {
		return true
	}
	if isHashtag(word) || isMention(word) {
		for part := range n {
			if len(part) >= shortestPart && strings.Contains(folded, part) {
				return true
			}
		}
	}
	return false
}

// accents are the letters with accents that names in Spanish, and in its neighbours'
// languages, are written with, each before its letter without.
var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "n", "ç", "c",
)

// fold leaves of a text its letters and digits, in lower case and without accents.
func fold(s string) string {
	return accents.Replace(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s))
}
