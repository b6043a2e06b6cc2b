package record

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MaxLine bounds a line, and with it a JSON record: 16 MiB.
const MaxLine = 16 << 20

// errLongLine is the error of a line beyond MaxLine; the line is skipped.
var errLongLine = &Error{Msg: "line longer than 16 MiB"}

// Error is what is wrong with one record: reading goes on after it.
type Error struct {
	Line   int // from 1; 0: the record's first
	Column int // from 1; 0: unknown
	Msg    string
}

func (e *Error) Error() string { return e.Msg }

// Lines reads lines of bounded length and counts them.
type Lines struct {
	r       *bufio.Reader
	n       int    // number of the line that Next returned last
	at      int64  // bytes taken from r
	end     int64  // if above 0: a line that begins at or after it is not read
	pending []byte // lines given back, to be read before r
	buf     []byte
}

// NewLines reads the lines that begin in the first end bytes of r; all, where end
// is 0.
func NewLines(r *bufio.Reader, end int64) *Lines { return &Lines{r: r, end: end} }

// Number is that of the line that Next returned last, from 1.
func (l *Lines) Number() int { return l.n }

// Drop reads to the end of the line, which was begun elsewhere and does not count.
func (l *Lines) Drop() error {
	_, err := l.Next()
	l.n = 0
	if errors.Is(err, io.EOF) || errors.Is(err, errLongLine) {
		return nil
	}
	return err
}

// Next returns the next line with its line end; it is valid until the next call.
// The error is an *Error for a line beyond MaxLine, which is skipped, io.EOF or the
// reader's.
func (l *Lines) Next() ([]byte, error) {
	if len(l.pending) > 0 {
		end := bytes.IndexByte(l.pending, '\n') + 1
		if end == 0 {
			end = len(l.pending)
		}
		line := l.pending[:end]
		l.pending = l.pending[end:]
		l.n++
		return line, nil
	}
	if l.end > 0 && l.at >= l.end {
		return nil, io.EOF
	}
	l.buf = l.buf[:0]
	tooLong := false
	for {
		part, err := l.r.ReadSlice('\n')
		l.at += int64(len(part))
		if err == nil && len(l.buf) == 0 && !tooLong {
			l.n++
			return part, nil // whole in the reader's buffer: no copy is needed
		}
		if len(l.buf)+len(part) > MaxLine {
			tooLong = true
		}
		if !tooLong {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(l.buf) == 0 && !tooLong):
			return nil, err
		}
		l.n++
		if tooLong {
			return nil, errLongLine
		}
		return l.buf, nil
	}
}

// unread gives lines back, of which the first had the number after line.
func (l *Lines) unread(lines []byte, line int) {
	l.pending = append(bytes.Clone(lines), l.pending...)
	l.n = line
}
