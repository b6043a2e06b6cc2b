package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

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
	p, err := newProblem(be, r.First, r.Second, ClassifierOptions{MinTexts: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	held := make([]bool, p.n)
	for i := range held {
		held[i] = i%4 == 0
	}
	const tolerance = 1e-5
	for _, want := range r.Classifier {
		if len(p.terms) != len(want.Weights) {
			t.Fatalf("%d terms, want %d", len(p.terms), len(want.Weights))
		}
		x, err := p.fit(context.Background(), make([]float64, p.features+1), p.costs(want.Strength, nil))
		if err != nil {
			t.Fatal(err)
		}
		c := &Classifier{Intercept: x[p.features]}
		near(t, fmt.Sprintf("the intercept at C = %g", want.Strength), c.Intercept, want.Intercept, tolerance)
		for i, term := range p.terms {
			near(t, fmt.Sprintf("the weight of %q at C = %g", term, want.Strength), x[i], want.Weights[term], tolerance)
			c.Terms = append(c.Terms, Term{Term: term, Weight: x[i]})
		}
		for i, text := range append(slices.Clone(r.First), r.Second...) {
			score, _ := c.Score(text)
			near(t, "a probability", 1/(1+math.Exp(-score)), want.Probabilities[i], tolerance)
		}
		part, err := p.fit(context.Background(), make([]float64, p.features+1), p.costs(want.Strength, held))
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

func TestTrainClassifier(t *testing.T) {
	r := readReference(t)
	done := 0
	train := func(o ClassifierOptions) *Classifier {
		t.Helper()
		o.Progress = func(n, total int) { done = total - n }
		c, err := TrainClassifier(context.Background(), engine(t), r.First, r.Second, o)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := train(ClassifierOptions{Seed: 1})
	if done != 0 || len(c.Tried) != 9 || c.Texts != [2]int{len(r.First), len(r.Second)} {
		t.Errorf("%d to do, %d values of C tried on %v texts", done, len(c.Tried), c.Texts)
	}
	for _, tried := range c.Tried {
		if chosen := c.Tried[slices.IndexFunc(c.Tried, func(t Tried) bool { return t.Strength == c.Strength })]; tried.Loss < chosen.Loss {
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
	if again := train(ClassifierOptions{Seed: 1}); again.Strength != c.Strength || math.Abs(again.Intercept-c.Intercept) > 1e-9 {
		t.Errorf("the same seed gives C = %g and intercept %g, then %g and %g", c.Strength, c.Intercept, again.Strength, again.Intercept)
	}

	masked := train(ClassifierOptions{Seed: 1, Names: NamesOf("Ola Mar")})
	if slices.ContainsFunc(masked.Terms, func(term Term) bool { return slices.Contains(strings.Fields(term.Term), "ola") }) {
		t.Error("a name that is left out is among the terms")
	}
	data, err := json.Marshal(masked)
	if err != nil {
		t.Fatal(err)
	}
	var read Classifier
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	a, _ := masked.Score("ola viento sal")
	b, known := read.Score("ola viento sal")
	if a != b || known == 0 {
		t.Errorf("the score is %g, after JSON %g by %d terms", a, b, known)
	}

	if _, err := TrainClassifier(context.Background(), engine(t), r.First[:1], r.Second, ClassifierOptions{}); err == nil {
		t.Error("one text was learnt from")
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := TrainClassifier(stopped, engine(t), r.First, r.Second, ClassifierOptions{}); err == nil {
		t.Error("an ended context did not end the training")
	}
}

func TestTermsByHand(t *testing.T) {
	got := termsOf("¡Vamos con Ana, vamos con fe!", NamesOf("Ana Soto"))
	if want := []string{"vamos", "con", "vamos con", "fe", "con fe"}; !slices.Equal(got, want) {
		t.Errorf("terms %q, want %q", got, want)
	}
	names := NamesOf("José de la Peña", "@ana_soto_ok")
	for word, want := range map[string]bool{
		"peña": true, "pena": true, "josé": true, "la": false, "@ana_soto_ok": true, "#peñapresidente": true,
		"@josepena2017": true, "jose-maria": false, "#chile": false,
	} {
		if names.In(word) != want {
			t.Errorf("In(%q) = %t", word, !want)
		}
	}
}

// Parties' names count whole: their words alone name nobody, short ones stand in too many
// handles, and what has a sign is that handle or hashtag alone.
func TestWholeNames(t *testing.T) {
	names := NamesOf("___")
	names.AddWhole("Frente Amplio", "UDI", "", "#Todos", "@Chile_Vamos", "…")
	for word, want := range map[string]bool{
		"frente": false, "amplio": false, "frenteamplio": true, "#frenteamplio2017": true, "@joven_frenteamplio": true,
		"udi": true, "@udi": true, "@udipopular": false, "estudio": false,
		"#todos": true, "todos": false, "@todos": false, "#todoschile": false,
		"@chile_vamos": true, "@chilevamos": true, "#chilevamos": false, "👍": false,
	} {
		if names.In(word) != want {
			t.Errorf("In(%q) = %t", word, !want)
		}
	}
	got := termsOf("Con el FRENTE Amplio, frente a todo", names)
	if want := []string{"con", "el", "con el", "frente", "a", "frente a", "todo", "a todo"}; !slices.Equal(got, want) {
		t.Errorf("terms %q, want %q", got, want)
	}
}

// A text of no known term is on neither side, whatever the intercept.
func TestUndecidedTexts(t *testing.T) {
	c := &Classifier{Intercept: 0.5, Terms: []Term{{Term: "mar", Weight: -2}}}
	for s, want := range map[string]float64{"el mar": -1.5, "otra cosa": 0, "": 0} {
		if score, known := c.Score(s); score != want || (known == 0) != (want == 0) {
			t.Errorf("%q scores %g by %d terms, want %g", s, score, known, want)
		}
	}
	roc, err := ROCOf([]ScoredText{{"a", 1}, {"a", 0}}, []ScoredText{{"b", -1}, {"b", 0}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the accuracy where two of four are undecided", roc.Accuracy.Value, 0.5, 1e-12)
	near(t, "the area", roc.AUC.Value, 0.875, 1e-12)
}

func TestOwnTagsByHand(t *testing.T) {
	var texts, owners [2][]string
	add := func(side int, owner, text string) {
		texts[side], owners[side] = append(texts[side], text), append(owners[side], owner)
	}
	for _, owner := range []string{"a", "b", "c", "d", "e"} {
		add(0, owner, "\u2066@Partido\u2069 hoy #chile @ana @Partido")
		add(1, owner, "#chile hoy #paro")
	}
	add(0, "a", "#sola #sola")
	add(0, "b", "#dos")
	add(0, "a", "#dos @partido")
	add(1, "a", "@dicho")
	add(1, "b", "#Paro @dicho")
	add(1, "c", "@dicho")
	add(0, "c", "@dicho")
	got := OwnTags(texts, owners, NamesOf("ana"), []Term{{Term: "#sola"}, {Term: "hoy"}, {Term: "@dicho"}, {Term: "@ana"}})
	if want := []OwnTag{{"@partido", 5, 6}, {"#sola", 1, 1}}; !slices.Equal(got[0], want) {
		t.Errorf("of the first side %v, want %v", got[0], want)
	}
	if want := []OwnTag{{"#paro", 5, 6}}; !slices.Equal(got[1], want) {
		t.Errorf("of the second side %v, want %v", got[1], want)
	}
}

func TestWilsonIsThatOfSciPy(t *testing.T) {
	for _, want := range readReference(t).Wilson {
		got := Wilson(want.Hits, want.Texts)
		near(t, "low", got.Low, want.Low, 1e-12)
		near(t, "high", got.High, want.High, 1e-12)
	}
	if got := Wilson(0, 0); got != nil {
		t.Errorf("the interval of nothing is %v", *got)
	}
}
