package bpe

import (
	"slices"
	"strings"
)

// Pieces cuts s where its encoding may be cut too: the tokens of the pieces, one after the
// other, are those of s. A piece has at least size bytes, but the last; where nothing tells
// that s may be cut, it is one piece.
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
// ASCII letters, -1 where there is none. There a word ends and another begins, whatever is
// around.
func blankBetweenLetters(s string) int {
	for i := 1; i+1 < len(s); i++ {
		if s[i] == ' ' && isASCIILetter(s[i-1]) && isASCIILetter(s[i+1]) {
			return i
		}
	}
	return -1
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
