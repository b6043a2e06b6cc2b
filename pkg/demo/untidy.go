package demo

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// quotationMarks that accounts use.
var quotationMarks = [][2]string{{`"`, `"`}, {"“", "”"}, {"«", "»"}}

// Chances of what tweets are spoilt by, each of a whole tweet.
const (
	shouted    = 0.02
	escaped    = 0.02 // of its first "y" becoming an ampersand, as Twitter's interface spells it
	isolated   = 0.4
	invisible  = 0.04
	decomposed = 0.06
	otherMarks = 0.15 // of quotation marks that are not the account's
)

// untidy spoils a text as people, keyboards and exports do. What it says stays.
func (s *speaker) untidy(text string) string {
	if s.chance(shouted) {
		text = shout(text)
	} else if s.chance(escaped) {
		text = strings.Replace(text, " y ", " &amp; ", 1)
	}
	text = s.quoted(text)
	text = s.spaced(text)
	if s.chance(invisible) {
		text = s.hide(text)
	}
	if s.chance(isolated) {
		text = isolate(text)
	}
	if s.chance(decomposed) {
		text = norm.NFD.String(text)
	}
	return text
}

// shout writes all in capitals but names, links and entities.
func shout(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if !strings.ContainsAny(word, "@#&/") {
			words[i] = strings.ToUpper(word)
		}
	}
	return strings.Join(words, " ")
}

// quoted gives the straight quotation marks of the grammar the account's form.
func (s *speaker) quoted(text string) string {
	if !strings.Contains(text, `"`) {
		return text
	}
	marks := s.from.habits.quotes
	if s.chance(otherMarks) {
		marks = quotationMarks[s.r.IntN(len(quotationMarks))]
	}
	var b strings.Builder
	for i, part := range strings.Split(text, `"`) {
		if i > 0 {
			b.WriteString(marks[(i-1)%2])
		}
		b.WriteString(part)
	}
	return b.String()
}

// gaps are what stands between two parts of a tweet in the place of a blank.
var gaps = []string{
	"\n\n", "\n\n", "\n\n", "\n\n", "\n\n", "\n\n", "  ", "  ", "  ", " \n\n", "\n\n\n", "   ",
	"\n", "\n", "\n", "\t", "\u00a0",
}

// spaced sets sentences, hashtags, mentions, emoji and links apart as the account does.
func (s *speaker) spaced(text string) string {
	var b strings.Builder
	before := ""
	for i, word := range strings.Split(text, " ") {
		switch {
		case i == 0:
		case apart(before, word) && s.chance(s.from.habits.airy):
			b.WriteString(gaps[s.r.IntN(len(gaps))])
		default:
			b.WriteByte(' ')
		}
		b.WriteString(word)
		before = word
	}
	return b.String()
}

// apart tells whether a part of a tweet ends with one word, or the next begins with
// the other.
func apart(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return strings.ContainsRune(".!?…:", last) || strings.HasPrefix(after, "https://") ||
		!unicode.IsLetter(first) && !unicode.IsDigit(first) && first != '@'
}

// unseen are characters that are there and do not show: two zero-width ones, a mark of
// direction, a byte order mark and a soft hyphen.
var unseen = []string{"\u200b", "\u200d", "\u200e", "\ufeff", "\u00ad"}

// hide puts a character that does not show behind one of the words.
func (s *speaker) hide(text string) string {
	words := strings.Split(text, " ")
	words[s.r.IntN(len(words))] += unseen[s.r.IntN(len(unseen))]
	return strings.Join(words, " ")
}

// isolate wraps each mention in the isolates of direction with which today's X
// exports them.
func isolate(text string) string {
	return mention.ReplaceAllString(text, "\u2066$0\u2069")
}
