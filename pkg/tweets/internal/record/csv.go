package record

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxCSVRecord bounds one CSV record: 1 MiB. A quote that is never closed costs
// at most that much looking ahead.
const maxCSVRecord = 1 << 20

// Field is one field of a record, valid until the next one is read.
type Field struct {
	Value  []byte
	Quoted bool
}

// CSV reads CSV records (RFC 4180; line ends CRLF or LF; blank lines
// skipped). It is used in place of encoding/csv because it bounds a record, and
// goes on at the very next line after one with a stray quote.
type CSV struct {
	lines  *Lines
	comma  byte
	record []byte // raw text of the record last read
	line   int    // its first line
	fields []Field
	cuts   []csvCut
}

// csvCut is a field's place in the raw record, quotes excluded.
type csvCut struct {
	start, end      int
	quoted, escaped bool
}

// NewCSV reads the records of lines, of which none has been read. The delimiter is
// that of which the first line has most: comma, semicolon or tab.
func NewCSV(lines *Lines) (*CSV, error) {
	start := firstLine(lines.r)
	if endsInCR(start) {
		return nil, errBareCR
	}
	return &CSV{lines: lines, comma: guessComma(start)}, nil
}

// Line is the line on which the record that Next returned last begins.
func (c *CSV) Line() int { return c.line }

// Raw is the text of that record.
func (c *CSV) Raw() []byte { return c.record }

// Placed puts line and column before the message of Next's error.
func (c *CSV) Placed(err error) error {
	var bad *Error
	if !errors.As(err, &bad) {
		return fmt.Errorf("%d: %w", c.line, err)
	}
	line := cmp.Or(bad.Line, c.line)
	if bad.Column > 0 {
		return fmt.Errorf("%d:%d: %w", line, bad.Column, err)
	}
	return fmt.Errorf("%d: %w", line, err)
}

// Next returns the next record's fields. The error is an *Error, after which Next
// may be called again, io.EOF or the reader's.
func (c *CSV) Next() ([]Field, error) {
	line, err := c.lines.Next()
	for err == nil && len(bytes.TrimRight(line, "\r\n")) == 0 {
		line, err = c.lines.Next()
	}
	c.line = c.lines.n
	c.record = append(c.record[:0], line...)
	if err != nil {
		return nil, err
	}
	first := len(c.record)
	if err := c.cut(); err != nil {
		var bad *Error
		if errors.As(err, &bad) {
			// What follows the first line may be sound records.
			c.lines.unread(c.record[first:], c.line)
		}
		return nil, err
	}
	c.fields = c.fields[:0]
	for _, cut := range c.cuts {
		value := c.record[cut.start:cut.end:cut.end]
		if cut.escaped {
			value = bytes.ReplaceAll(value, []byte(`""`), []byte(`"`))
		}
		c.fields = append(c.fields, Field{Value: value, Quoted: cut.quoted})
	}
	return c.fields, nil
}

// cut finds the fields of the record that begins with c.record, reading further
// lines into it where a quoted field goes on.
func (c *CSV) cut() error {
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
func (c *CSV) closeQuote(cut *csvCut) error {
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
		line, err := c.lines.Next()
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
func (c *CSV) errorAt(at int, msg string) error {
	before := c.record[:at]
	return &Error{
		Line:   c.line + bytes.Count(before, []byte{'\n'}),
		Column: utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1,
		Msg:    msg,
	}
}

// errBareCR, with its line, is the error of a file that is one line to all who look for LF.
var errBareCR = errors.New("1: its lines end in CR alone, as old spreadsheets write them: save it with LF or CRLF line ends")

// firstLine returns the beginning of the first line, without reading it.
func firstLine(r *bufio.Reader) []byte {
	start, _ := r.Peek(4096)
	if end := bytes.IndexByte(start, '\n'); end >= 0 {
		start = start[:end]
	}
	return start
}

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
