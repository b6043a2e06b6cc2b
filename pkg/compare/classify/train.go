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
	if o.MinTexts == 0 {
		o.MinTexts = 3
	}
	if len(o.Strengths) == 0 {
		o.Strengths = []float64{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}
	}
	p, err := newProblem(be, first, second, o)
	if err != nil {
		return nil, err
	}
	defer p.close()
	random := rand.New(rand.NewPCG(o.Seed, stream))
	held := make([]bool, p.n)
	start := 0
	for _, n := range []int{len(first), len(second)} { // of each side its share
		for _, i := range random.Perm(n)[:max(1, int(math.Round(heldOut*float64(n))))] {
			held[start+i] = true
		}
		start += n
	}
	c := &compare.Classifier{Texts: [2]int{len(first), len(second)}, Names: o.Names}
	x, best := make([]float64, p.features+1), make([]float64, p.features+1)
	lowest := math.Inf(1)
	for i, strength := range o.Strengths {
		// From weak to strong: each begins where the one before ended.
		if x, err = p.fit(ctx, x, p.costs(strength, held)); err != nil {
			return nil, err
		}
		loss, err := p.heldOutLoss(x, held)
		if err != nil {
			return nil, err
		}
		c.Tried = append(c.Tried, compare.Tried{Strength: strength, Loss: loss})
		if loss < lowest {
			lowest, best, c.Strength = loss, x, strength
		}
		if o.Progress != nil {
			o.Progress(i+1, len(o.Strengths)+1)
		}
	}
	if x, err = p.fit(ctx, best, p.costs(c.Strength, nil)); err != nil {
		return nil, err
	}
	if o.Progress != nil {
		o.Progress(len(o.Strengths)+1, len(o.Strengths)+1)
	}
	for i, term := range p.terms {
		c.Terms = append(c.Terms, compare.Term{Term: term, Weight: x[i], Texts: p.texts[i]})
	}
	c.Intercept = x[p.features]
	slices.SortFunc(c.Terms, func(a, b compare.Term) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Term, b.Term))
	})
	return c, nil
}

// problem is a regression with what its features mean.
type problem struct {
	*logistic
	terms []string
	texts [][2]int // that have each term
	first []bool
}

func newProblem(be compute.Backend, first, second []string, o Options) (*problem, error) {
	if len(first) < 2 || len(second) < 2 {
		return nil, fmt.Errorf("the sides have %d and %d training texts: two of each are the least", len(first), len(second))
	}
	p := &problem{}
	var rows [][]string
	counts := map[string][2]int{}
	for side, texts := range [][]string{first, second} {
		for _, s := range texts {
			terms := compare.TermsOf(s, o.Names)
			for _, term := range terms {
				n := counts[term]
				n[side]++
				counts[term] = n
			}
			rows = append(rows, terms)
			p.first = append(p.first, side == 0)
		}
	}
	for term, n := range counts {
		if n[0]+n[1] >= o.MinTexts {
			p.terms = append(p.terms, term)
		}
	}
	if len(p.terms) == 0 {
		return nil, fmt.Errorf("no term is in %d training texts: lower MinTexts or give more texts", o.MinTexts)
	}
	slices.Sort(p.terms)
	at := make(map[string]int32, len(p.terms))
	for i, term := range p.terms {
		at[term] = int32(i)
		p.texts = append(p.texts, counts[term])
	}
	features := make([][]int32, len(rows))
	for i, terms := range rows {
		for _, term := range terms {
			if feature, known := at[term]; known {
				features[i] = append(features[i], feature)
			}
		}
	}
	var err error
	p.logistic, err = newLogistic(be, features, p.first, len(p.terms))
	return p, err
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
