package exploring

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	_ "github.com/hemiciclo/hemiciclo/pkg/study/studytest" // draws
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// on is a tweet of a day.
func on(date string) tweets.Tweet {
	at, err := time.Parse("2006-01-02", date)
	if err != nil {
		panic(err)
	}
	return tweets.Tweet{Time: at.Add(13 * time.Hour)}
}

// The span asks for the unit; what lies before a few old tweets' time is one period.
func TestCalendar(t *testing.T) {
	// spread makes one tweet every so many days.
	spread := func(from string, days, step int) (rows []tweets.Tweet) {
		for d := 0; d < days; d += step {
			first := on(from)
			first.Time = first.Time.AddDate(0, 0, d)
			rows = append(rows, first)
		}
		return rows
	}
	for name, c := range map[string]struct {
		rows        []tweets.Tweet
		unit        string
		first, last string
		n           int
	}{
		"weeks":    {spread("2019-06-05", 60, 3), "semana", "2019-06-03", "2019-07-29", 9},
		"months":   {spread("2019-06-02", 500, 2), "mes", "2019-06", "2020-10", 17},
		"quarters": {spread("2015-11-10", 5*365, 5), "trimestre", "2015-T4", "2020-T4", 21},
		"years":    {spread("1999-12-31", 15*365, 30), "año", "1999", "2014", 16},
		"old ones": {append(spread("2010-02-03", 300, 30), spread("2019-01-01", 365, 1)...), "mes", "antes", "2019-12", 25},
		"one":      {spread("2019-06-09", 1, 1), "semana", "2019-06-03", "2019-06-03", 1},
	} {
		got := calendarOf(c.rows)
		if last := got.Labels[len(got.Labels)-1]; got.Unit != c.unit || len(got.Labels) != c.n || got.Labels[0] != c.first || last != c.last || got.Before != (c.first == "antes") {
			t.Errorf("%s: %d of the unit %s, %s to %s", name, len(got.Labels), got.Unit, got.Labels[0], last)
		}
	}
}

// A tweet counts once for a tag however it spells it, and nobody mentions themselves.
func TestTags(t *testing.T) {
	tweet := func(date, by, hashtags, mentions string) tweets.Tweet {
		t := on(date)
		t.ScreenName, t.Hashtags, t.Mentions = by, strings.Fields(hashtags), strings.Fields(mentions)
		return t
	}
	got := tagsOf(map[run.Side][]tweets.Tweet{
		run.Right: {
			tweet("2019-01-01", "Ana", "Mar mar", "\u2066ANA\u2069 Eva"), tweet("2019-02-01", "Ana", "Ma\u200br sol", "\u2066eva\u2069"),
			tweet("2019-06-30", "Luis", "MAR", "ana eva"),
		},
		run.Left: {tweet("2019-07-01", "Eva", "", "")},
	})
	counts := func(at map[int]int) []int {
		list := make([]int, len(got.Calendar.Labels))
		for i, n := range at {
			list[i] = n
		}
		return list
	}
	const jan, feb, jun, jul = 0, 1, 5, 6
	if !reflect.DeepEqual(got.Totals, map[string][]int{run.Right.Folder(): counts(map[int]int{jan: 1, feb: 1, jun: 1}), run.Left.Folder(): counts(map[int]int{jul: 1})}) {
		t.Errorf("totals %v in %v", got.Totals, got.Calendar.Labels)
	}
	if want := []Tag{{"Mar", 3, 2, counts(map[int]int{jan: 1, feb: 1, jun: 1})}, {"sol", 1, 1, counts(map[int]int{feb: 1})}}; !reflect.DeepEqual(got.Hashtags[run.Right.Folder()], want) {
		t.Errorf("hashtags %+v, want %+v", got.Hashtags[run.Right.Folder()], want)
	}
	if want := []Tag{{"eva", 3, 2, counts(map[int]int{jan: 1, feb: 1, jun: 1})}, {"ana", 1, 1, counts(map[int]int{jun: 1})}}; !reflect.DeepEqual(got.Mentions[run.Right.Folder()], want) {
		t.Errorf("mentions %+v, want %+v", got.Mentions[run.Right.Folder()], want)
	}

	got.run = &run.Run{}
	bundle, err := got.HashtagsOverTime().MIME()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"#Mar", "3 · 2 cuentas", ": sin hashtags"} {
		if !strings.Contains(bundle.Text, part) {
			t.Errorf("the chart lacks %q:\n%s", part, bundle.Text)
		}
	}
	got.Mentions[run.Right.Folder()] = nil
	if shown := noteOf(t, got.MentionsOverTime()); !strings.Contains(shown, "no tienen menciones") {
		t.Errorf("a corpus without mentions shows %q", shown)
	}
}
