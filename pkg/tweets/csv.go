package tweets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// retweetMark begins the text of a retweet in rtweet's CSV.
const retweetMark = "RT @"

// csvReader reads rtweet-style CSV.
type csvReader struct {
	scanner *csvScanner
	width   int
	// Places of our columns; -1 where the file has none.
	id, created, screenName, text, quoted, retweeted, hashtags, mentions int
}

// newCSVReader reads the header. Its error begins with the line.
func newCSVReader(r *bufio.Reader, names map[string][]string) (*csvReader, error) {
	c := &csvReader{scanner: newCSVScanner(newLineReader(r), guessComma(peekLine(r)))}
	header, err := c.scanner.next()
	if errors.Is(err, io.EOF) {
		return c, nil // an empty file has no rows: next says so
	}
	if err != nil {
		return nil, placed(err, c.scanner.line)
	}
	c.width = len(header)
	find := func(ours string) int {
		for _, name := range names[ours] {
			if i := slices.IndexFunc(header, func(f csvField) bool { return string(f.value) == name }); i >= 0 {
				return i
			}
		}
		return -1
	}
	for ours, place := range map[string]*int{
		"id_str": &c.id, "created_at": &c.created, "screen_name": &c.screenName, "text": &c.text,
		"quoted_text": &c.quoted, "retweeted_text": &c.retweeted, "hashtags": &c.hashtags, "mentions": &c.mentions,
	} {
		*place = find(ours)
	}
	for _, ours := range required {
		if find(ours) < 0 {
			return nil, fmt.Errorf("%d: no column for %s (looked for %s) in the header %s; name it under [columns] in study.toml, as in %s = \"its name\"",
				c.scanner.line, ours, strings.Join(names[ours], ", "), excerpt(c.scanner.record), ours)
		}
	}
	return c, nil
}

func (c *csvReader) position() int { return c.scanner.line }

func (c *csvReader) raw() []byte { return c.scanner.record }

func (c *csvReader) next(r *row) error {
	fields, err := c.scanner.next()
	if err != nil {
		return err
	}
	if len(fields) != c.width {
		return &recordError{msg: fmt.Sprintf("%d fields, the header has %d", len(fields), c.width)}
	}
	if !utf8.Valid(c.scanner.record) {
		return errNotUTF8
	}
	value := func(i int) string {
		if i < 0 || !fields[i].quoted && string(fields[i].value) == "NA" {
			return ""
		}
		return string(fields[i].value)
	}
	*r = row{id: value(c.id), created: value(c.created), screenName: value(c.screenName), text: value(c.text)}
	switch "" {
	case r.id:
		return missing("id_str")
	case r.created:
		return missing("created_at")
	case r.screenName:
		return missing("screen_name")
	}
	r.original = value(c.quoted) == "" && value(c.retweeted) == "" && !strings.HasPrefix(r.text, retweetMark)
	if c.hashtags >= 0 {
		r.hashtags = []byte(value(c.hashtags))
	}
	if c.mentions >= 0 {
		r.mentions = []byte(value(c.mentions))
	}
	return nil
}

// list: rtweet separates names by spaces, and newer versions by spaces and NA.
func (c *csvReader) list(raw []byte) []string {
	names := strings.Fields(string(raw))
	return slices.DeleteFunc(names, func(name string) bool { return name == "NA" })
}

var errNotUTF8 = &recordError{msg: "not UTF-8: convert the file to UTF-8"}

func missing(field string) error {
	return &recordError{msg: fmt.Sprintf("no %s; if the file calls it otherwise, name it under [columns] in study.toml", field)}
}
