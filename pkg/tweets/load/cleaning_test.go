package load_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
)

// jsonLine is one record of ana_faro's.
func jsonLine(id int, text, lang string) string {
	return fmt.Sprintf(`{"created_at":"2020/10/%02d 08:00:00","id_str":"%d","screen_name":"ana_faro","text":%q,"lang":%q}`+"\n", id, id, text, lang)
}

// TestCleaning: nothing is done but what is asked for.
func TestCleaning(t *testing.T) {
	const text = "Pan &amp; mar: gracias a @beto y @ana_f, no a uno@dos.cl https://t.co/aB1, https://otro.cl/x?y=1 ¡hoy!"
	path := write(t, "a.jsonl", []byte(jsonLine(1, text, "es")+jsonLine(2, " https://t.co/solo ", "es")))
	for want, c := range map[string]tweets.Cleaning{
		"Pan &amp; mar: gracias a @beto y @ana_f, no a uno@dos.cl , https://otro.cl/x?y=1 ¡hoy!": {},
		"Pan & mar: gracias a @beto y @ana_f, no a uno@dos.cl , https://otro.cl/x?y=1 ¡hoy!":     {Entities: true},
		"Pan &amp; mar: gracias a @beto y @ana_f, no a uno@dos.cl URL URL ¡hoy!":                 {URLs: "URL"},
		"Pan & mar: gracias a @u y @u, no a uno@dos.cl URL URL ¡hoy!":                            {Entities: true, URLs: "URL", Mentions: "@u"},
	} {
		r := result(t, tweets.Options{Tweets: []string{path}, Cleaning: c})
		if len(r.Tweets) != 1 || r.Tweets[0].TextClean != want || r.Tweets[0].Text != text {
			t.Errorf("%+v: got %+v, want %q", c, r.Tweets, want)
			continue
		}
		if got := r.Tweets[0].Mentions; !slices.Equal(got, []string{"beto", "ana_f"}) {
			t.Errorf("%+v: mentions %q", c, got)
		}
		if r.Rows(tweets.StepNotBlank) != 1 {
			t.Errorf("%+v: a tweet of links alone is not blank", c)
		}
	}
}

func TestFilters(t *testing.T) {
	path := write(t, "a.jsonl", []byte(
		jsonLine(1, "El puerto es de todas las personas", "es")+
			jsonLine(2, "«El Puerto» es de TODAS, las personas… @beto https://t.co/x", "es")+
			jsonLine(3, "O porto é de todas as pessoas", "pt")+
			jsonLine(4, "El puerto es de todas las vecinas", "es-419")+
			jsonLine(5, "El faro es de todas las vecinas", "")))
	day := func(n int) time.Time { return time.Date(2020, 10, n, 8, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		options tweets.Options
		steps   string
		kept    []string
	}{
		"none":      {tweets.Options{}, "5 5 5 5 5 5 5", []string{"1", "2", "3", "4", "5"}},
		"languages": {tweets.Options{Languages: []string{"ES"}}, "5 5 5 5 4 4 4 4", []string{"1", "2", "4", "5"}},
		"near":      {tweets.Options{NearCopies: true}, "5 5 5 5 5 5 5 4", []string{"1", "3", "4", "5"}},
		"from":      {tweets.Options{From: day(2)}, "5 5 5 4 4 4 4", []string{"2", "3", "4", "5"}},
		"to":        {tweets.Options{To: day(4)}, "5 5 5 3 3 3 3", []string{"1", "2", "3"}},
		"both":      {tweets.Options{From: day(2), To: day(5), Days: 2, NearCopies: true}, "5 5 5 1 1 1 1 1", []string{"4"}},
	} {
		c.options.Tweets = []string{path}
		r := result(t, c.options)
		if got := strings.Trim(fmt.Sprint(rows(r)), "[]"); got != c.steps || !slices.Equal(ids(r), c.kept) {
			t.Errorf("%s: steps %s, want %s; kept %v, want %v", name, got, c.steps, ids(r), c.kept)
		}
	}
	for want, o := range map[string]tweets.Options{
		"tells its language": {Languages: []string{"es"}, Tweets: []string{"testdata/study"}},
		"holds nothing":      {From: day(3), To: day(2), Tweets: []string{path}},
		"holds white space":  {Cleaning: tweets.Cleaning{URLs: "a b"}, Tweets: []string{path}},
	} {
		o.Accounts = accounts
		if _, err := load.Tweets(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestAuthorless: a record without an author is malformed, or a loss of its own
// where the option asks for it, in every kind of file.
func TestAuthorless(t *testing.T) {
	const table = "id,created_at,screen_name,text\n" +
		"1,2020-10-01T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis\n" +
		"2,2020-10-02T08:00:00Z,,uno dos tres cuatro cinco seis\n" +
		"3,2020-10-03T08:00:00Z,otra,uno dos tres cuatro cinco seis\n"
	for name, data := range map[string]string{
		"a.csv": table,
		"a.jsonl": jsonLine(1, "uno dos tres cuatro cinco seis", "") + strings.ReplaceAll(jsonLine(2, "uno dos tres cuatro cinco seis", ""), `"screen_name":"ana_faro",`, "") +
			strings.ReplaceAll(jsonLine(3, "a", ""), "ana_faro", "otra"),
		"b.jsonl": `{"data":[{"id":"1","created_at":"2020-10-12T08:00:00Z","author_id":"7","text":"uno dos tres cuatro cinco seis"},` +
			`{"id":"2","created_at":"2020-10-12T08:00:00Z","author_id":"8","text":"uno dos tres cuatro cinco seis"},` +
			`{"id":"3","created_at":"2020-10-12T08:00:00Z","author_id":"9","text":"a"}],"includes":{"users":[{"id":"7","username":"ana_faro"},{"id":"9","username":"otra"}]}}`,
	} {
		o := tweets.Options{Tweets: []string{write(t, name, []byte(data))}, MaxMalformed: 0.5}
		r := result(t, o)
		if r.MalformedCount != 1 || !strings.Contains(r.Malformed[0].Err, "drop_authorless = true") {
			t.Errorf("%s: %d malformed: %v", name, r.MalformedCount, r.Malformed)
		}
		o.DropAuthorless, o.MaxMalformed = true, -1
		r = result(t, o)
		dropped := make(map[string]tweets.Drop)
		for _, drop := range r.Drops {
			dropped[drop.Reason] = drop
		}
		if got := dropped[tweets.ReasonAuthorless]; got.Rows != 1 || got.Step != tweets.StepJoined || len(got.Examples) != 1 {
			t.Errorf("%s: dropped %+v", name, got)
		}
		if dropped[tweets.ReasonStranger].Rows != 1 || r.Rows(tweets.StepJoined) != 1 || !slices.Equal(ids(r), []string{"1"}) {
			t.Errorf("%s: steps %v, kept %v", name, r.Steps, ids(r))
		}
	}
}

// TestLongWindow: a window of more days than a time.Duration can hold keeps all.
func TestLongWindow(t *testing.T) {
	path := write(t, "a.jsonl", []byte(jsonLine(1, "uno dos tres cuatro cinco seis", "")+jsonLine(9, "uno dos tres cuatro cinco seis", "")))
	for days, want := range map[int]int{8: 1, 9: 2, 106_752: 2, 1_000_001: 2, math.MaxInt: 2} {
		if r := result(t, tweets.Options{Tweets: []string{path}, Days: days}); len(r.Tweets) != want {
			t.Errorf("%d days: %d tweets, want %d", days, len(r.Tweets), want)
		}
	}
}
