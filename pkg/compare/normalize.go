package compare

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalize unifies spellings that a reader cannot tell apart:
//
//   - letters and their accents are composed (Unicode's NFC);
//   - what is not seen is left out: signs of direction such as those that some programs
//     put around a handle (U+2066 to U+2069), joiners and spaces of no width, soft
//     hyphens, and all else that Unicode calls default-ignorable;
//   - of these, joiners, variation selectors and tags stay inside of emoji, which they
//     make: 👩‍🚀 is one, and not 👩 beside 🚀;
//   - apostrophes, double quotation marks and hyphens have one form each, ', " and -;
//   - every white space that is not ASCII is a blank.
//
// Case and everything visible are kept.
func Normalize(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var before rune // last that was written
	join := false   // a joiner stands between that one and the next
	for _, r := range norm.NFC.String(s) {
		switch {
		case r == joiner:
			join = join || before == variation || isTag(before) || isPictograph(before)
			continue
		case unicode.Is(unicode.Variation_Selector, r):
			if join || !isPictograph(before) {
				continue
			}
			r = variation
		case isTag(r):
			if join || before != blackFlag && !isTag(before) {
				continue
			}
		case isIgnorable(r):
			continue
		case r > unicode.MaxASCII && unicode.IsSpace(r):
			r = ' '
		default:
			if one, ok := sameSigns[r]; ok {
				r = one
			}
		}
		if join && isPictograph(r) {
			b.WriteRune(joiner)
		}
		join = false
		b.WriteRune(r)
		before = r
	}
	return norm.NFC.String(b.String())
}

const (
	joiner    = '\u200d'
	variation = '\ufe0f' // asks for an emoji where a symbol might stand
	blackFlag = '🏴'      // tags make it a region's
)

// sameSigns are signs that look like another, which takes their place.
var sameSigns = map[rune]rune{
	'‘': '\'', '’': '\'', '‛': '\'', '′': '\'', 'ʼ': '\'', '´': '\'', '`': '\'', '＇': '\'',
	'“': '"', '”': '"', '„': '"', '‟': '"', '″': '"', '＂': '"', '«': '"', '»': '"',
	'\u2010': '-', '\u2011': '-',
}

// isIgnorable tells what Unicode calls default-ignorable: nothing of it is seen.
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

func isTag(r rune) bool { return r >= 0xe0020 && r <= 0xe007f }

// isPictograph goes by Unicode's blocks of pictographs, the older symbols (☀, ✅, ⭐)
// included: it does not know each emoji by name. Signs that adorn words are none.
func isPictograph(r rune) bool {
	return (r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x2b00 && r <= 0x2bff) && !isEdge(r)
}
