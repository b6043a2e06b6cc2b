package tweets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// retweetMark begins the text of a retweet in rtweet's CSV.
var retweetMark = []byte("RT @")

// csvReader reads rtweet-style CSV.
type csvReader struct {
	scanner *csvScanner
	width   int
	// Places of our columns; -1 where the file has none.
	id, created, screenName, text, quoted, retweeted, hashtags, mentions int
}

// newCSVReader reads the header. Its error begins with the line.
func newCSVReader(lines *lineReader, names map[string][]string) (*csvReader, error) {
	c := &csvReader{scanner: newCSVScanner(lines, guessComma(peekLine(lines.r)))}
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
	value := func(i int) []byte {
		if i < 0 || !fields[i].quoted && string(fields[i].value) == "NA" {
			return nil
		}
		return fields[i].value
	}
	*r = row{id: value(c.id), created: value(c.created), screenName: value(c.screenName), text: value(c.text)}
	switch {
	case len(r.id) == 0:
		return missing("id_str")
	case len(r.created) == 0:
		return missing("created_at")
	case len(r.screenName) == 0:
		return missing("screen_name")
	}
	switch {
	case len(value(c.retweeted)) > 0 || bytes.HasPrefix(r.text, retweetMark):
		r.kind = retweet
	case len(value(c.quoted)) > 0:
		r.kind = quote
	}
	if c.hashtags >= 0 {
		r.hashtags = listed(value(c.hashtags))
	}
	if c.mentions >= 0 {
		r.mentions = listed(value(c.mentions))
	}
	return nil
}

// listed is a list that the file has, though it be empty.
func listed(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
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
