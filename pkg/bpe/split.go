package bpe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the class of a character in GPT-2's word pattern.
type kind uint8

const (
	other  kind = iota // [^\s\p{L}\p{N}]
	letter             // \p{L}
	number             // \p{N}
	space              // \s, Unicode's White_Space
)

// asciiKind answers for the characters that make up most texts.
var asciiKind = func() (table [utf8.RuneSelf]kind) {
	for c := range table {
		table[c] = unicodeKind(rune(c))
	}
	return table
}()

func unicodeKind(r rune) kind {
	switch {
	case isLetter(r):
		return letter
	case isNumber(r):
		return number
	case unicode.IsSpace(r):
		return space
	}
	return other
}

// kindAt returns the class and the length in bytes of the first character of
// s. A byte that is not UTF-8 counts as one character of class other.
func kindAt(s string) (kind, int) {
	if c := s[0]; c < utf8.RuneSelf {
		return asciiKind[c], 1
	}
	r, size := utf8.DecodeRuneInString(s)
	return unicodeKind(r), size
}

// runOf returns the length in bytes of the characters of class k at the start of s.
func runOf(k kind, s string) int {
	n := 0
	for n < len(s) {
		next, size := kindAt(s[n:])
		if next != k {
			break
		}
		n += size
	}
	return n
}

// contractions are matched first, as GPT-2 was made for English.
var contractions = [...]string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}

// nextWord returns the length in bytes of the first word of s, which must not
// be empty. It matches what GPT-2's pattern matches at the start of s:
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// The look-ahead leaves the last blank of a run to the word that follows,
// which Go's regexp cannot say.
func nextWord(s string) int {
	if s[0] == '\'' {
		for _, c := range contractions {
			if strings.HasPrefix(s, c) {
				return len(c)
			}
		}
	}
	lead := 0
	if s[0] == ' ' && len(s) > 1 {
		lead = 1
	}
	k, _ := kindAt(s[lead:])
	if k != space {
		return lead + runOf(k, s[lead:])
	}
	blanks := runOf(space, s)
	if blanks == len(s) {
		return blanks
	}
	_, last := utf8.DecodeLastRuneInString(s[:blanks])
	if last == blanks {
		return blanks
	}
	return blanks - last
}
