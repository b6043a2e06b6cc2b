package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// samePlace is the chance that a tweet that names a second place names the first.
const samePlace = 0.8

// speaker expands the grammar into one tweet at a time.
type speaker struct {
	*grammar
	r     *rand.Rand
	voice voice
	from  *account
	// others are the accounts that can be mentioned.
	others []account

	// Of the tweet being made:
	last      noun // what agreement refers to
	used      []string
	place     string
	tones     []string // symbols that give the sentiment
	marked    []marked
	expansion int

	liked []float64 // of favourite
}

// marked is a stretch of the text that a language service would find: an entity,
// or, with an empty kind, a key phrase.
type marked struct{ text, kind string }

// maxExpansion bounds the productions of one tweet; none of the grammar's comes
// near it unless the grammar loops.
const maxExpansion = 200

// say expands a symbol with a voice.
func (s *speaker) say(name string, v voice) string {
	s.voice = v
	s.last, s.place = noun{}, ""
	s.used, s.tones, s.marked, s.expansion = s.used[:0], nil, nil, 0
	return polish(s.expand(name))
}

// expand expands a symbol.
func (s *speaker) expand(name string) string {
	if s.expansion++; s.expansion > maxExpansion {
		panic("demo: the grammar loops at " + name)
	}
	switch name {
	case "crítica", "logro", "saludo", "propuesta":
		s.tones = append(s.tones, name)
	}
	production := choose(s, s.productions, name)
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(production, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		var slot string
		slot, production, _ = strings.Cut(after, "}")
		b.WriteString(s.fill(slot))
	}
}

// choose picks one of a symbol's entries, of the voice's own or of the common, as the
// account likes them.
func choose[T any](s *speaker, entries map[symbol][]T, name string) T {
	own, shared := entries[symbol{name, s.voice}], entries[symbol{name, common}]
	switch {
	case len(shared) == 0 && len(own) == 0:
		panic(fmt.Sprintf("demo: the grammar has no %s for voice %c", name, s.voice))
	case len(shared) == 0 || len(own) > 0 && s.chance(s.from.habits.outspoken):
		return own[s.favourite(symbol{name, s.voice}, len(own))]
	}
	return shared[s.favourite(symbol{name, common}, len(shared))]
}

// fill gives the text of a slot {…} of a production.
func (s *speaker) fill(slot string) string {
	kind, argument, ok := strings.Cut(slot, ":")
	if !ok {
		return s.fillPlain(slot)
	}
	switch kind {
	case "el", "un", "0":
		return s.phrase(kind, argument)
	case "v":
		return s.last.third(argument)
	case "a":
		forms := strings.Split(argument, "/")
		return s.last.pick(forms[0], forms[1], forms[2], forms[3])
	case "n":
		low, high, _ := strings.Cut(argument, "-")
		from, _ := strconv.Atoi(low)
		to, _ := strconv.Atoi(high)
		return strconv.Itoa(from + s.r.IntN(to-from+1))
	}
	panic("demo: the grammar has a slot {" + slot + "}")
}

func (s *speaker) fillPlain(slot string) string {
	switch slot {
	case "br":
		return "\n"
	case "o":
		return s.last.pick("o", "a", "os", "as")
	case "n":
		return s.last.third("")
	case "yo":
		if s.from.feminine {
			return "a"
		}
		return "o"
	case "inf":
		return s.verb().infinitive
	case "ger":
		return s.verb().gerund
	case "nos":
		return s.verb().we
	case "lugar":
		if s.place == "" || s.r.Float64() > samePlace {
			s.place = s.expand(slot)
			s.mark(s.place, "LOCATION")
		}
		return s.place
	case "región":
		name := s.expand(slot)
		s.mark(strings.TrimPrefix(name, "la "), "LOCATION")
		return name
	case "nombre":
		name := s.expand(slot)
		s.mark(name, "PERSON")
		return name
	case "persona":
		name := "@" + s.other().ScreenName
		s.mark(name, "PERSON")
		return name
	case "hashtag":
		tag := s.expand(slot)
		for range 6 {
			if !slices.Contains(s.used, tag) {
				break
			}
			tag = s.expand(slot)
		}
		s.used = append(s.used, tag)
		return tag
	case "propio":
		given, _, _ := strings.Cut(s.from.Nombre, " ")
		return given
	case "partido":
		s.mark(s.from.party.name, "ORGANIZATION")
		return s.from.party.name
	}
	return s.expand(slot)
}

// phrase is a noun phrase of a category; a star after it adds an adjective. A
// noun is said once in a tweet, if it can be helped.
func (s *speaker) phrase(article, category string) string {
	category, adjective := strings.CutSuffix(category, "*")
	n := choose(s, s.nouns, category)
	for range 6 {
		if !slices.Contains(s.used, n.text) {
			break
		}
		n = choose(s, s.nouns, category)
	}
	s.used = append(s.used, n.text)
	s.last = n
	said := n.determined(article)
	if adjective {
		said += " " + n.agree(choose(s, s.adjectives, category))
	}
	s.mark(said, "")
	return said
}

func (s *speaker) verb() verb {
	v := s.voice
	if !s.chance(s.from.habits.outspoken) {
		v = common
	}
	return s.verbs[v][s.favourite(symbol{"verbo", v}, len(s.verbs[v]))]
}

// other is an account that is not the one speaking.
func (s *speaker) other() *account {
	for {
		if a := &s.others[s.r.IntN(len(s.others))]; a.ScreenName != s.from.ScreenName {
			return a
		}
	}
}

// chance is true as often as p says.
func (s *speaker) chance(p float64) bool { return s.r.Float64() < p }

func (s *speaker) mark(text, kind string) {
	s.marked = append(s.marked, marked{text, kind})
}
