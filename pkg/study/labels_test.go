package study

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Accounts without a party have a name in every chart, and the same colour; a party
// whose accounts stand in several coalitions is not said to be in one.
func TestGroupsWithoutAName(t *testing.T) {
	l := &Loaded{study: &Study{}, Tweets: []tweets.Tweet{
		{ScreenName: "ana", Partido: "", Coalicion: "Uno", TextClean: "agua"},
		{ScreenName: "eva", Partido: "", Coalicion: "", TextClean: "fuego"},
		{ScreenName: "leo", Partido: "PA", Coalicion: "Uno", TextClean: "aire"},
	}}
	bar, ok := l.ByParty().(chart.Bar)
	if !ok {
		t.Fatal("no bars")
	}
	means, _ := groupMeans(l.Tweets, ngrams(l.Tweets, 1), [][]float64{{1, 0}, {3, 0}, {0, 5}})
	scatter := points(means, noParty, false)
	if len(bar.Items) != 2 || len(scatter) != 2 {
		t.Fatalf("%d bars and %d points, want 2 of each", len(bar.Items), len(scatter))
	}
	for i, want := range []string{noParty, "PA"} {
		item, point := bar.Items[i], scatter[i]
		if item.Label != want || point.Label != want {
			t.Errorf("a bar is called %q, its point %q, want %q", item.Label, point.Label, want)
		}
		if a, b := bar.Palette.Color(item.Key), l.palette().Color(point.Label); a != b {
			t.Errorf("%s is %s in the bars and %s in the scatter", want, a, b)
		}
	}
	if a, b := l.palette().Color(noParty), l.palette().Color("PA"); a == b {
		t.Errorf("two parties are %s", a)
	}
	if !slices.ContainsFunc(scatter[0].Lines, func(line string) bool { return strings.HasSuffix(line, noCoalition+", Uno") }) {
		t.Errorf("the point of several coalitions says %q", scatter[0].Lines)
	}
}

// checkLabels holds what is shown to sentences that read right for labels of any gender
// and number: no article stands before one, and none is written otherwise than the
// corpus writes it.
func checkLabels(t *testing.T, s *Study, shown chart.Bundle) {
	t.Helper()
	for _, side := range Sides {
		label := s.Label(side)
		article := regexp.MustCompile(`(?i).{0,40}\b(la|el|los|las|al|del) «?` + regexp.QuoteMeta(label))
		for _, text := range []string{shown.Text, shown.HTML} {
			if found := article.FindString(text); found != "" {
				t.Errorf("an article stands before a label: %q", found)
			}
			if lower := strings.ToLower(label); strings.Contains(text, lower) {
				t.Errorf("the label %q is written %q", label, lower)
			}
		}
	}
}
