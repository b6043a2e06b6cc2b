package classify

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// reference holds what scikit-learn gives: scripts/fixtures/measures.py.
type reference struct {
	First, Second []string
	Classifier    []struct {
		Strength      float64
		Weights       map[string]float64
		Intercept     float64
		Probabilities []float64
		HeldOutLoss   float64 `json:"held_out_loss"`
	}
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	data, err := os.ReadFile("../testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// engine opens the engine that researchers get on this machine.
func engine(t *testing.T) compute.Backend {
	t.Helper()
	e, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	return e.Backend
}

func TestClassifierIsThatOfScikitLearn(t *testing.T) {
	pure, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	for name, be := range map[string]compute.Backend{"this machine's engine": engine(t), "pure Go": pure} {
		t.Run(name, func(t *testing.T) { classifierIsThatOfScikitLearn(t, be) })
	}
}

// Weights, intercept and probabilities are those of scikit-learn within 1e-5, for weak
// and strong regularisation; so is the loss on texts held out.
func classifierIsThatOfScikitLearn(t *testing.T, be compute.Backend) {
	r := readReference(t)
	p, err := newProblem(be, slices.Concat(r.First, r.Second), Options{MinTexts: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	sides := make([]bool, p.n)
	for i := range r.First {
		sides[i] = true
	}
	p.setSides(sides)
	held := make([]bool, p.n)
	for i := range held {
		held[i] = i%4 == 0
	}
	const tolerance = 1e-5
	for _, want := range r.Classifier {
		if len(p.terms) != len(want.Weights) {
			t.Fatalf("%d terms, want %d", len(p.terms), len(want.Weights))
		}
		x, err := p.fit(context.Background(), make([]float64, p.features+1), p.costs(want.Strength, nil), flatEnough)
		if err != nil {
			t.Fatal(err)
		}
		c := &compare.Classifier{Intercept: x[p.features]}
		near(t, fmt.Sprintf("the intercept at C = %g", want.Strength), c.Intercept, want.Intercept, tolerance)
		for i, term := range p.terms {
			near(t, fmt.Sprintf("the weight of %q at C = %g", term, want.Strength), x[i], want.Weights[term], tolerance)
			c.Terms = append(c.Terms, compare.Term{Term: term, Weight: x[i]})
		}
		for i, text := range append(slices.Clone(r.First), r.Second...) {
			score, _ := c.Score(text)
			near(t, "a probability", 1/(1+math.Exp(-score)), want.Probabilities[i], tolerance)
		}
		part, err := p.fit(context.Background(), make([]float64, p.features+1), p.costs(want.Strength, held), flatEnough)
		if err != nil {
			t.Fatal(err)
		}
		loss, err := p.heldOutLoss(part, held)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "the loss on texts held out", loss, want.HeldOutLoss, tolerance)
	}
}

func TestTrain(t *testing.T) {
	r := readReference(t)
	done := 0
	train := func(o Options) *compare.Classifier {
		t.Helper()
		o.Progress = func(n, total int) { done = total - n }
		c, err := Train(context.Background(), engine(t), r.First, r.Second, o)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := train(Options{Seed: 1})
	if done != 0 || len(c.Tried) != 9 || c.Texts != [2]int{len(r.First), len(r.Second)} {
		t.Errorf("%d to do, %d values of C tried on %v texts", done, len(c.Tried), c.Texts)
	}
	for _, tried := range c.Tried {
		if chosen := c.Tried[slices.IndexFunc(c.Tried, func(t compare.Tried) bool { return t.Strength == c.Strength })]; tried.Loss < chosen.Loss {
			t.Errorf("C = %g was chosen with loss %g, C = %g has %g", chosen.Strength, chosen.Loss, tried.Strength, tried.Loss)
		}
	}
	top := []string{c.Strongest(2, false)[0].Term, c.Strongest(2, false)[1].Term}
	if slices.Sort(top); !slices.Equal(top, []string{"mar", "ola"}) {
		t.Errorf("the first side's terms are %v, mar and ola stand most often there", top)
	}
	if last := c.Strongest(1, true)[0]; last.Weight >= 0 || last.Texts[1] < last.Texts[0] {
		t.Errorf("the second side's term is %+v", last)
	}
	if again := train(Options{Seed: 1}); again.Strength != c.Strength || math.Abs(again.Intercept-c.Intercept) > 1e-9 {
		t.Errorf("the same seed gives C = %g and intercept %g, then %g and %g", c.Strength, c.Intercept, again.Strength, again.Intercept)
	}

	masked := train(Options{Seed: 1, Names: compare.NamesOf("Ola Mar")})
	if slices.ContainsFunc(masked.Terms, func(term compare.Term) bool { return slices.Contains(strings.Fields(term.Term), "ola") }) {
		t.Error("a name that is left out is among the terms")
	}
	data, err := json.Marshal(masked)
	if err != nil {
		t.Fatal(err)
	}
	var read compare.Classifier
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	a, _ := masked.Score("ola viento sal")
	b, known := read.Score("ola viento sal")
	if a != b || known == 0 {
		t.Errorf("the score is %g, after JSON %g by %d terms", a, b, known)
	}

	// Of two texts one is held out, so that both sides have a say in choosing C.
	if _, err := Train(context.Background(), engine(t), []string{"sol y mar", "sol y luz"}, []string{"nieve y sol", "nieve y río"}, Options{MinTexts: 2}); err != nil {
		t.Errorf("two texts of each side: %v", err)
	}
	if _, err := Train(context.Background(), engine(t), r.First[:1], r.Second, Options{}); err == nil {
		t.Error("one text was learnt from")
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Train(stopped, engine(t), r.First, r.Second, Options{}); err == nil {
		t.Error("an ended context did not end the training")
	}
}

// Each deal scores as the classifier does that is trained on its two sides.
func TestScoresOfDeals(t *testing.T) {
	r := readReference(t)
	train := slices.Concat(r.First, r.Second)
	test := append(slices.Clone(r.Second), "", "palabras desconocidas")
	deals := make([][]bool, 2)
	for i := range train {
		deals[0] = append(deals[0], i < len(r.First))
		deals[1] = append(deals[1], i%3 == 0)
	}
	done := 0
	scores, err := ScoresOfDeals(t.Context(), engine(t), train, test, deals, Options{MinTexts: 2, Seed: 1, Progress: func(n, total int) {
		if n <= done || total != 2*10 {
			t.Errorf("progress %d of %d after %d", n, total, done)
		}
		done = n
	}})
	if err != nil {
		t.Fatal(err)
	}
	for deal, first := range deals {
		var sides [2][]string
		for i, text := range train {
			if first[i] {
				sides[0] = append(sides[0], text)
			} else {
				sides[1] = append(sides[1], text)
			}
		}
		c, err := Train(t.Context(), engine(t), sides[0], sides[1], Options{MinTexts: 2, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range test {
			want, _ := c.Score(text)
			near(t, fmt.Sprintf("deal %d, text %d", deal, i), scores[deal][i], want, 0.1)
		}
	}
	if slices.Equal(scores[0], scores[1]) {
		t.Error("two deals score alike")
	}
	if _, err := ScoresOfDeals(t.Context(), engine(t), train, test, [][]bool{make([]bool, len(train))}, Options{}); err == nil {
		t.Error("a deal of one side gives no error")
	}
}
