package compare

import (
	"math"
	"slices"
)

// Classifier tells from its words which of two sides a text belongs to.
type Classifier struct {
	// Terms are words and pairs of neighbouring words, the latter joined by a blank;
	// sorted by Weight, those of the first side first.
	Terms     []Term  `json:"terms"`
	Intercept float64 `json:"intercept"`
	Strength  float64 `json:"strength"` // the C that was chosen
	Tried     []Tried `json:"tried"`
	Texts     [2]int  `json:"texts"` // of training
	Names     Names   `json:"names,omitempty"`

	weights map[string]float64
}

// Term is a word or pair of words that the classifier knows.
type Term struct {
	Term   string  `json:"term"`
	Weight float64 `json:"weight"` // above 0 for the first side: log-odds that a text gains by having it
	Texts  [2]int  `json:"texts"`  // of training that have it
}

// Tried is how well a value of C did on held-out texts.
type Tried struct {
	Strength float64 `json:"strength"`
	Loss     float64 `json:"loss"` // mean negative log-likelihood in nats, both sides weighing the same
}

// TermsOf returns the distinct words and pairs of neighbouring words of a text, except
// those that name someone.
func TermsOf(s string, names Names) []string {
	seen := map[string]bool{}
	var terms []string
	add := func(term string) {
		if !seen[term] {
			seen[term] = true
			terms = append(terms, term)
		}
	}
	before := ""
	words := Words(s)
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = fold(word)
	}
	for i := 0; i < len(words); i++ {
		word := words[i]
		if n := names.leading(words[i:], folded[i:]); n > 0 {
			before = ""
			i += n - 1
			continue
		}
		add(word)
		if before != "" {
			add(before + " " + word)
		}
		before = word
	}
	return terms
}

// Score is the log-odds, above 0 for the first side, that the passages of one text are the
// first side's if both sides are equally frequent. No pair of words spans two passages.
// known counts the terms that the score rests on. A text without any is undecided and
// scores 0: the intercept alone says nothing about it.
func (c *Classifier) Score(passages ...string) (score float64, known int) {
	if c.weights == nil {
		c.weights = make(map[string]float64, len(c.Terms))
		for _, t := range c.Terms {
			c.weights[t.Term] = t.Weight
		}
	}
	seen := map[string]bool{}
	for _, passage := range passages {
		for _, term := range TermsOf(passage, c.Names) {
			if weight, ok := c.weights[term]; ok && !seen[term] {
				seen[term] = true
				score += weight
				known++
			}
		}
	}
	if known > 0 {
		score += c.Intercept
	}
	return score, known
}

// Strongest are the n terms with the greatest weight for the first side, or for the
// second.
func (c *Classifier) Strongest(n int, second bool) []Term {
	terms := slices.Clone(c.Terms)
	if second {
		slices.Reverse(terms)
	}
	terms = terms[:min(n, len(terms))]
	return slices.DeleteFunc(terms, func(t Term) bool { return t.Weight > 0 == second || t.Weight == 0 })
}

// Wilson is the 95 % interval of a share of a few texts by the score method (Wilson,
// "Probable inference, the law of succession, and statistical inference", 1927), as SciPy's
// binomtest gives it. Where all texts or none are of a kind, a bootstrap interval has no
// width; this one is as wide as so few texts warrant. It treats texts as independent of
// each other.
func Wilson(hits, texts int) *Interval {
	if texts == 0 {
		return nil
	}
	const z = normal975
	n := float64(texts)
	share := float64(hits) / n
	middle := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return &Interval{Low: max(0, middle-half), High: min(1, middle+half)}
}
