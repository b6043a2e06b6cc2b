package comparing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// What a side calls its own does no step anew but those that look at it.
func TestOwnNamesChooseNoTweets(t *testing.T) {
	settings := run.SideSettings{Partido: []string{"A"}}
	fingerprint := func() string {
		t.Helper()
		f, err := run.Step{Name: "keyness", Inputs: []any{settings}}.Fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	before := fingerprint()
	if settings.Own = []string{"@a"}; fingerprint() != before {
		t.Error("own changes the fingerprint of the sides")
	}
	if settings.Partido = []string{"B"}; fingerprint() == before {
		t.Error("a party does not change it")
	}
}

// Where a party's handle is what gives a side away, it is suggested; named as the side's own
// it is no longer looked at, and neither are the parties' names in accounts.csv.
func TestOwnNamesAreLeftOut(t *testing.T) {
	r := &run.Run{Maker: work.New(), Recipe: run.Recipe{Seed: 3}}
	var train, test [2][]tweets.Tweet
	for i := range 60 {
		handle := [2]string{"\u2066@PartidoX\u2069", "otra"}[i%2]
		for _, side := range run.Sides {
			text := fmt.Sprintf("mar sol %s Unión Libre frase%d", handle, i%5)
			if side == run.Left {
				text = fmt.Sprintf("mar sol otra Verdes frase%d", i%5)
			}
			tweet := tweets.Tweet{ScreenName: fmt.Sprint(side.Folder(), i%4), TextClean: text, Partido: [2]string{"Unión Libre", "VERDES"}[side]}
			train[side], test[side] = append(train[side], tweet), append(test[side], tweet)
		}
	}
	test[run.Right] = append(test[run.Right], tweets.Tweet{ScreenName: "derecha0", TextClean: "nunca visto"})
	known := func(c TestedClassifier, word string) bool {
		for _, term := range c.Terms {
			if slices.Contains(strings.Fields(term.Term), word) {
				return true
			}
		}
		return false
	}
	classify := func() TestedClassifier {
		t.Helper()
		c, err := trainClassifier(context.Background(), r, train, test, namesOf(r, slices.Concat(train[run.Right], train[run.Left])))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"unión", "libre", "verdes"} {
			if known(c, word) {
				t.Errorf("%s of a party's name is looked at", word)
			}
		}
		return c
	}
	before := classify()
	if strongest := before.Strongest(1, false); len(strongest) != 1 || !strings.Contains(strongest[0].Term, "@partidox") {
		t.Fatalf("the strongest term is %+v: the corpus does not try what it should", strongest)
	}
	if before.Undecided != [2]int{1, 0} || before.Tested(run.Right) != 61 {
		t.Errorf("%v undecided of %d", before.Undecided, before.Tested(run.Right))
	}
	c := &Classifier{Nameless: before, Suggested: suggested(train, before), Run: r}
	if list := c.Suggested[run.Right]; len(list) != 1 || list[0].Word != "@partidox" || list[0].Accounts != 2 || len(c.Suggested[run.Left]) != 0 {
		t.Errorf("suggested are %+v", c.Suggested)
	}
	shown := c.Own()
	if note, ok := shown[1].(chart.Note); !ok || !strings.Contains(note.Text, "[sides.right]\nown = [\"@partidox\"]") || strings.Contains(note.Text, "sides.left") {
		t.Errorf("the lines to copy are %+v", shown[1])
	}
	if said := c.stillIn(); !strings.Contains(said, "@partidox") {
		t.Errorf("what is still in: %q", said)
	}

	for _, own := range []string{"@partidox", "PARTIDOX", "\u2066@PartidoX\u2069"} {
		r.Settings.Sides.Right.Own = []string{own}
		after := classify()
		if known(after, "@partidox") {
			t.Errorf("own = [%q] leaves the handle in", own)
		}
		if list := suggested(train, after); len(list[run.Right]) != 0 {
			t.Errorf("%q is suggested again: %+v", own, list)
		}
	}
	c.Suggested[run.Right] = nil
	if c.Own() != nil || !strings.Contains(c.stillIn(), "No queda") {
		t.Error("an empty suggestion is shown")
	}
}
