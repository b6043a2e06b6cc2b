package tweets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
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
		r := load(t, tweets.Options{Tweets: []string{path}, Cleaning: c})
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
		r := load(t, c.options)
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
		if _, err := tweets.Load(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
