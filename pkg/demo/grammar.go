package demo

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed grammar.txt
var grammarText string

// voice is whose words a tweet uses.
type voice byte

const (
	common voice = 0 // the words that all voices share
	right  voice = 'D'
	left   voice = 'I'
	centre voice = 'C'
)

// voices are those that a party mixes.
var voices = []voice{right, left, centre}

// symbol is a name of the grammar as one voice has it.
type symbol struct {
	name  string
	voice voice
}

// noun with its gender and number.
type noun struct {
	text             string
	feminine, plural bool
	stressedA        bool // takes "el" though feminine: el agua
}

// verb has the forms that the grammar uses.
type verb struct{ infinitive, gerund, we, third string }

// grammar is what grammar.txt says.
type grammar struct {
	productions map[symbol][]string
	nouns       map[symbol][]noun
	adjectives  map[symbol][]string
	verbs       map[voice][]verb
}

var spanish = sync.OnceValue(func() *grammar {
	g, err := parseGrammar(grammarText)
	if err != nil {
		panic(err) // the text is part of the program, and tested
	}
	return g
})

// parseGrammar reads the format that grammar.txt explains at its top.
func parseGrammar(text string) (*grammar, error) {
	g := &grammar{
		productions: make(map[symbol][]string),
		nouns:       make(map[symbol][]noun),
		adjectives:  make(map[symbol][]string),
		verbs:       make(map[voice][]verb),
	}
	var kind string
	var at symbol
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		if head, ok := strings.CutPrefix(line, ":"); ok {
			words := strings.Fields(head)
			kind, at = "production", symbol{name: words[0]}
			if last := words[len(words)-1]; len(words) > 1 && len(last) == 1 {
				at.voice = voice(last[0])
				words = words[:len(words)-1]
			}
			switch {
			case words[0] == "verbo":
				kind = "verbo"
			case len(words) == 2:
				kind, at.name = words[0], words[1]
			}
			continue
		}
		words := strings.Fields(line)
		switch kind {
		case "production":
			g.productions[at] = append(g.productions[at], line)
		case "adj":
			g.adjectives[at] = append(g.adjectives[at], line)
		case "verbo":
			if len(words) != 4 {
				return nil, fmt.Errorf("demo: grammar.txt:%d: a verb has four forms: %s", i+1, line)
			}
			g.verbs[at.voice] = append(g.verbs[at.voice], verb{words[0], words[1], words[2], words[3]})
		case "sust":
			mark := words[len(words)-1]
			if len(words) < 2 || strings.Trim(mark, "mfp*") != "" {
				return nil, fmt.Errorf("demo: grammar.txt:%d: a noun ends with m, f, mp, fp or f*: %s", i+1, line)
			}
			g.nouns[at] = append(g.nouns[at], noun{
				text:      strings.Join(words[:len(words)-1], " "),
				feminine:  strings.HasPrefix(mark, "f"),
				plural:    strings.HasSuffix(mark, "p"),
				stressedA: strings.HasSuffix(mark, "*"),
			})
		default:
			return nil, fmt.Errorf("demo: grammar.txt:%d: a line before the first symbol", i+1)
		}
	}
	return g, nil
}
