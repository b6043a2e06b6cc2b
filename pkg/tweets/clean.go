package tweets

import "strings"

// clean removes every match of https?://t\.co/\w* (\w is ASCII, as in Java), and
// white space, Unicode's, from both ends.
func clean(s string) string {
	var b strings.Builder
	rest := s
	for {
		i := strings.Index(rest, "http")
		if i < 0 {
			break
		}
		n := linkLength(rest[i:])
		if n == 0 {
			n = len("http")
			b.WriteString(rest[:i+n])
		} else {
			b.WriteString(rest[:i])
		}
		rest = rest[i+n:]
	}
	if b.Len() == 0 {
		return strings.TrimSpace(rest)
	}
	b.WriteString(rest)
	return strings.TrimSpace(b.String())
}

// linkLength returns the length of the t.co link with which s begins, or 0.
func linkLength(s string) int {
	rest, ok := strings.CutPrefix(s, "https://t.co/")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://t.co/"); !ok {
			return 0
		}
	}
	for len(rest) > 0 && wordByte(rest[0]) {
		rest = rest[1:]
	}
	return len(s) - len(rest)
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}
