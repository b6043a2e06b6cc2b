package compare

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"
)

// Context is one use of a word with what stands around it: a line of a concordance.
type Context struct {
	Text   int    `json:"text"` // index of the text
	Before string `json:"before"`
	Word   string `json:"word"` // as the text writes it, punctuation included
	After  string `json:"after"`
}

// concordanceStream keeps these random numbers independent of all others drawn from the
// same seed.
const concordanceStream = 0x6b776963 // "kwic"

// Concordance shows words in context: key words in context, as Luhn named them ("Key
// word-in-context index for technical literature", 1960). For each of the words, as [Words]
// gives them, it returns up to each uses from different texts. They are drawn at random
// from the seed, preferring different authors, so that one account does not speak for all;
// authors[i] wrote texts[i].
//
// At most width characters are shown before and after a word, cut between words, with an
// ellipsis where something was left out; runs of white space become one blank.
func Concordance(texts, authors []string, words []string, each, width int, seed uint64) map[string][]Context {
	wanted := make(map[string][]int, len(words)) // of each word, the texts that use it
	for _, word := range words {
		wanted[word] = nil
	}
	order := rand.New(rand.NewPCG(seed, concordanceStream)).Perm(len(texts))
	for _, i := range order {
		for _, word := range Words(texts[i]) {
			if uses, ok := wanted[word]; ok && (len(uses) == 0 || uses[len(uses)-1] != i) {
				wanted[word] = append(uses, i)
			}
		}
	}
	found := make(map[string][]Context, len(words))
	for word, uses := range wanted {
		for _, i := range variedAuthors(uses, authors, each) {
			if line, ok := inContext(texts[i], word, width); ok {
				line.Text = i
				found[word] = append(found[word], line)
			}
		}
	}
	return found
}

// variedAuthors takes the first n texts, but another one of the same author only when
// all authors have had their turn.
func variedAuthors(texts []int, authors []string, n int) []int {
	var first, further []int
	seen := map[string]bool{}
	for _, i := range texts {
		if len(first) == n {
			break
		}
		if seen[authors[i]] {
			further = append(further, i)
			continue
		}
		seen[authors[i]] = true
		first = append(first, i)
	}
	return append(first, further[:min(len(further), n-len(first))]...)
}

// inContext finds the first use of a word in a text.
func inContext(s, word string, width int) (Context, bool) {
	fields := strings.Fields(s)
	at := slices.IndexFunc(fields, func(field string) bool { return wordOf(field) == word })
	if at < 0 {
		return Context{}, false
	}
	line := Context{Word: fields[at]}
	begin, end := at, at+1
	for room := width; begin > 0; begin-- {
		if room -= utf8.RuneCountInString(fields[begin-1]) + 1; room < 0 {
			break
		}
	}
	for room := width; end < len(fields); end++ {
		if room -= utf8.RuneCountInString(fields[end]) + 1; room < 0 {
			break
		}
	}
	line.Before, line.After = strings.Join(fields[begin:at], " "), strings.Join(fields[at+1:end], " ")
	if begin > 0 {
		line.Before = strings.TrimSpace("… " + line.Before)
	}
	if end < len(fields) {
		line.After = strings.TrimSpace(line.After + " …")
	}
	return line, true
}
