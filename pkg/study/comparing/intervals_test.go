package comparing

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Two accounts a side are too few to judge by intervals over accounts.
func TestIntervalsOverAccountsNeedAccounts(t *testing.T) {
	r := &run.Run{Settings: run.Settings{Resample: run.OverAccounts}}
	rows := []tweets.Tweet{{ScreenName: "uno"}, {ScreenName: "dos"}, {ScreenName: "uno"}}
	if err := checkAccounts(r, run.Right, rows); err == nil || !strings.Contains(err.Error(), `resample = "tweets"`) {
		t.Errorf("the error is %v, want it to name the mend", err)
	}
	if r.Settings.Resample = run.OverTweets; checkAccounts(r, run.Right, rows) != nil {
		t.Error("intervals over tweets need no accounts")
	}
}

// With enough accounts a table shows both intervals, and the one that study.toml asks
// for decides, or else the wider one: here each account is sure of another model, so that only the interval
// over tweets is sure of one.
func TestBothIntervalsAreShown(t *testing.T) {
	r := &run.Run{}
	r.Settings.Sides.Right.Label, r.Settings.Sides.Left.Label = "Derecha", "Izquierda"
	var list []compare.PredictedText
	for i := range 600 {
		nll := []float64{100, 100, 100}
		if account := i % 12; account < 7 {
			nll[ScoredBy(run.Right)] -= 8 + math.Sin(float64(i))
		} else {
			nll[ScoredBy(run.Right)] += 8 + math.Sin(float64(i))
		}
		text := compare.PredictedText{Owner: fmt.Sprint("cuenta", i%12)}
		for _, v := range nll {
			text.Scores = append(text.Scores, compare.TextScore{Tokens: 20, Bytes: 80, NLL: v})
		}
		list = append(list, text)
	}
	p := &Prediction{run: r, scores: &Scores{Run: r}}
	for _, side := range run.Sides {
		var err error
		if p.Sides[side], err = compare.PredictionOf(list, pairsOf(side), 1); err != nil {
			t.Fatal(err)
		}
	}
	for resample, want := range map[string]string{run.OverTweets: "el primero predice mejor", run.OverAccounts: "no se puede decir", "": "no se puede decir"} {
		r.Settings.Resample = resample
		shown := studytest.Texts(t, p.Differences())
		if !strings.Contains(shown, "sobre tweets") || !strings.Contains(shown, "sobre cuentas") {
			t.Errorf("the table lacks an interval:\n%s", shown)
		}
		if first := strings.SplitN(shown, "Modelo de «Derecha» menos", 2)[1]; !strings.Contains(strings.SplitN(first, "\n", 2)[0], want) {
			t.Errorf("resample = %q does not conclude %q:\n%s", resample, want, shown)
		}
	}
}
