package load

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// retweetMark begins the text of a retweet.
var retweetMark = []byte("RT @")

// csvReader reads CSV.
type csvReader struct {
	scanner *record.CSV
	width   int
	kind    string // its format
	columns tableColumns
}

// newCSVReader reads the header. Its error begins with the line.
func newCSVReader(lines *record.Lines, names map[string][]string) (*csvReader, error) {
	scanner, err := record.NewCSV(lines)
	if err != nil {
		return nil, err
	}
	c := &csvReader{scanner: scanner, kind: tweets.FormatCSV}
	header, err := scanner.Next()
	if errors.Is(err, io.EOF) {
		return c, nil // an empty file has no rows: next says so
	}
	if err != nil {
		return nil, scanner.Placed(err)
	}
	c.width, c.kind = len(header), csvFormat(header)
	var titles []string
	for _, field := range header {
		titles = append(titles, string(field.Value))
	}
	if c.columns, err = findColumns(titles, names); err != nil {
		return nil, fmt.Errorf("%d: %w", c.scanner.Line(), err)
	}
	for _, place := range c.columns.places() {
		if slices.Contains(titles[place+1:], titles[place]) {
			return nil, fmt.Errorf("%d: two columns are called %s: remove or rename one of them", c.scanner.Line(), tweets.Excerpt([]byte(titles[place])))
		}
	}
	return c, nil
}

func (c *csvReader) position() int { return c.scanner.Line() }

func (c *csvReader) raw() []byte { return c.scanner.Raw() }

func (c *csvReader) format() string { return c.kind }

func (c *csvReader) marks(k kind) bool { return c.columns.marks(k) }

func (c *csvReader) next(r *row) error {
	fields, err := c.scanner.Next()
	if err != nil {
		return err
	}
	if len(fields) != c.width {
		return &record.Error{Msg: fmt.Sprintf("%d fields, the header has %d", len(fields), c.width)}
	}
	if !utf8.Valid(c.scanner.Raw()) {
		return errNotUTF8
	}
	value := func(i int) []byte {
		if i < 0 || !fields[i].Quoted && string(fields[i].Value) == "NA" {
			return nil
		}
		return fields[i].Value
	}
	return c.columns.row(r, value)
}

var errNotUTF8 = &record.Error{Msg: "not UTF-8: convert the file to UTF-8"}

func missing(field string) *record.Error {
	return &record.Error{Msg: fmt.Sprintf("no %s; if the file calls it otherwise, name it under [columns] in study.toml", field)}
}
