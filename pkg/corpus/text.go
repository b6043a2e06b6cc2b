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

// WriteTweets writes the texts one to a line, each as [OneLine] gives it.
func WriteTweets(w io.Writer, texts iter.Seq[string]) (Counts, error) {
	return write(w, texts, func(text string) string { return OneLine(text) + "\n" })
}

// OneLine returns a tweet with each run of white space replaced by one space, and trimmed.
// Bytes that are not UTF-8 become U+FFFD.
func OneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), isPythonSpace), " ")
}

// TwoBlanks stand after each tweet in the study's text. They also stand in a tweet that has
// a blank line.
const TwoBlanks = "  "

// WriteText2020 writes the texts as the study's one long line: each is stripped at both
// ends, its newlines become one space each, and two spaces follow it, also the last. The
// bytes are those that Python writes for
//
//	"".join(text.strip().replace("\n", " ") + "  " for text in texts)
//
// A blank line inside a tweet also becomes two spaces, so such a text does not show
// reliably where tweets end. Bytes that are not UTF-8 become U+FFFD.
func WriteText2020(w io.Writer, texts iter.Seq[string]) (Counts, error) {
	return write(w, texts, func(text string) string { return Line2020(text) + TwoBlanks })
}

// Line2020 returns a tweet as it stands in the study's text, without what follows it.
func Line2020(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.ReplaceAll(strings.TrimFunc(text, isPythonSpace), "\n", " ")
}

// write writes the texts one after the other, each as written gives it.
func write(w io.Writer, texts iter.Seq[string], written func(string) string) (Counts, error) {
	var counts Counts
	out := bufio.NewWriterSize(w, 1<<16)
	for text := range texts {
		line := written(text)
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

// isPythonSpace is what Python's str.strip takes off: Unicode's white space and
// the four ASCII separators.
func isPythonSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}
