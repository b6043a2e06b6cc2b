package chart

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean drops what XML 1.0 does not allow and a terminal would obey (control characters,
// non-characters), and what would change the reading order (bidirectional overrides); bytes
// that are not UTF-8 become U+FFFD.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r == 0x7f, r >= 0x80 && r < 0xa0, r == 0xfffe, r == 0xffff:
			return -1
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		default:
			return r
		}
	}, s)
}

// oneLine is s cleaned and with every run of white space as one space.
func oneLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// textWidth estimates the width in pixels of s in the charts' sans serif font.
func textWidth(s string, fontSize float64) float64 {
	width := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljtfrI.,:;|!'()[] -·", r):
			width += 0.34
		case strings.ContainsRune("mwMW@%", r):
			width += 0.88
		case unicode.IsUpper(r):
			width += 0.7
		case r >= 0x1100:
			width += 1
		default:
			width += 0.56
		}
	}
	return width * fontSize
}

// shorten cuts s to a width in pixels, with an ellipsis where it was cut.
func shorten(s string, fontSize, width float64) string {
	if textWidth(s, fontSize) <= width {
		return s
	}
	for s != "" && textWidth(s+"…", fontSize) > width {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return strings.TrimRight(s, " ") + "…"
}

// wrap breaks s at spaces into lines of at most a width in pixels.
func wrap(s string, fontSize, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case textWidth(line+" "+word, fontSize) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
