package load

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// maxDepth bounds how deep JSON values may lie in one another.
const maxDepth = 500

// jsonScanner goes through one JSON text once, from the left. It checks all of
// it, but makes nothing of what it passes over: a tweet's NLP_FEATURES are most
// of its bytes and none of what is wanted. It accepts what encoding/json does.
type jsonScanner struct {
	data []byte
	at   int
}

func (s *jsonScanner) errorf(format string, a ...any) error {
	return &record.Error{
		Column: utf8.RuneCount(s.data[:min(s.at, len(s.data))]) + 1,
		Msg:    "not a tweet's JSON: " + fmt.Sprintf(format, a...),
	}
}

// unexpected is the error of what stands at the scanner's place.
func (s *jsonScanner) unexpected(wanted string) error {
	if s.at >= len(s.data) {
		return s.errorf("it ends before %s", wanted)
	}
	r, _ := utf8.DecodeRune(s.data[s.at:])
	return s.errorf("%q in place of %s", r, wanted)
}

func (s *jsonScanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// peek is the next byte that is not white space, or 0 at the end.
func (s *jsonScanner) peek() byte {
	if s.at < len(s.data) && s.data[s.at] > ' ' {
		return s.data[s.at]
	}
	s.space()
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

// end is an error unless only white space is left.
func (s *jsonScanner) end() error {
	if s.space(); s.at < len(s.data) {
		return s.unexpected("the record's end")
	}
	return nil
}

// object calls field for each member of an object, which must take its value.
func (s *jsonScanner) object(field func(key []byte) error) error {
	if s.peek() != '{' {
		return s.unexpected("an object")
	}
	s.at++
	if s.peek() == '}' {
		s.at++
		return nil
	}
	for {
		if s.peek() != '"' {
			return s.unexpected("a name in quotes")
		}
		key, err := s.text()
		if err != nil {
			return err
		}
		if s.peek() != ':' {
			return s.unexpected("a colon")
		}
		s.at++
		if err := field(key); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.at++
		case '}':
			s.at++
			return nil
		default:
			return s.unexpected("a comma or }")
		}
	}
}

// raw takes any value and returns it as it is written.
func (s *jsonScanner) raw() ([]byte, error) {
	s.space()
	start := s.at
	if err := s.skip(0); err != nil {
		return nil, err
	}
	return s.data[start:s.at], nil
}

// skip passes over any value.
func (s *jsonScanner) skip(depth int) error {
	switch c := s.peek(); c {
	case '"':
		_, err := s.quoted()
		return err
	case '{', '[':
		return s.skipInside(c, depth+1)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return s.number()
		}
		return s.unexpected("a value")
	}
}

// skipInside passes over an object or array.
func (s *jsonScanner) skipInside(open byte, depth int) error {
	if depth > maxDepth {
		return s.errorf("more than %d brackets within one another", maxDepth)
	}
	closing := open + 2 // of both kinds, in ASCII
	s.at++
	if s.peek() == closing {
		s.at++
		return nil
	}
	for {
		if open == '{' {
			if s.peek() != '"' {
				return s.unexpected("a name in quotes")
			}
			if _, err := s.quoted(); err != nil {
				return err
			}
			if s.peek() != ':' {
				return s.unexpected("a colon")
			}
			s.at++
		}
		if err := s.skip(depth); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.at++
		case closing:
			s.at++
			return nil
		default:
			return s.unexpected("a comma or " + string(closing))
		}
	}
}

func (s *jsonScanner) word(word string) error {
	if rest := s.data[s.at:]; len(rest) < len(word) || string(rest[:len(word)]) != word {
		return s.unexpected("a value")
	}
	s.at += len(word)
	return nil
}

func (s *jsonScanner) number() error {
	if s.data[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.data) && s.data[s.at] == '0' {
		s.at++
	} else if err := s.digits(); err != nil {
		return err
	}
	if s.at < len(s.data) && s.data[s.at] == '.' {
		s.at++
		if err := s.digits(); err != nil {
			return err
		}
	}
	if s.at < len(s.data) && s.data[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.data) && (s.data[s.at] == '+' || s.data[s.at] == '-') {
			s.at++
		}
		return s.digits()
	}
	return nil
}

func (s *jsonScanner) digits() error {
	start := s.at
	for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
		s.at++
	}
	if s.at == start {
		return s.unexpected("a digit")
	}
	return nil
}

// quoted passes over the string that begins here and tells whether it has
// escapes.
func (s *jsonScanner) quoted() (escaped bool, err error) {
	for s.at++; ; {
		s.at += plain(s.data[s.at:])
		if s.at >= len(s.data) {
			return false, s.unexpected("a closing quote")
		}
		switch c := s.data[s.at]; c {
		case '"':
			s.at++
			return escaped, nil
		case '\\':
			escaped = true
			if err := s.escape(); err != nil {
				return false, err
			}
		default:
			return false, s.errorf("a control character, %q, in a string", c)
		}
	}
}

// plain is the number of bytes before the first quote, backslash or control
// character. It looks at eight at a time.
func plain(data []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(data)-n >= 8; n += 8 {
		word := binary.LittleEndian.Uint64(data[n:])
		quote := word ^ ones*'"'
		backslash := word ^ ones*'\\'
		// A byte's top bit is set where the byte was zero or, in the last, below 0x20.
		// Bytes after the first such one may be marked wrongly, bytes before it not.
		found := ((quote-ones)&^quote | (backslash-ones)&^backslash | (word-ones*0x20)&^word) & tops
		if found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for ; n < len(data); n++ {
		if c := data[n]; c == '"' || c == '\\' || c < 0x20 {
			return n
		}
	}
	return n
}

// escape passes over one escape.
func (s *jsonScanner) escape() error {
	s.at++
	if s.at >= len(s.data) {
		return s.unexpected("an escape")
	}
	switch s.data[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.at++
		return nil
	case 'u':
		s.at++
		for range 4 {
			if s.at >= len(s.data) || !hexDigit(s.data[s.at]) {
				return s.unexpected("a hexadecimal digit")
			}
			s.at++
		}
		return nil
	}
	return s.unexpected("an escape")
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// text takes a string and returns what it says.
func (s *jsonScanner) text() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.unexpected("a string")
	}
	start := s.at + 1
	escaped, err := s.quoted()
	if err != nil {
		return nil, err
	}
	inside := s.data[start : s.at-1]
	if !escaped {
		return inside, nil
	}
	return unescape(inside), nil
}

// textOrNull takes a string, never nil, or null, which is nil.
func (s *jsonScanner) textOrNull() ([]byte, error) {
	if s.peek() == 'n' {
		return nil, s.word("null")
	}
	return s.text()
}

// textOrNumber takes a string, a number as it is written, or null, which is nil.
func (s *jsonScanner) textOrNumber() ([]byte, error) {
	if c := s.peek(); c == '-' || '0' <= c && c <= '9' {
		start := s.at
		err := s.number()
		return s.data[start:s.at], err
	}
	return s.textOrNull()
}

// unescape replaces the escapes of a string that was scanned.
func unescape(inside []byte) []byte {
	out := make([]byte, 0, len(inside))
	for i := 0; i < len(inside); i++ {
		c := inside[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		i++
		switch c = inside[i]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := codeUnit(inside[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				// A half without its other half becomes U+FFFD.
				rest := inside[i+1:]
				both := rune(utf8.RuneError)
				if len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
					both = utf16.DecodeRune(r, codeUnit(rest[2:]))
				}
				if r = both; both != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
	return out
}

func codeUnit(digits []byte) rune {
	n, _ := strconv.ParseUint(string(digits[:4]), 16, 16) // they were scanned
	return rune(n)
}
