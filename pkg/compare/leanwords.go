package compare

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// LeanText is a text whose words lean.
type LeanText struct {
	Owner string
	Words []LeanWord
}

// LeanWord is a word as it stands in a text, with its lean there: above 0 for the first
// side.
type LeanWord struct {
	Text string
	Lean float64
}

// WordLeansOptions say which words are looked at. The zero value is sensible.
type WordLeansOptions struct {
	MinCount int // uses of a word, in the texts of both sides together; 0 means 10
	MinEach  int // uses on each side from which they are compared; 0 means 5
	Shown    int // words at each end of a list, and in that by use; 0 means 12
	Seed     uint64
}

// WordLeans are the words that lean most, and those whose lean depends most on which side
// uses them. Its JSON is what a run folder keeps.
type WordLeans struct {
	Texts    [2]int `json:"texts"`
	MinCount int    `json:"min_count"`
	MinEach  int    `json:"min_each"`
	Words    int    `json:"words"` // different ones of MinCount uses or more
	// Leaning are those whose mean is more than 1.96 standard errors from 0, to either side:
	// by chance they would be a fortieth of the words each.
	Leaning  [2]int `json:"leaning"`
	Compared int    `json:"compared"` // those with MinEach uses or more on each side
	// Differing counts the compared words whose leans on the two sides differ by as much:
	// first those that lean more towards the side that uses them, then those that lean more
	// away from it.
	Differing [2]int `json:"differing"`
	// Ends are the words that lean most to the first and to the second side, and Use those
	// that differ most in how they lean on either, the surest first.
	Ends [2][]WordLean `json:"ends"`
	Use  []WordLean    `json:"use"`
}

// WordLean is how a word, as [Words] gives it, leans in the texts.
type WordLean struct {
	Word     string     `json:"word"`
	Counts   [2]int     `json:"counts"`   // uses in the texts of each side
	Accounts [2]int     `json:"accounts"` // that use it
	Lean     Measure    `json:"lean"`     // mean of all uses
	Sides    [2]float64 `json:"sides"`    // of the uses on each side; 0 where there are none
	// Use is the mean of the first side's uses less that of the second's. A word that one
	// side only uses more often leans there whoever uses it, and has little of it. A zero
	// Measure where either side has too few.
	Use Measure `json:"use"`
}

// Compared tells whether both sides use the word often enough for Use.
func (w WordLean) Compared() bool { return w.Use != Measure{} }

// wordUses are the uses of one word.
type wordUses struct {
	word string
	in   [2][]textUses
	n    [2]int // uses
	// What is left, see [surely], of the mean lean and of the difference between sides.
	leaning, differing [2]float64
}

// each counts the uses on the side that has fewer.
func (u *wordUses) each() int { return min(u.n[0], u.n[1]) }

// textUses are a word's uses in one text.
type textUses struct {
	text, n int
	lean    float64 // sum
}

// WordLeansOf finds the words that lean in the texts of two sides, each use scored given
// all that precedes it. Words are ranked by their mean lean, or by the difference between
// sides, less 1.96 standard errors, which leaves little of a rare word's. (The errors are
// those of a ratio of sums over texts.) The words listed get intervals over texts and over
// accounts, which do not allow for their having been chosen among many.
func WordLeansOf(first, second []LeanText, o WordLeansOptions) (WordLeans, error) {
	o.MinCount, o.MinEach, o.Shown = cmp.Or(o.MinCount, 10), cmp.Or(o.MinEach, 5), cmp.Or(o.Shown, 12)
	if len(first) == 0 || len(second) == 0 {
		return WordLeans{}, errors.New("compare: one of the sides has no texts")
	}
	sides := [2][]LeanText{first, second}
	l := WordLeans{Texts: [2]int{len(first), len(second)}, MinCount: o.MinCount, MinEach: o.MinEach}
	var uses []*wordUses
	for _, u := range usesOf(sides) {
		if u.n[0]+u.n[1] >= o.MinCount {
			uses = append(uses, u)
		}
	}
	l.Words = len(uses)
	for _, u := range uses {
		u.leaning = surely(u.mean(0, 1))
		if u.each() >= o.MinEach {
			l.Compared++
			a, ofA := u.mean(0)
			b, ofB := u.mean(1)
			u.differing = surely(a-b, ofA+ofB)
		}
	}
	lists := [3][]*wordUses{
		listed(uses, func(u *wordUses) float64 { return u.leaning[0] }),
		listed(uses, func(u *wordUses) float64 { return u.leaning[1] }),
		listed(uses, func(u *wordUses) float64 { return u.differing[0] }),
	}
	l.Leaning = [2]int{len(lists[0]), len(lists[1])}
	l.Differing = [2]int{len(lists[2]), len(listed(uses, func(u *wordUses) float64 { return u.differing[1] }))}
	for i, list := range lists {
		lists[i] = list[:min(o.Shown, len(list))]
	}
	words := measureWords(slices.Concat(lists[:]...), sides, o)
	a, b := len(lists[0]), len(lists[0])+len(lists[1])
	l.Ends[0], l.Ends[1], l.Use = words[:a], words[a:b], words[b:]
	return l, nil
}

// surely is a figure, and its negative, less 1.96 standard errors.
func surely(value, variance float64) [2]float64 {
	off := normal975 * math.Sqrt(variance)
	return [2]float64{value - off, -value - off}
}

// listed are the words of which something is left, those with most first.
func listed(uses []*wordUses, left func(*wordUses) float64) []*wordUses {
	list := slices.DeleteFunc(slices.Clone(uses), func(u *wordUses) bool { return left(u) <= 0 })
	slices.SortStableFunc(list, func(a, b *wordUses) int { return cmp.Compare(left(b), left(a)) })
	return list
}

// usesOf gathers the uses of all words, sorted by word.
func usesOf(sides [2][]LeanText) []*wordUses {
	words := map[string]*wordUses{}
	var list []*wordUses
	for side, texts := range sides {
		for i, t := range texts {
			for _, w := range t.Words {
				word := wordOf(w.Text)
				if word == "" {
					continue
				}
				u := words[word]
				if u == nil {
					u = &wordUses{word: word}
					words[word] = u
					list = append(list, u)
				}
				in := &u.in[side]
				if n := len(*in); n == 0 || (*in)[n-1].text != i {
					*in = append(*in, textUses{text: i})
				}
				last := &(*in)[len(*in)-1]
				last.n++
				last.lean += w.Lean
				u.n[side]++
			}
		}
	}
	slices.SortFunc(list, func(a, b *wordUses) int { return cmp.Compare(a.word, b.word) })
	return list
}

// mean is that of the uses on the sides, with the variance that drawing texts gives it: of
// a ratio of sums, Σ (lean − mean·n)² / (Σ n)², as for a sample of clusters (Cochran,
// "Sampling Techniques", 1977, section 6.4), by m / (m−1) for m texts. That of one text is
// not known: infinite.
func (u *wordUses) mean(sides ...int) (mean, variance float64) {
	lean, n, texts := 0.0, 0.0, 0.0
	for _, side := range sides {
		for _, t := range u.in[side] {
			lean += t.lean
			n += float64(t.n)
			texts++
		}
	}
	mean = lean / n
	for _, side := range sides {
		for _, t := range u.in[side] {
			off := t.lean - mean*float64(t.n)
			variance += off * off
		}
	}
	if texts < 2 {
		return mean, math.Inf(1)
	}
	return mean, variance / (n * n) * texts / (texts - 1)
}

// measureWords gives the listed words their intervals, a word of several lists in each.
func measureWords(list []*wordUses, sides [2][]LeanText, o WordLeansOptions) []WordLean {
	if len(list) == 0 {
		return nil
	}
	type hit struct {
		word int
		n    float64
		lean float64
	}
	hits := [2][][]hit{make([][]hit, len(sides[0])), make([][]hit, len(sides[1]))} // of each text
	owners := make([][]string, 2)
	words := make([]WordLean, len(list))
	for side, texts := range sides {
		for _, t := range texts {
			owners[side] = append(owners[side], t.Owner)
		}
		for i, u := range list {
			accounts := map[string]bool{}
			for _, t := range u.in[side] {
				hits[side][t.text] = append(hits[side][t.text], hit{i, float64(t.n), t.lean})
				accounts[texts[t.text].Owner] = true
			}
			words[i].Accounts[side] = len(accounts)
			if u.n[side] > 0 {
				words[i].Sides[side], _ = u.mean(side)
			}
		}
	}
	n, lean := make([][2]float64, len(list)), make([][2]float64, len(list))
	measures := MeasuresOf(owners, 2*len(list), o.Seed, func(samples [][]int, values []float64) {
		clear(n)
		clear(lean)
		for side, sample := range samples {
			for _, text := range sample {
				for _, h := range hits[side][text] {
					n[h.word][side] += h.n
					lean[h.word][side] += h.lean
				}
			}
		}
		for i := range list {
			values[2*i] = (lean[i][0] + lean[i][1]) / (n[i][0] + n[i][1])
			values[2*i+1] = lean[i][0]/n[i][0] - lean[i][1]/n[i][1]
		}
	})
	for i, u := range list {
		words[i].Word, words[i].Counts, words[i].Lean = u.word, u.n, measures[2*i]
		if u.each() >= o.MinEach {
			words[i].Use = measures[2*i+1]
		}
	}
	return words
}
