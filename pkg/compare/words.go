package compare

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// Words are the words of a text as the measures of this package count them: the
// tokens of [text.Tokenize] (lower case, split at white space) without the
// punctuation at their edges, so that «gracias!» and «gracias» are one word. The
// sign of a hashtag or mention stays, as do emoji and whatever stands inside a
// word. A token of punctuation alone is no word.
func Words(s string) []string {
	tokens := text.Tokenize(s)
	words := tokens[:0]
	for _, token := range tokens {
		if word := trim(token); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// ContentWords counts the words of a text that are not stop words: those that
// [KeynessOf] counts.
func ContentWords(s string) int { return len(text.RemoveStopWords(Words(s))) }

// trim takes the punctuation off a token's edges. An underscore at the end may
// belong to an account's name.
func trim(token string) string {
	token = strings.TrimRightFunc(token, func(r rune) bool { return edge(r) && r != '_' })
	for token != "" {
		first, size := utf8.DecodeRuneInString(token)
		if !edge(first) {
			break
		}
		next, _ := utf8.DecodeRuneInString(token[size:])
		if (first == '#' || first == '@') && (next == '_' || unicode.IsLetter(next) || unicode.IsDigit(next)) {
			break
		}
		token = token[size:]
	}
	return token
}

// edge tells what separates or adorns words: punctuation, and signs used as such.
func edge(r rune) bool {
	return unicode.IsPunct(r) || unicode.Is(unicode.Sm, r) || strings.ContainsRune("^`´¨", r)
}

// isHashtag, isMention and hasEmoji tell the kinds of words that only tweets have.
func isHashtag(word string) bool { return word[0] == '#' }

func isMention(word string) bool { return word[0] == '@' }

// hasEmoji goes by Unicode's blocks of pictographs, the older symbols (☀, ✅, ⭐)
// included: it does not know each emoji by name.
func hasEmoji(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool {
		return r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x2b00 && r <= 0x2bff
	})
}
