package classify

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/floats"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// Options say what a classifier looks at. The zero value is sensible.
type Options struct {
	MinTexts int // of training that must have a term; 0 means 3
	// Strengths are the values of C that are tried: the smaller, the more the weights
	// are held near 0. Empty means 0.001 to 10, each about three times the one before.
	Strengths []float64
	Names     compare.Names // what names one of these is not looked at
	Seed      uint64
	Progress  func(done, total int) // called as values of C have been tried
}

// heldOut is the share of each side's training texts on which C is chosen.
const heldOut = 0.2

// stream sets these random numbers apart from all others of the seed.
const stream = 0x636c6173 // "clas"

// Train learns to tell texts of the first side from those of the second, by
// logistic regression on whether a text has a word or a pair of neighbouring words.
// With yᵢ = ±1 the sides and xᵢ the terms of text i, it minimises
//
//	C·Σ sᵢ·ln(1 + exp(−yᵢ·(w·xᵢ + b))) + ½·|w|²
//
// where sᵢ makes both sides weigh the same however many texts they have: what
// scikit-learn's LogisticRegression(C, class_weight="balanced") minimises on the
// counts of CountVectorizer(ngram_range=(1, 2), binary=True). (Wang and Manning,
// "Baselines and Bigrams", 2012, find that for short texts binary counts and pairs of
// words are hard to beat.) It is solved with GoMLX in float64 to its minimum.
//
// C is chosen among o.Strengths: the one with the lowest loss on randomly held-out texts, a
// fifth of each side's and at least one. The final classifier then learns from all training
// texts. A word that is left out because it names someone still separates the words beside
// it.
//
// A weight says what a term adds if all others stay the same: words that occur together
// share it.
func Train(ctx context.Context, be compute.Backend, first, second []string, o Options) (*compare.Classifier, error) {
	c, err := train(ctx, be, first, second, o)
	if err != nil {
		return nil, fmt.Errorf("classify: %w", err)
	}
	return c, nil
}

func train(ctx context.Context, be compute.Backend, first, second []string, o Options) (*compare.Classifier, error) {
	p, err := newProblem(be, slices.Concat(first, second), o)
	if err != nil {
		return nil, err
	}
	defer p.close()
	sides := make([]bool, p.n)
	for i := range first {
		sides[i] = true
	}
	found, err := p.solve(ctx, sides, o, true)
	if err != nil {
		return nil, err
	}
	c := &compare.Classifier{
		Intercept: found.x[p.features], Strength: found.strength, Tried: found.tried,
		Texts: [2]int{len(first), len(second)}, Names: o.Names,
	}
	counts := p.textsWith(sides)
	for i, term := range p.terms {
		c.Terms = append(c.Terms, compare.Term{Term: term, Weight: found.x[i], Texts: counts[i]})
	}
	slices.SortFunc(c.Terms, func(a, b compare.Term) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Term, b.Term))
	})
	return c, nil
}

// ScoresOfDeals deals the same training texts to two sides in several ways, trains a
// classifier of each as [Train] does, but with weights that are a little less exact and without
// trying all of o.Strengths, and returns what each scores the test texts: scores[deal][text], as
// [compare.Classifier.Score] gives them. deals[deal][text] tells whether a training text is
// dealt to the first side.
func ScoresOfDeals(ctx context.Context, be compute.Backend, train, test []string, deals [][]bool, o Options) ([][]float64, error) {
	p, err := newProblem(be, train, o)
	if err != nil {
		return nil, fmt.Errorf("classify: %w", err)
	}
	defer p.close()
	rows := p.rowsOf(termsOf(test, o.Names))
	scores := make([][]float64, len(deals))
	fits := o
	for deal, first := range deals {
		if o.Progress != nil {
			fits.Progress = func(done, total int) { o.Progress(deal*total+done, len(deals)*total) }
		}
		found, err := p.solve(ctx, first, fits, false)
		if err != nil {
			return nil, fmt.Errorf("classify: deal %d: %w", deal, err)
		}
		scores[deal] = make([]float64, len(test))
		for i, terms := range rows {
			if len(terms) > 0 {
				scores[deal][i] = found.x[p.features]
			}
			for _, term := range terms {
				scores[deal][i] += found.x[term]
			}
		}
	}
	return scores, nil
}

// problem is a regression with what its features mean.
type problem struct {
	*logistic
	terms []string
	at    map[string]int32 // the place of each term
	rows  [][]int32        // the terms of each text
}

func newProblem(be compute.Backend, texts []string, o Options) (*problem, error) {
	p := &problem{at: map[string]int32{}}
	minTexts := cmp.Or(o.MinTexts, 3)
	terms := termsOf(texts, o.Names)
	counts := map[string]int{}
	for _, list := range terms {
		for _, term := range list {
			counts[term]++
		}
	}
	for term, n := range counts {
		if n >= minTexts {
			p.terms = append(p.terms, term)
		}
	}
	if len(p.terms) == 0 {
		return nil, fmt.Errorf("no term is in %d training texts: lower MinTexts or give more texts", minTexts)
	}
	slices.Sort(p.terms)
	for i, term := range p.terms {
		p.at[term] = int32(i)
	}
	p.rows = p.rowsOf(terms)
	var err error
	p.logistic, err = newLogistic(be, p.rows, len(p.terms))
	return p, err
}

// termsOf gives the terms of each text.
func termsOf(texts []string, names compare.Names) [][]string {
	terms := make([][]string, len(texts))
	for i, s := range texts {
		terms[i] = compare.TermsOf(s, names)
	}
	return terms
}

// rowsOf gives the places of those terms of each text that the problem has.
func (p *problem) rowsOf(terms [][]string) [][]int32 {
	rows := make([][]int32, len(terms))
	for i, list := range terms {
		for _, term := range list {
			if feature, known := p.at[term]; known {
				rows[i] = append(rows[i], feature)
			}
		}
	}
	return rows
}

// textsWith counts the texts of both sides that have each term.
func (p *problem) textsWith(first []bool) [][2]int {
	counts := make([][2]int, len(p.terms))
	for i, row := range p.rows {
		side := 1
		if first[i] {
			side = 0
		}
		for _, term := range row {
			counts[term][side]++
		}
	}
	return counts
}

// solution is what a problem is solved by.
type solution struct {
	x        []float64 // the weights and, last, the intercept
	strength float64   // the C that was chosen
	tried    []compare.Tried
}

// solve chooses C and finds the weights for the sides that texts are dealt to. If it need not be
// thorough, no C is tried after one that does worse than the one before.
func (p *problem) solve(ctx context.Context, first []bool, o Options, thorough bool) (*solution, error) {
	var sides [2][]int // texts
	for i, isFirst := range first {
		if isFirst {
			sides[0] = append(sides[0], i)
		} else {
			sides[1] = append(sides[1], i)
		}
	}
	if len(sides[0]) < 2 || len(sides[1]) < 2 {
		return nil, fmt.Errorf("the sides have %d and %d training texts: two of each are the least", len(sides[0]), len(sides[1]))
	}
	p.setSides(first)
	random := rand.New(rand.NewPCG(o.Seed, stream))
	held := make([]bool, p.n)
	for _, texts := range sides { // of each side its share
		for _, i := range random.Perm(len(texts))[:max(1, int(math.Round(heldOut*float64(len(texts)))))] {
			held[texts[i]] = true
		}
	}
	strengths := o.Strengths
	if len(strengths) == 0 {
		strengths = []float64{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}
	}
	flat := flatEnough
	if !thorough {
		flat = nearlyFlat
	}
	var s solution
	var err error
	x, lowest := make([]float64, p.features+1), math.Inf(1)
	best := x
	for i, strength := range strengths {
		// From weak to strong: each begins where the one before ended.
		if x, err = p.fit(ctx, x, p.costs(strength, held), flat); err != nil {
			return nil, err
		}
		loss, err := p.heldOutLoss(x, held)
		if err != nil {
			return nil, err
		}
		s.tried = append(s.tried, compare.Tried{Strength: strength, Loss: loss})
		if loss < lowest {
			lowest, best, s.strength = loss, x, strength
		} else if !thorough {
			break
		}
		if o.Progress != nil {
			o.Progress(i+1, len(strengths)+1)
		}
	}
	if s.x, err = p.fit(ctx, best, p.costs(s.strength, nil), flat); err != nil {
		return nil, err
	}
	if o.Progress != nil {
		o.Progress(len(strengths)+1, len(strengths)+1)
	}
	return &s, nil
}

// costs are C·s for the texts that are not held out, and 0 for those that are.
func (p *problem) costs(strength float64, held []bool) []float64 {
	costs := p.balance(func(i int) bool { return held == nil || !held[i] })
	floats.Scale(strength, costs)
	return costs
}

// balance weighs the texts that are in by n / (2·n of their side), the others by 0.
func (p *problem) balance(in func(i int) bool) []float64 {
	var n [2]float64
	side := func(i int) int {
		if p.first[i] {
			return 0
		}
		return 1
	}
	for i := range p.first {
		if in(i) {
			n[side(i)]++
		}
	}
	weights := make([]float64, len(p.first))
	for i := range weights {
		if in(i) {
			weights[i] = (n[0] + n[1]) / (2 * n[side(i)])
		}
	}
	return weights
}

// heldOutLoss is the mean negative log-likelihood of the texts held out.
func (p *problem) heldOutLoss(x []float64, held []bool) (float64, error) {
	weights := p.balance(func(i int) bool { return held[i] })
	_, _, logits, err := p.evaluate(x, weights)
	if err != nil {
		return 0, err
	}
	loss, all := 0.0, 0.0
	for i, z := range logits {
		if weights[i] > 0 {
			if p.first[i] {
				z = -z
			}
			loss += weights[i] * (max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))))
			all += weights[i]
		}
	}
	return loss / all, nil
}
