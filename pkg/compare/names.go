package compare

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// Names are those of persons, accounts and parties, to find words that name one.
type Names map[string]struct{}

// shortestPart is the least length, in letters, of a name that is looked for inside mentions
// and hashtags: shorter ones occur in too many words.
const shortestPart = 4

// NamesOf splits names into words of three letters or more, without stop words; case,
// accents and punctuation do not matter.
func NamesOf(names ...string) Names {
	n := Names{}
	stop := text.StopWords()
	for _, name := range names {
		for _, part := range strings.FieldsFunc(Normalize(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
			if _, common := stop[text.Lower(part)]; !common && utf8.RuneCountInString(part) >= 3 {
				n[fold(part)] = struct{}{}
			}
		}
	}
	delete(n, "") // of underscores alone
	return n
}

// AddWhole adds names that are not taken apart, such as those of parties: «Frente Amplio»
// is neither of its words. One that begins with # or @ is that hashtag or handle alone.
func (n Names) AddWhole(names ...string) {
	for _, name := range names {
		words := Words(name)
		if len(words) == 0 {
			continue
		}
		sign := ""
		if isHashtag(words[0]) || isMention(words[0]) {
			sign = words[0][:1]
		}
		for i, word := range words {
			words[i] = fold(word)
		}
		n[sign+strings.Join(words, "")] = struct{}{}
		if sign == "" {
			n[strings.Join(words, " ")] = struct{}{}
		}
	}
	delete(n, "") // of signs alone
}

// In tells whether a word, as [Words] gives them, names someone: it is a name or a part of
// one, or a mention or hashtag that has one inside.
func (n Names) In(word string) bool {
	folded := fold(word)
	if _, is := n[folded]; is {
		return true
	}
	if isHashtag(word) || isMention(word) {
		if _, is := n[word[:1]+folded]; is {
			return true
		}
		for part := range n {
			if utf8.RuneCountInString(part) >= shortestPart && strings.Contains(folded, part) {
				return true
			}
		}
	}
	return false
}

// mostWords are those of the longest name that is found where it is not one word.
const mostWords = 8

// leading counts the first of a text's words that name someone together, as in «frente
// amplio»; 0 if they name nobody. folded are the same words.
func (n Names) leading(words, folded []string) int {
	if len(n) == 0 {
		return 0
	}
	if n.In(words[0]) {
		return 1
	}
	for count := min(mostWords, len(words)); count > 1; count-- {
		if _, is := n[strings.Join(folded[:count], " ")]; is {
			return count
		}
	}
	return 0
}

// fold reduces a text to its letters and digits, in lower case and without accents.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(Normalize(s)))
}
