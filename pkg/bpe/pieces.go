package bpe

import (
	"slices"
	"strings"
)

// Pieces cuts s only where the encoding can be cut too: the tokens of the pieces, in order,
// are those of s. Every piece but the last has at least size bytes; if no safe place to cut
// is found, s is one piece.
func (t *Tokenizer) Pieces(s string, size int) (pieces []string) {
	if slices.ContainsFunc(t.added, func(a addedToken) bool { return a.RStrip || strings.Contains(a.Content, " ") }) {
		return []string{s}
	}
	for len(s) > size {
		cut := blankBetweenLetters(s[size:])
		if cut < 0 {
			break
		}
		pieces = append(pieces, s[:size+cut])
		s = s[size+cut:]
	}
	if s != "" {
		pieces = append(pieces, s)
	}
	return pieces
}

// blankBetweenLetters returns the index of the first blank in s that stands between two
// ASCII letters, -1 where there is none. A word always ends there and another begins,
// whatever surrounds it.
func blankBetweenLetters(s string) int {
	for i := 1; i+1 < len(s); i++ {
		if s[i] == ' ' && isASCIILetter(s[i-1]) && isASCIILetter(s[i+1]) {
			return i
		}
	}
	return -1
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
