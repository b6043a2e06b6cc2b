package exploring

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Stop words go before the n-grams are made, each party counts for itself, what is rare is
// left out, and so are blanks.
func TestFrequentNgrams(t *testing.T) {
	var rows []tweets.Tweet
	for i, text := range []string{"El mar azul", "mar de azul", "MAR  azul", "La mar", "mar y tierra", "tierra mar"} {
		rows = append(rows, tweets.Tweet{Partido: []string{"A", ""}[i/4], ScreenName: []string{"a", "b"}[i%2], TextClean: text})
	}
	rows = append(rows, tweets.Tweet{ScreenName: "c", TextClean: "mar"})
	want := []PartyNgram{
		{Party: "", N: 1, Ngram: "mar", Count: 3, Accounts: 3, Tweets: 3},
		{Party: "A", N: 1, Ngram: "mar", Count: 4, Accounts: 2, Tweets: 4},
		{Party: "A", N: 1, Ngram: "azul", Count: 3, Accounts: 2, Tweets: 4},
	}
	if got := frequentNgrams(rows); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if rate := want[2].Rate(); rate != 750 {
		t.Errorf("3 times in 4 tweets are %v in a thousand", rate)
	}
	if shown := noteOf(t, (&Ngrams{run: &run.Run{}}).Table()); !strings.Contains(shown, "Ningún partido") {
		t.Errorf("a corpus without frequent words shows %q", shown)
	}
}

// Many parties have fewer n-grams each, so that the table stays as long as it is.
func TestNgramsOfManyParties(t *testing.T) {
	for parties, want := range map[int]int{2: mostNgrams, 20: mostNgramRows / MaxN / 20, 100: fewestNgrams} {
		var rows []tweets.Tweet
		for i := range parties {
			var words []string
			for j := range 30 {
				words = append(words, strings.Repeat(fmt.Sprintf("palabra%d ", j), minCount))
			}
			rows = append(rows, tweets.Tweet{Partido: fmt.Sprint(i), ScreenName: "a", TextClean: strings.TrimSpace(strings.Join(words, ""))})
		}
		single := 0
		for _, g := range frequentNgrams(rows) {
			if g.Party == "1" && g.N == 1 {
				single++
			}
		}
		if single != want {
			t.Errorf("of %d parties each has %d words, want %d", parties, single, want)
		}
	}
}

// noteOf is the text of an element that must be a note.
func noteOf(t *testing.T, e chart.Element) string {
	t.Helper()
	note, ok := e.(chart.Note)
	if !ok {
		t.Fatalf("%T in place of a note", e)
	}
	return note.Title
}
