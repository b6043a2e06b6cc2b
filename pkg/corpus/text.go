package corpus

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Counts says how much text was written.
type Counts struct {
	Texts      int `json:"texts"`      // tweets
	Characters int `json:"characters"` // Unicode code points, as Python counts them
	Bytes      int `json:"bytes"`
}

// separator stands after each tweet.
const separator = "  "

// WriteText writes the texts as the study's one long line: each is stripped at
// both ends, its newlines become one space each, and two spaces follow it, also
// the last. The bytes are those that Python writes for
//
//	"".join(text.strip().replace("\n", " ") + "  " for text in texts)
//
// Bytes that are not UTF-8 become U+FFFD.
func WriteText(w io.Writer, texts iter.Seq[string]) (Counts, error) {
	var counts Counts
	out := bufio.NewWriterSize(w, 1<<16)
	for text := range texts {
		line := Line(text) + separator
		counts.Texts++
		counts.Characters += utf8.RuneCountInString(line)
		counts.Bytes += len(line)
		if _, err := out.WriteString(line); err != nil {
			return counts, fmt.Errorf("corpus: writing text %d: %w", counts.Texts, err)
		}
	}
	if err := out.Flush(); err != nil {
		return counts, fmt.Errorf("corpus: writing the text: %w", err)
	}
	return counts, nil
}

// Line returns a tweet as it stands in the text file, without the separator.
func Line(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.ReplaceAll(strings.TrimFunc(text, isPythonSpace), "\n", " ")
}

// isPythonSpace is what Python's str.strip takes off: Unicode's white space and
// the four ASCII separators.
func isPythonSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}
