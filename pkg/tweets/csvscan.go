package tweets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxCSVRecord bounds one CSV record: 1 MiB. A quote that is never closed costs
// at most that much looking ahead.
const maxCSVRecord = 1 << 20

// csvField is one field of a record, valid until the next one is read.
type csvField struct {
	value  []byte
	quoted bool
}

// csvScanner reads CSV records (RFC 4180; line ends CRLF or LF; blank lines
// skipped). It is used in place of encoding/csv because it bounds a record, and
// goes on at the very next line after one with a stray quote.
type csvScanner struct {
	lines  *lineReader
	comma  byte
	record []byte // raw text of the record last read
	line   int    // its first line
	fields []csvField
	cuts   []csvCut
}

// csvCut is a field's place in the raw record, quotes excluded.
type csvCut struct {
	start, end      int
	quoted, escaped bool
}

func newCSVScanner(lines *lineReader, comma byte) *csvScanner {
	return &csvScanner{lines: lines, comma: comma}
}

// next returns the next record's fields. The error is a *recordError, after
// which next may be called again, io.EOF or the reader's.
func (c *csvScanner) next() ([]csvField, error) {
	line, err := c.lines.next()
	for err == nil && len(bytes.TrimRight(line, "\r\n")) == 0 {
		line, err = c.lines.next()
	}
	c.line = c.lines.n
	c.record = append(c.record[:0], line...)
	if err != nil {
		return nil, err
	}
	firstLine := len(c.record)
	if err := c.cut(); err != nil {
		var bad *recordError
		if errors.As(err, &bad) {
			// What follows the first line may be sound records.
			c.lines.unread(c.record[firstLine:], c.line)
		}
		return nil, err
	}
	c.fields = c.fields[:0]
	for _, cut := range c.cuts {
		value := c.record[cut.start:cut.end:cut.end]
		if cut.escaped {
			value = bytes.ReplaceAll(value, []byte(`""`), []byte(`"`))
		}
		c.fields = append(c.fields, csvField{value: value, quoted: cut.quoted})
	}
	return c.fields, nil
}

// cut finds the fields of the record that begins with c.record, reading further
// lines into it where a quoted field goes on.
func (c *csvScanner) cut() error {
	c.cuts = c.cuts[:0]
	for i := 0; ; {
		cut := csvCut{start: i}
		if i < len(c.record) && c.record[i] == '"' {
			cut.quoted = true
			cut.start++
			if err := c.closeQuote(&cut); err != nil {
				return err
			}
			i = cut.end + 1
		} else {
			n := bytes.IndexAny(c.record[i:], string([]byte{c.comma, '"', '\n'}))
			switch {
			case n < 0:
				i = len(c.record)
			case c.record[i+n] == '"':
				return c.errorAt(i+n, `a quote inside an unquoted field: put the field in quotes and double this one`)
			default:
				i += n
			}
			cut.end = i
			if i == len(c.record) || c.record[i] == '\n' {
				if cut.end > cut.start && c.record[cut.end-1] == '\r' {
					cut.end--
				}
			}
		}
		c.cuts = append(c.cuts, cut)
		rest := c.record[i:]
		switch {
		case len(rest) == 0 || rest[0] == '\n' || bytes.Equal(rest, []byte("\r\n")) || bytes.Equal(rest, []byte("\r")):
			return nil
		case rest[0] == c.comma:
			i++
		default:
			return c.errorAt(i, fmt.Sprintf("%q after a closing quote: double the quotes inside the field", rest[0]))
		}
	}
}

// closeQuote sets cut.end to the place of the quote that closes the field.
func (c *csvScanner) closeQuote(cut *csvCut) error {
	for i := cut.start; ; {
		n := bytes.IndexByte(c.record[i:], '"')
		if n >= 0 {
			i += n
			if i+1 < len(c.record) && c.record[i+1] == '"' {
				cut.escaped = true
				i += 2
				continue
			}
			cut.end = i
			return nil
		}
		i = len(c.record)
		line, err := c.lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return c.errorAt(cut.start-1, "the quote opened here is never closed")
		case err != nil:
			return err
		}
		c.record = append(c.record, line...)
		if len(c.record) > maxCSVRecord {
			return c.errorAt(cut.start-1, "the quote opened here is not closed within 1 MiB")
		}
	}
}

// errorAt is an error at a byte of the record. Its column counts characters, as
// editors do.
func (c *csvScanner) errorAt(at int, msg string) error {
	before := c.record[:at]
	return &recordError{
		line:   c.line + bytes.Count(before, []byte{'\n'}),
		column: utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1,
		msg:    msg,
	}
}

// errBareCR is the error of a file that is one line to all who look for LF.
var errBareCR = errors.New("its lines end in CR alone, as old spreadsheets write them: save it with LF or CRLF line ends")

// endsInCR tells whether a first line, which ends before LF, has the CR of another
// line end outside quotes.
func endsInCR(line []byte) bool {
	quoted := false
	for i, b := range line {
		switch {
		case b == '"':
			quoted = !quoted
		case b == '\r' && !quoted && i+1 < len(line):
			return true
		}
	}
	return false
}

// guessComma returns the delimiter of a CSV header: of comma, semicolon and tab
// the one it has most of outside quotes.
func guessComma(header []byte) byte {
	var counts [256]int
	quoted := false
	for _, b := range header {
		if b == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[b]++
		}
	}
	best := byte(',')
	for _, b := range []byte{';', '\t'} {
		if counts[b] > counts[best] {
			best = b
		}
	}
	return best
}
