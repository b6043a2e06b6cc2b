package demo

import "strings"

// pick returns the form for the noun's gender and number.
func (n noun) pick(masculine, feminine, masculines, feminines string) string {
	switch {
	case n.plural && n.feminine:
		return feminines
	case n.plural:
		return masculines
	case n.feminine:
		return feminine
	}
	return masculine
}

// determined is the noun with its article: "el", "un", or "0" for none.
func (n noun) determined(article string) string {
	switch {
	case article == "0":
		return n.text
	case n.stressedA && !n.plural:
		return article + " " + n.text // el agua, un agua
	case article == "un":
		return n.pick("un", "una", "unos", "unas") + " " + n.text
	}
	return n.pick("el", "la", "los", "las") + " " + n.text
}

// agree inflects an adjective given in the masculine singular.
func (n noun) agree(adjective string) string {
	if n.feminine {
		if stem, ok := strings.CutSuffix(adjective, "o"); ok {
			adjective = stem + "a"
		}
	}
	switch {
	case !n.plural:
		return adjective
	case strings.ContainsAny(adjective[len(adjective)-1:], "aeo"):
		return adjective + "s"
	}
	return adjective + "es"
}

// third is a verb's third person, given in the singular.
func (n noun) third(verb string) string {
	switch {
	case !n.plural:
		return verb
	case verb == "es":
		return "son"
	}
	return verb + "n"
}
