package tweets

import (
	"strconv"
	"unicode/utf8"
)

// maxExcerpt is the length, in bytes, of what a message shows of a record.
const maxExcerpt = 120

// Excerpt shows the beginning of a record with all but printable characters
// escaped.
func Excerpt(record []byte) string {
	quoted := strconv.Quote(Clip(string(record[:min(len(record), maxExcerpt+utf8.UTFMax)]), maxExcerpt))
	return quoted[1 : len(quoted)-1]
}

// Clip shortens s to at most n bytes and an ellipsis, at a character's edge.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
