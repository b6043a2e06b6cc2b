package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// leaning are texts of one account each, of words that all lean alike.
func leaning(owner string, lean float64, words ...string) LeanText {
	t := LeanText{Owner: owner}
	for _, w := range words {
		t.Words = append(t.Words, LeanWord{w, lean})
	}
	return t
}

// leaningSides: «mar» leans to the right by how often the right says it, whoever says it;
// «pan» in the right's texts to the right and in the left's to the left; «y» not at all;
// and only one account says «ola».
func leaningSides() (sides [2][]LeanText) {
	random := rand.New(rand.NewPCG(3, 4))
	for side := range sides {
		sign := 1 - 2*float64(side)
		for i := range 40 {
			owner := fmt.Sprint(side, i%12)
			noise := func() float64 { return 0.2 * random.NormFloat64() }
			t := LeanText{Owner: owner, Words: []LeanWord{{"¡Mar!", 1 + noise()}, {"pan,", sign + noise()}, {"—", 3}, {"y", noise()}}}
			if i%12 == 0 {
				t.Words = append(t.Words, LeanWord{"Ola", sign*2 + noise()}, LeanWord{"ola.", sign*2 + noise()})
			}
			sides[side] = append(sides[side], t)
		}
	}
	return sides
}

func TestWordsLeanByFrequencyOrByUse(t *testing.T) {
	sides := leaningSides()
	l, err := WordLeansOf(sides[0], sides[1], WordLeansOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if l.Words != 4 || l.Compared != 4 || l.Texts != [2]int{40, 40} || l.Leaning != [2]int{1, 0} || l.Differing != [2]int{2, 0} {
		t.Errorf("%+v", l)
	}
	names := func(list []WordLean) (words []string) {
		for _, w := range list {
			words = append(words, w.Word)
		}
		return words
	}
	if right, left, use := names(l.Ends[0]), names(l.Ends[1]), names(l.Use); !slices.Equal(right, []string{"mar"}) || left != nil || !slices.Equal(use, []string{"ola", "pan"}) {
		t.Errorf("to the right %v, to the left %v, by use %v", right, left, use)
	}
	sea, bread, wave := l.Ends[0][0], l.Use[1], l.Use[0]
	near(t, "the lean of mar", sea.Lean.Value, 1, 0.1)
	near(t, "its difference", sea.Use.Value, 0, 0.15)
	near(t, "the lean of pan", bread.Lean.Value, 0, 0.1)
	near(t, "its difference", bread.Use.Value, bread.Sides[0]-bread.Sides[1], 1e-12)
	near(t, "its difference", bread.Use.Value, 2, 0.15)
	if wave.Counts != [2]int{8, 8} || wave.Accounts != [2]int{1, 1} || bread.Accounts != [2]int{12, 12} {
		t.Errorf("counts %v of accounts %v and %v", wave.Counts, wave.Accounts, bread.Accounts)
	}
	for _, m := range []Measure{sea.Lean, bread.Lean, bread.Use} {
		for _, within := range []*Interval{m.Within, m.Accounts} {
			if within == nil || !(within.Low < m.Value && m.Value < within.High) {
				t.Errorf("%v is outside of %v", m.Value, within)
			}
		}
	}
	// The other way round the same words lean the other way.
	turned, err := WordLeansOf(sides[1], sides[0], WordLeansOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(turned.Use) != 0 || turned.Differing != [2]int{0, 2} || turned.Ends[0][0].Lean.Value != sea.Lean.Value {
		t.Errorf("turned round: %+v", turned)
	}
}

// The error by which words are listed is that which drawing texts gives.
func TestErrorOfAMeanLean(t *testing.T) {
	sides := leaningSides()
	l, err := WordLeansOf(sides[0], sides[1], WordLeansOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range usesOf(sides) {
		if u.word != "mar" {
			continue
		}
		_, variance := u.mean(0, 1)
		within := l.Ends[0][0].Lean.Within
		near(t, "the half of the interval", (within.High-within.Low)/2, normal975*math.Sqrt(variance), 0.006)
	}
	// By hand: leans 1 and 5 of one use each, and 3 of two. The mean is 9/4; the texts are off
	// by −5/4, 11/4 and −3/2.
	u := &wordUses{in: [2][]textUses{{{n: 1, lean: 1}, {n: 1, lean: 5}}, {{n: 2, lean: 3}}}}
	mean, variance := u.mean(0, 1)
	near(t, "the mean", mean, 9.0/4, 1e-12)
	near(t, "the variance", variance, (25.0/16+121.0/16+9.0/4)/16*3/2, 1e-12)
	if _, variance := u.mean(1); !math.IsInf(variance, 1) {
		t.Errorf("the variance of one text is %v", variance)
	}
}

func TestRareWordsAreNotListed(t *testing.T) {
	few := []LeanText{leaning("ana", 2, "mar", "mar", "mar", "sal"), leaning("beto", 2, "mar", "mar", "sal")}
	other := []LeanText{leaning("cata", -2, "mar", "mar", "mar"), leaning("dani", -2, "mar", "mar", "sol")}
	l, err := WordLeansOf(few, other, WordLeansOptions{MinCount: 2, MinEach: 3, Shown: 5})
	if err != nil {
		t.Fatal(err)
	}
	if l.Words != 2 || l.Compared != 1 || len(l.Use) != 1 || l.Use[0].Word != "mar" || l.Use[0].Use.Value != 4 {
		t.Errorf("%+v", l)
	}
	if len(l.Ends[0]) != 1 || l.Ends[0][0].Word != "sal" || l.Ends[0][0].Compared() || l.Ends[0][0].Sides != [2]float64{2, 0} {
		t.Errorf("to the first side %+v", l.Ends[0])
	}
	if _, err := WordLeansOf(few, nil, WordLeansOptions{}); err == nil {
		t.Error("words of one side were compared")
	}
}
