package bpe

import (
	"strings"
	"unicode/utf8"
)

// validUTF8 returns raw as a string in which each longest piece of a broken
// character is one U+FFFD. This is the practice that the Unicode Standard
// recommends (section 3.9) and Rust's from_utf8_lossy follows; Go's own
// functions replace either each byte or a whole run of them.
func validUTF8(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	var out strings.Builder
	out.Grow(len(raw))
	for len(raw) > 0 {
		if r, size := utf8.DecodeRune(raw); r != utf8.RuneError || size > 1 {
			out.Write(raw[:size])
			raw = raw[size:]
			continue
		}
		out.WriteRune(utf8.RuneError)
		raw = raw[brokenPrefix(raw):]
	}
	return out.String()
}

// brokenPrefix returns how many of the first bytes of b, which do not start a
// whole character, are the beginning of one that could have been whole.
func brokenPrefix(b []byte) int {
	low, high, length := byte(0x80), byte(0xBF), 0 // bounds of the second byte, bytes in all
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		length = 2
	case c >= 0xE0 && c <= 0xEF:
		length = 3
	case c >= 0xF0 && c <= 0xF4:
		length = 4
	default:
		return 1
	}
	switch b[0] {
	case 0xE0:
		low = 0xA0 // shorter forms exist
	case 0xED:
		high = 0x9F // surrogates
	case 0xF0:
		low = 0x90 // shorter forms exist
	case 0xF4:
		high = 0x8F // beyond U+10FFFF
	}
	n := 1
	for n < length && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}
