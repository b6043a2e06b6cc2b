package compare

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// Words are the words of a text as the measures of this package count them: split at white
// space, normalized by [Normalize], lowered by [text.Lower], and without the punctuation at
// their edges, so that «gracias!» and «gracias» are one word. The sign of a hashtag or
// mention is kept, as are emoji and whatever is inside a word. Punctuation alone is not a
// word.
func Words(s string) []string {
	var words []string
	for field := range strings.FieldsSeq(s) {
		if word := wordOf(field); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// wordOf is the word that stands between white space, or nothing.
func wordOf(field string) string {
	// A lower-case letter may compose with its accent where the capital does not: J̌, ǰ.
	return trim(norm.NFC.String(text.Lower(Normalize(field))))
}

// ContentWords counts the words of a text that are not stop words: those that
// [KeynessOf] counts.
func ContentWords(s string) int { return len(text.RemoveStopWords(Words(s))) }

// trim takes the punctuation off a token's edges. An underscore at the end may
// belong to an account's name.
func trim(token string) string {
	token = strings.TrimRightFunc(token, func(r rune) bool { return isEdge(r) && r != '_' })
	for token != "" {
		first, size := utf8.DecodeRuneInString(token)
		if !isEdge(first) {
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

// isEdge reports punctuation, and symbols used as such.
func isEdge(r rune) bool {
	return unicode.IsPunct(r) || unicode.Is(unicode.Sm, r) || strings.ContainsRune("^`´¨", r)
}

// isHashtag, isMention and hasEmoji tell the kinds of words that only tweets have.
func isHashtag(word string) bool { return word[0] == '#' }

func isMention(word string) bool { return word[0] == '@' }

func hasEmoji(word string) bool { return strings.ContainsFunc(word, isPictograph) }
