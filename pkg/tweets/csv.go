package tweets

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// retweetMark begins the text of a retweet.
var retweetMark = []byte("RT @")

// csvReader reads CSV.
type csvReader struct {
	scanner *csvScanner
	width   int
	kind    string // its format
	columns tableColumns
}

// newCSVReader reads the header. Its error begins with the line.
func newCSVReader(lines *lineReader, names map[string][]string) (*csvReader, error) {
	start := peekLine(lines.r)
	if endsInCR(start) {
		return nil, fmt.Errorf("1: %w", errBareCR)
	}
	c := &csvReader{scanner: newCSVScanner(lines, guessComma(start)), kind: FormatCSV}
	header, err := c.scanner.next()
	if errors.Is(err, io.EOF) {
		return c, nil // an empty file has no rows: next says so
	}
	if err != nil {
		return nil, placed(err, c.scanner.line)
	}
	c.width, c.kind = len(header), csvFormat(header)
	var titles []string
	for _, field := range header {
		titles = append(titles, string(field.value))
	}
	if c.columns, err = findColumns(titles, names); err != nil {
		return nil, fmt.Errorf("%d: %w", c.scanner.line, err)
	}
	for _, place := range c.columns.places() {
		if slices.Contains(titles[place+1:], titles[place]) {
			return nil, fmt.Errorf("%d: two columns are called %s: remove or rename one of them", c.scanner.line, Excerpt([]byte(titles[place])))
		}
	}
	return c, nil
}

func (c *csvReader) position() int { return c.scanner.line }

func (c *csvReader) raw() []byte { return c.scanner.record }

func (c *csvReader) format() string { return c.kind }

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
	return c.columns.row(r, value)
}

var errNotUTF8 = &recordError{msg: "not UTF-8: convert the file to UTF-8"}

func missing(field string) *recordError {
	return &recordError{msg: fmt.Sprintf("no %s; if the file calls it otherwise, name it under [columns] in study.toml", field)}
}
