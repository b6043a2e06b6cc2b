package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// jsonArray cuts one JSON array into its elements without reading them: what
// they hold is judged by jsonReader.
type jsonArray struct {
	r              *bufio.Reader
	line           int
	started, ended bool // the array's brackets have been read
	element        []byte
}

func (a *jsonArray) next() ([]byte, int, error) {
	a.element = a.element[:0]
	start, depth := a.line, 0
	quoted, escaped := false, false
	for {
		c, err := a.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && a.ended:
			return nil, a.line, io.EOF
		case errors.Is(err, io.EOF):
			return nil, a.line, fmt.Errorf("%d: the JSON array is cut off: fetch the file again", a.line)
		case err != nil:
			return nil, a.line, err
		}
		blank := c == ' ' || c == '\t' || c == '\n' || c == '\r'
		if c == '\n' {
			a.line++
		}
		switch {
		case blank && len(a.element) == 0:
			continue
		case a.ended:
			return nil, a.line, fmt.Errorf("%d: something follows the JSON array: keep one array in a file, or one object on each line", a.line)
		case !a.started:
			a.started = true // the caller has seen the bracket
			continue
		case quoted:
			quoted = escaped || c != '"'
			escaped = c == '\\' && !escaped
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case depth > 0 && (c == '}' || c == ']'):
			depth--
		case depth == 0 && (c == ',' || c == ']'):
			a.ended = c == ']'
			if element := bytes.TrimRight(a.element, " \t\r\n"); len(element) > 0 {
				return element, start, nil
			}
			continue
		}
		if len(a.element) == 0 {
			start = a.line
		}
		if a.element = append(a.element, c); len(a.element) > record.MaxLine {
			return nil, a.line, fmt.Errorf("%d: an element of the JSON array is longer than 16 MiB", start)
		}
	}
}
