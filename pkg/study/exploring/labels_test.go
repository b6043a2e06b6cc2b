package exploring

import (
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Accounts without a party have a name in every chart, and the same colour; a party
// whose accounts stand in several coalitions is not said to be in one.
func TestGroupsWithoutAName(t *testing.T) {
	l := &loading.Loaded{Run: &run.Run{}, Tweets: []tweets.Tweet{
		{ScreenName: "ana", Partido: "", Coalicion: "Uno", TextClean: "agua"},
		{ScreenName: "eva", Partido: "", Coalicion: "", TextClean: "fuego"},
		{ScreenName: "leo", Partido: "PA", Coalicion: "Uno", TextClean: "aire"},
	}}
	bar, ok := l.ByParty().(chart.Bar)
	if !ok {
		t.Fatal("no bars")
	}
	means, _ := groupMeans(l.Tweets, ngrams(l.Tweets, 1), [][]float64{{1, 0}, {3, 0}, {0, 5}})
	scatter := points(means, run.NoParty, false)
	if len(bar.Items) != 2 || len(scatter) != 2 {
		t.Fatalf("%d bars and %d points, want 2 of each", len(bar.Items), len(scatter))
	}
	for i, want := range []string{run.NoParty, "PA"} {
		item, point := bar.Items[i], scatter[i]
		if item.Label != want || point.Label != want {
			t.Errorf("a bar is called %q, its point %q, want %q", item.Label, point.Label, want)
		}
		if a, b := bar.Palette.Color(item.Key), l.Palette().Color(point.Label); a != b {
			t.Errorf("%s is %s in the bars and %s in the scatter", want, a, b)
		}
	}
	if a, b := l.Palette().Color(run.NoParty), l.Palette().Color("PA"); a == b {
		t.Errorf("two parties are %s", a)
	}
	if !slices.ContainsFunc(scatter[0].Lines, func(line string) bool { return strings.HasSuffix(line, run.NoCoalition+", Uno") }) {
		t.Errorf("the point of several coalitions says %q", scatter[0].Lines)
	}
}
