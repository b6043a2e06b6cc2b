package text

import "strings"

// Tokenize is Spark ML's Tokenizer: lower case, then Java's split("\\s"). Every
// single white-space character separates, so that two in a row, or one at the
// beginning, give an empty token; empty tokens at the end are dropped. The empty
// string gives one empty token, a string of white space alone gives none.
func Tokenize(s string) []string {
	return split(Lower(s))
}

// Count is len(Tokenize(s)) without making the tokens.
func Count(s string) int {
	if s == "" {
		return 1
	}
	// Trailing white space can only end in empty tokens, which Java drops.
	end := len(s)
	for end > 0 && space(s[end-1]) {
		end--
	}
	if end == 0 {
		return 0
	}
	n := 1
	for i := range end {
		if space(s[i]) {
			n++
		}
	}
	return n
}

func split(s string) []string {
	if s == "" {
		return []string{""}
	}
	tokens := make([]string, 0, Count(s))
	for len(tokens) < cap(tokens) {
		i := strings.IndexFunc(s, func(r rune) bool { return r < 0x80 && space(byte(r)) })
		if i < 0 {
			return append(tokens, s)
		}
		tokens = append(tokens, s[:i])
		s = s[i+1:]
	}
	return tokens
}

// space is Java's \s: the six ASCII white-space characters and no other, so that
// a no-break space does not separate.
func space(c byte) bool {
	return c == ' ' || '\t' <= c && c <= '\r'
}
