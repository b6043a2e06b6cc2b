package load

import (
	"bytes"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// jsonSource gives the bytes of one JSON object after the other.
type jsonSource interface {
	// next returns a record, valid until the next call, and the line it is on.
	next() (record []byte, line int, err error)
}

// jsonDecoder finds the tweets in a JSON object of one format.
type jsonDecoder interface {
	// decode calls found for each tweet of the record, with it or with what is
	// wrong with it. What it returns is wrong with the record.
	decode(record []byte, found func(row, error)) error
}

// jsonReader reads tweets from JSON lines or an array.
type jsonReader struct {
	source  jsonSource
	decoder jsonDecoder
	kind    string // its format
	record  []byte
	line    int
	found   []foundRow // of the record
	at      int        // of the next one to be returned
	add     func(row, error)
}

type foundRow struct {
	row row
	err error
}

func newJSONReader(c content, names map[string][]string) *jsonReader {
	j := &jsonReader{source: &jsonLines{c.lines}, kind: c.format}
	j.add = func(r row, err error) {
		if err == nil {
			err = r.complete()
		}
		j.found = append(j.found, foundRow{r, err})
	}
	if c.array != nil {
		j.source = &jsonArray{r: c.array, line: 1}
	}
	switch c.format {
	case tweets.FormatTwitterV1:
		j.decoder = twitterV1{}
	case tweets.FormatTwitterV2:
		j.decoder = twitterV2{}
	case tweets.FormatSnscrape:
		j.decoder = snscrape{}
	default:
		j.decoder = newPlainJSON(names)
	}
	return j
}

func (j *jsonReader) position() int { return j.line }

func (j *jsonReader) raw() []byte { return j.record }

func (j *jsonReader) format() string { return j.kind }

// marks: an object without the field is an original.
func (j *jsonReader) marks(kind) bool { return true }

func (j *jsonReader) next(r *row) error {
	for j.at == len(j.found) {
		var err error
		if j.record, j.line, err = j.source.next(); err != nil {
			return err
		}
		if !utf8.Valid(j.record) {
			return errNotUTF8
		}
		j.found, j.at = j.found[:0], 0
		if err = j.decoder.decode(j.record, j.add); err != nil {
			return err
		}
	}
	found := &j.found[j.at]
	j.at++
	*r = found.row
	return found.err
}

// jsonLines reads one record from each line that is not blank.
type jsonLines struct{ lines *record.Lines }

func (j *jsonLines) next() ([]byte, int, error) {
	for {
		line, err := j.lines.Next()
		if err != nil {
			return nil, j.lines.Number(), err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, j.lines.Number(), nil
		}
	}
}
