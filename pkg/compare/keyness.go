package compare

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// KeynessOptions say which words are weighed, and against what expectation. The
// zero value is sensible.
type KeynessOptions struct {
	// Background counts the words of the texts that say what is usual; nil means
	// both sides together. A word that it lacks counts as seen once.
	Background map[string]int
	// Scale is the weight of the background: its counts times Scale are added to each
	// side's own as a prior. 0 means 0.1. The greater it is, the more a rare word must
	// differ.
	Scale         float64
	MinCount      int  // of a word on both sides together; 0 means 10
	KeepStopWords bool // Spanish stop words are not counted otherwise
	Intervals     int  // of the words at each end of the list; 0 means 25, below 0 none
	// Owners name who wrote each text, for intervals over accounts; nil for none.
	Owners [2][]string
	Seed   uint64
}

// Keyness says which words set two sides apart. Its JSON is what a run folder
// keeps.
type Keyness struct {
	Texts    [2]int  `json:"texts"`
	Tokens   [2]int  `json:"tokens"` // words counted on each side
	Scale    float64 `json:"scale"`
	MinCount int     `json:"min_count"`
	// Words are sorted by Z: those of the first side stand first.
	Words []KeyWord `json:"words"`
}

// KeyWord is one word's use on both sides.
type KeyWord struct {
	Word    string  `json:"word"`
	Counts  [2]int  `json:"counts"`
	LogOdds float64 `json:"log_odds"` // above 0 for words of the first side
	Z       float64 `json:"z"`        // LogOdds in standard errors
	// Formula is LogOdds ± 1.96 standard errors, of the words at both ends. Within and
	// Accounts are drawn; a word that is [KeyWord.OneSided] has neither.
	Formula  *Interval `json:"interval_formula,omitempty"`
	Within   *Interval `json:"interval,omitempty"`
	Accounts *Interval `json:"interval_accounts,omitempty"`
}

// OneSided tells whether one side never uses the word. Its log-odds is then as high as the
// prior allows, and resampling cannot add occurrences: a bootstrap interval would be far
// too narrow.
func (w KeyWord) OneSided() bool { return min(w.Counts[0], w.Counts[1]) == 0 }

// Measure is the word's log-odds with the intervals that were drawn.
func (w KeyWord) Measure() Measure { return Measure{w.LogOdds, w.Within, w.Accounts} }

// KeynessOf finds the words that set the texts of one side apart from those of
// another, by the log-odds ratio with an informative Dirichlet prior: Monroe,
// Colaresi and Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation
// for Identifying the Content of Political Conflict", Political Analysis 16(4),
// 2008, equations 15, 16, 20 and 22. With y a word's count on a side, n all words
// of that side, a the word's weight in the prior and A the prior's whole weight,
//
//	δ = ln (y₁+a)/(n₁+A−y₁−a) − ln (y₂+a)/(n₂+A−y₂−a)
//	z = δ / √(1/(y₁+a) + 1/(y₂+a))
//
// The prior holds back rare words, which raw ratios put on top, and frequent ones, which
// raw differences do. z treats words as drawn independently, so a slogan repeated by one
// account gets too high a z. The intervals of δ, for the words at both ends, come from
// drawing whole texts ([Bootstrap]) and accounts ([BootstrapAccounts]); for a word that one
// side never uses there is only the formula's, δ ± 1.96·√(1/(y₁+a) + 1/(y₂+a)).
func KeynessOf(first, second []string, o KeynessOptions) (Keyness, error) {
	o.Scale, o.MinCount, o.Intervals = cmp.Or(o.Scale, 0.1), cmp.Or(o.MinCount, 10), cmp.Or(o.Intervals, 25)
	if o.Scale < 0 {
		return Keyness{}, errors.New("compare: the prior's Scale must be above 0")
	}
	if owners := [2]int{len(o.Owners[0]), len(o.Owners[1])}; owners != [2]int{} && owners != [2]int{len(first), len(second)} {
		return Keyness{}, fmt.Errorf("compare: %v owners of %d and %d texts", owners, len(first), len(second))
	}
	k := Keyness{Texts: [2]int{len(first), len(second)}, Scale: o.Scale, MinCount: o.MinCount}
	var words [2][][]string
	counts := map[string]*[2]int{}
	for side, texts := range [2][]string{first, second} {
		for _, s := range texts {
			list := Words(s)
			if !o.KeepStopWords {
				list = text.RemoveStopWords(list)
			}
			words[side] = append(words[side], list)
			k.Tokens[side] += len(list)
			for _, word := range list {
				if counts[word] == nil {
					counts[word] = new([2]int)
				}
				counts[word][side]++
			}
		}
	}
	if k.Tokens[0] == 0 || k.Tokens[1] == 0 {
		return Keyness{}, errors.New("compare: one of the sides has no words")
	}
	prior := func(word string) float64 {
		n := counts[word][0] + counts[word][1]
		if o.Background != nil {
			n = max(1, o.Background[word])
		}
		return o.Scale * float64(n)
	}
	whole := 0.0 // summed over sorted words: the order of a map would change the last digits
	names := slices.Sorted(maps.Keys(counts))
	for _, word := range names {
		whole += prior(word)
	}
	for _, word := range names {
		c := counts[word]
		if c[0]+c[1] < o.MinCount {
			continue
		}
		delta, z := logOdds([2]float64{float64(c[0]), float64(c[1])}, [2]float64{float64(k.Tokens[0]), float64(k.Tokens[1])}, prior(word), whole)
		k.Words = append(k.Words, KeyWord{Word: word, Counts: *c, LogOdds: delta, Z: z})
	}
	slices.SortFunc(k.Words, func(a, b KeyWord) int {
		return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(a.Word, b.Word))
	})
	k.intervals(words, o, prior, whole)
	return k, nil
}

// logOdds is δ and z of a word said y times among n on each side.
func logOdds(y, n [2]float64, prior, whole float64) (delta, z float64) {
	odds := func(side int) float64 {
		with := y[side] + prior
		return math.Log(with / (n[side] + whole - with))
	}
	delta = odds(0) - odds(1)
	return delta, delta / standardError(y, prior)
}

// standardError is that of δ.
func standardError(y [2]float64, prior float64) float64 {
	return math.Sqrt(1/(y[0]+prior) + 1/(y[1]+prior))
}

// intervals resamples texts and accounts to see how stable the words at both ends are. The
// prior is not resampled.
func (k *Keyness) intervals(words [2][][]string, o KeynessOptions, prior func(string) float64, whole float64) {
	var chosen []*KeyWord
	slot := map[string]int{}
	for i := range k.Words {
		if i < o.Intervals || i >= len(k.Words)-o.Intervals {
			word := &k.Words[i]
			half := normal975 * standardError([2]float64{float64(word.Counts[0]), float64(word.Counts[1])}, prior(word.Word))
			word.Formula = &Interval{word.LogOdds - half, word.LogOdds + half}
			if !word.OneSided() {
				slot[word.Word] = len(chosen)
				chosen = append(chosen, word)
			}
		}
	}
	if len(chosen) == 0 {
		return
	}
	var hits [2][][]int // of each text, the chosen words in it
	for side := range words {
		hits[side] = make([][]int, len(words[side]))
		for i, list := range words[side] {
			for _, word := range list {
				if at, ok := slot[word]; ok {
					hits[side][i] = append(hits[side][i], at)
				}
			}
		}
	}
	y := make([][2]float64, len(chosen))
	statistic := func(samples [][]int, values []float64) {
		clear(y)
		var n [2]float64
		for side, sample := range samples {
			for _, i := range sample {
				n[side] += float64(len(words[side][i]))
				for _, at := range hits[side][i] {
					y[at][side]++
				}
			}
		}
		for at, word := range chosen {
			values[at], _ = logOdds(y[at], n, prior(word.Word), whole)
		}
	}
	for at, within := range Bootstrap(k.Texts[:], len(chosen), o.Seed, statistic) {
		chosen[at].Within = within
	}
	if o.Owners[0] == nil {
		return
	}
	for at, accounts := range BootstrapAccounts(o.Owners[:], len(chosen), o.Seed, statistic) {
		chosen[at].Accounts = accounts
	}
}
