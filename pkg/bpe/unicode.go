package bpe

import "unicode"

// Go's tables are those of Unicode 15; the libraries used by Hugging Face's tokenizers 0.23
// are at Unicode 16. The tables here hold what that version added: 22 ranges of letters, 7
// of numbers and 13 of marks in new or rare scripts. A test compares every character's
// class with Hugging Face's.

var newLetters = &unicode.RangeTable{
	R16: []unicode.Range16{{0x1c89, 0x1c8a, 1}, {0xa7cb, 0xa7cd, 1}, {0xa7da, 0xa7dc, 1}},
	R32: []unicode.Range32{
		{0x105c0, 0x105f3, 1},
		{0x10d4a, 0x10d65, 1},
		{0x10d6f, 0x10d85, 1},
		{0x10ec2, 0x10ec4, 1},
		{0x11380, 0x11389, 1},
		{0x1138b, 0x1138b, 1},
		{0x1138e, 0x1138e, 1},
		{0x11390, 0x113b5, 1},
		{0x113b7, 0x113b7, 1},
		{0x113d1, 0x113d1, 1},
		{0x113d3, 0x113d3, 1},
		{0x11bc0, 0x11be0, 1},
		{0x13460, 0x143fa, 1},
		{0x16100, 0x1611d, 1},
		{0x16d40, 0x16d6c, 1},
		{0x18cff, 0x18cff, 1},
		{0x1e5d0, 0x1e5ed, 1},
		{0x1e5f0, 0x1e5f0, 1},
		{0x2ebf0, 0x2ee5d, 1},
	},
}

var newNumbers = &unicode.RangeTable{
	R32: []unicode.Range32{
		{0x10d40, 0x10d49, 1},
		{0x116d0, 0x116e3, 1},
		{0x11bf0, 0x11bf9, 1},
		{0x16130, 0x16139, 1},
		{0x16d70, 0x16d79, 1},
		{0x1ccf0, 0x1ccf9, 1},
		{0x1e5f1, 0x1e5fa, 1},
	},
}

var newMarks = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0897, 0x0897, 1}},
	R32: []unicode.Range32{
		{0x10d69, 0x10d6d, 1},
		{0x10efc, 0x10efc, 1},
		{0x113b8, 0x113c0, 1},
		{0x113c2, 0x113c2, 1},
		{0x113c5, 0x113c5, 1},
		{0x113c7, 0x113ca, 1},
		{0x113cc, 0x113d0, 1},
		{0x113d2, 0x113d2, 1},
		{0x113e1, 0x113e2, 1},
		{0x11f5a, 0x11f5a, 1},
		{0x1611e, 0x1612f, 1},
		{0x1e5ee, 0x1e5ef, 1},
	},
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(newLetters, r) }

func isNumber(r rune) bool { return unicode.IsNumber(r) || unicode.Is(newNumbers, r) }

// isWord is \w of a Unicode regular expression: letters and what is used like
// them, marks, decimal digits, connectors as _, and the two joiners.
func isWord(r rune) bool {
	return isLetter(r) || unicode.Is(newNumbers, r) || unicode.Is(newMarks, r) ||
		unicode.In(r, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc, unicode.Other_Alphabetic, unicode.Join_Control)
}
