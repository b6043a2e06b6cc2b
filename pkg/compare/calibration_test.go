package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// scoredByTurns gives scores owners in turn.
func scoredByTurns(scores []float64, owners int, side string) (texts []ScoredText) {
	for i, score := range scores {
		texts = append(texts, ScoredText{fmt.Sprint(side, i%owners), score})
	}
	return texts
}

// The temperature is the coefficient that scikit-learn's logistic regression finds, and the
// errors are scikit-learn's.
func TestCalibrationIsThatOfScikitLearn(t *testing.T) {
	data, err := os.ReadFile("testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	type errorsOf struct {
		Brier   float64
		LogLoss float64 `json:"log_loss"`
	}
	var file struct {
		Calibration struct {
			First, Second []float64
			Scale         float64
			Before, After errorsOf
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	r := file.Calibration
	judged := [2][]ScoredText{scoredByTurns(r.First, 12, "a"), scoredByTurns(r.Second, 12, "b")}
	// Learnt from the same scores of other accounts, each text is judged by the whole.
	held := [2][]ScoredText{scoredByTurns(r.First, 12, "c"), scoredByTurns(r.Second, 12, "d")}
	c, err := Calibrate(held, judged, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the scale", c.Scale.Value, r.Scale, 1e-7)
	for i, got := range []CalibrationErrors{c.Before, c.After} {
		want := []errorsOf{r.Before, r.After}[i]
		near(t, "Brier's score", got.Brier.Value, want.Brier, 1e-8)
		near(t, "the log loss", got.LogLoss.Value, want.LogLoss, 1e-8)
		for _, within := range []*Interval{got.Brier.Within, got.Brier.Accounts} {
			if within == nil || !(within.Low < want.Brier && want.Brier < within.High) {
				t.Errorf("%v is outside of %v", want.Brier, within)
			}
		}
	}
	near(t, "the difference", c.Brier.Value, r.After.Brier-r.Before.Brier, 1e-8)
	if c.LogLoss.Within.High >= 0 || c.WithOwn != 0 || c.Scales.Low != c.Scales.High {
		t.Errorf("the log loss changes by %v, scales are %v, %d are judged with their own", *c.LogLoss.Within, c.Scales, c.WithOwn)
	}
}

// Scores that are multiplied by a number have that much less of a scale, and mended they are
// what they were.
func TestMendedScoresDoNotDependOnTheirUnit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var texts, larger [2][]ScoredText
	for side := range texts {
		for i := range 60 {
			score := 1.5*random.NormFloat64() + 1 - 2*float64(side)
			owner := fmt.Sprint(side, i%15)
			texts[side] = append(texts[side], ScoredText{owner, score})
			larger[side] = append(larger[side], ScoredText{owner, 8 * score})
		}
	}
	a, err := Calibrate(texts, texts, 1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Calibrate(larger, larger, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the scale", 8*b.Scale.Value, a.Scale.Value, 1e-8)
	near(t, "the mended score", b.After.Brier.Value, a.After.Brier.Value, 1e-9)
	// Each account is judged without its own texts, and so by scales that differ.
	if !(a.Scales.Low < a.Scale.Value && a.Scale.Value < a.Scales.High) || a.WithOwn != 0 {
		t.Errorf("scales %v around %v, %d with their own", a.Scales, a.Scale.Value, a.WithOwn)
	}
	total := 0.0
	for i, bin := range a.After.Bins {
		n := bin.Texts[0] + bin.Texts[1]
		if n != 20 || i > 0 && bin.Predicted <= a.After.Bins[i-1].Predicted || bin.Observed.Within == nil {
			t.Errorf("bin %d: %+v", i, bin)
		}
		total += bin.Observed.Value / float64(len(a.After.Bins))
	}
	near(t, "the share of the first side", total, 0.5, 1e-9)
	bins := a.After.Bins
	for p, want := range map[float64]int{0: 0, bins[1].Greatest: 1, bins[1].Greatest + 1e-9: 2, 1: len(bins) - 1} {
		if got := a.After.Like(p); got.Predicted != bins[want].Predicted {
			t.Errorf("texts like %v are those of %v, want bin %d", p, got, want)
		}
	}
}

func TestScalesByHand(t *testing.T) {
	// Three of four are right by as much: the odds of that are 3.
	near(t, "three of four", scaleOf([2][]float64{{1, 1, 1, -1}, {-1, -1, -1, 1}}), math.Log(3), 1e-9)
	// A side of more texts does not weigh more.
	near(t, "three of four, and six of eight", scaleOf([2][]float64{{1, 1, 1, -1}, {-1, -1, -1, -1, -1, -1, 1, 1}}), math.Log(3), 1e-9)
	for _, c := range []struct {
		scores [2][]float64
		want   float64
	}{
		{[2][]float64{{1, 2}, {-3}}, greatestScale}, {[2][]float64{{-1}, {2}}, 0}, {[2][]float64{{0}, {0}}, 0}, {[2][]float64{{3}, {3}}, 0},
	} {
		if got := scaleOf(c.scores); got != c.want {
			t.Errorf("%v have the scale %v, want %v", c.scores, got, c.want)
		}
	}
	// An account that is alone on its side has none but its own texts.
	alone := [2][]ScoredText{{{"ana", 1}, {"ana", -1}, {"ana", 1}}, {{"beto", -1}, {"cata", -1}, {"cata", 1}}}
	c, err := Calibrate(alone, alone, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.WithOwn != 3 || len(c.After.Bins) != 2 {
		t.Errorf("%+v", c)
	}
	if _, err := Calibrate(alone, [2][]ScoredText{alone[0], nil}, 1); err == nil {
		t.Error("texts of one side were calibrated")
	}
	// One text weighs as much as the 199 of the other side, and as five of ten bins.
	many := [2][]ScoredText{{{"ana", 0.5}}, scoredByTurns(make([]float64, 199), 20, "b")}
	for i := range many[1] {
		many[1][i].Score = float64(i)/100 - 1
	}
	if c, err = Calibrate(many, many, 1); err != nil {
		t.Fatal(err)
	}
	if data, err := json.Marshal(c); err != nil || len(c.Before.Bins) < 2 || len(c.Before.Bins) > 7 {
		t.Errorf("%d bins, %v: %s", len(c.Before.Bins), err, data)
	}
	near(t, "the log loss of a score without bounds", logLoss(-1e6), 1e6/math.Ln2, 1e-6)
	near(t, "that of a sure one", logLoss(1e6), 0, 0)
}

// Where the preference says nothing, the scale is 0 and all mended scores are equal: their
// texts are one point of the reliability curve, and no order among them tells the sides apart.
func TestTextsOfEqualScoresAreOneBin(t *testing.T) {
	var texts [2][]ScoredText
	for side := range texts {
		scores := make([]float64, 100)
		for i := range scores {
			scores[i] = float64(2*side-1) * float64(1+i%5) // towards the other side
		}
		texts[side] = scoredByTurns(scores, 12, fmt.Sprint(side))
	}
	c, err := Calibrate(texts, texts, 1)
	if err != nil {
		t.Fatal(err)
	}
	if bins := c.After.Bins; c.Scale.Value != 0 || len(bins) != 1 || bins[0].Texts != [2]int{100, 100} || bins[0].Observed.Value != 0.5 || bins[0].Predicted != 0.5 {
		t.Errorf("scale %v, bins %+v", c.Scale.Value, c.After.Bins)
	}
	// Ten bins hold ten scores of twenty texts each.
	if len(c.Before.Bins) != 10 {
		t.Errorf("%d bins", len(c.Before.Bins))
	}
	for i, bin := range c.Before.Bins {
		if want := [][2]int{{20, 0}, {0, 20}}[i/5]; bin.Texts != want {
			t.Errorf("bin %d has %v texts, want %v", i, bin.Texts, want)
		}
	}
}
