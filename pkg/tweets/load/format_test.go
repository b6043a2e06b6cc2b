package load_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
)

// plainColumns are what testdata/formats/plain.csv calls our columns.
var plainColumns = map[string]string{
	"id_str": "clave", "created_at": "fecha", "screen_name": "cuenta", "text": "texto", "lang": "idioma",
	"retweeted_text": "es_retuit", "quoted_text": "es_cita",
}

// TestFormats: the same four tweets, of which one is a retweet and one a quote,
// are the same from every format, which is recognised without being told.
func TestFormats(t *testing.T) {
	type parquetTweet struct {
		Key     int64     `parquet:"clave"`
		Date    time.Time `parquet:"fecha,timestamp(microsecond)"`
		Account string    `parquet:"cuenta"`
		Text    *string   `parquet:"texto"`
		Lang    string    `parquet:"idioma"`
		Retweet bool      `parquet:"es_retuit"`
		Quote   bool      `parquet:"es_cita"`
		Tags    []string  `parquet:"hashtags,list"`
	}
	want := result(t, tweets.Options{Tweets: []string{"testdata/formats/twarc.jsonl"}, MaxMalformed: -1})
	if got := ids(want); !slices.Equal(got, []string{"1316134567890123001", "1316134567890123004"}) || want.Tweets[1].Tokens < 40 {
		t.Fatalf("twarc.jsonl holds %+v", want.Tweets)
	}
	first, last := want.Tweets[0], want.Tweets[1]
	rows := []parquetTweet{
		{Key: 1316134567890123001, Date: first.Time, Account: first.ScreenName, Text: &first.Text, Tags: first.Hashtags},
		{Key: 1316134567890123002, Date: first.Time, Account: last.ScreenName, Text: &first.Text, Retweet: true},
		{Key: 1316134567890123003, Date: first.Time, Account: last.ScreenName, Quote: true},
		{Key: 1316134567890123004, Date: last.Time, Account: last.ScreenName, Text: &last.Text, Tags: last.Hashtags},
	}
	table := parquetFile(t, rows)
	for path, o := range map[string]struct {
		format, zone string
		columns      map[string]string
	}{
		"testdata/formats/twarc.jsonl":       {format: "twitter-v1"},
		"testdata/formats/twarc2.jsonl":      {format: "twitter-v2"},
		"testdata/formats/twarc2-flat.jsonl": {format: "twitter-v2"},
		"testdata/formats/snscrape.jsonl":    {format: "snscrape"},
		"testdata/formats/twarc2.csv":        {format: "csv"},
		"testdata/formats/plain.csv":         {format: "csv", zone: "America/Santiago", columns: plainColumns},
		table:                                {format: "parquet", columns: plainColumns},
	} {
		r := result(t, tweets.Options{Tweets: []string{path}, MaxMalformed: -1, Columns: o.columns, TimeZone: o.zone})
		if r.Format != o.format {
			t.Errorf("%s is read as %s, want %s", path, r.Format, o.format)
		}
		if !slices.Equal(r.Steps, want.Steps) || !slices.EqualFunc(r.Tweets, want.Tweets, equal) {
			t.Errorf("%s: %v, got\n%+v\nwant\n%+v", path, r.Steps, r.Tweets, want.Tweets)
		}
		for _, drop := range r.Drops {
			if wanted := drop.Reason == tweets.ReasonRetweet || drop.Reason == tweets.ReasonQuote; wanted != (drop.Rows == 1) {
				t.Errorf("%s: %d dropped as %s", path, drop.Rows, drop.Reason)
			}
		}
	}
}

// TestUnmarked: of a table without a column for quotes it is not known whether there are any;
// likewise of retweets, unless a text begins as theirs do. Of JSON it is known.
func TestUnmarked(t *testing.T) {
	const head = "id_str,created_at,screen_name,text"
	row := func(id, text string) string {
		return "\n" + id + ",2020-10-12T08:00:00Z,ana_faro," + text + " uno dos tres cuatro cinco seis"
	}
	table := func(text string) string { return write(t, "a.csv", []byte(text)) }
	marked := table(head + ",is_retweet,is_quote" + row("1", "hoy") + ",false,false" + row("2", "hoy") + ",0.0,f\n")
	for name, c := range map[string]struct {
		files           []string
		retweet, quoted bool
	}{
		"no columns":              {[]string{table(head + row("1", "hoy") + "\n")}, true, true},
		"a retweet all the same":  {[]string{table(head + row("1", "RT @b: hoy") + row("2", "hoy") + "\n")}, false, true},
		"columns":                 {[]string{marked}, false, false},
		"one of two tables":       {[]string{marked, table(head + ",is_retweet" + row("3", "hoy") + ",false\n")}, false, true},
		"a table without records": {[]string{marked, table(head + "\n")}, false, false},
		"Parquet": {[]string{parquetFile(t, []struct {
			ID   string `parquet:"id_str"`
			Date string `parquet:"created_at"`
			Name string `parquet:"screen_name"`
			Text string `parquet:"text"`
		}{{"1", "2020-10-12T08:00:00Z", "ana_faro", "hoy uno dos tres cuatro cinco seis"}})}, true, true},
		"JSON": {[]string{write(t, "a.jsonl", []byte(`{"id_str":"1","created_at":"2020-10-12T08:00:00Z","screen_name":"ana_faro","text":"hoy"}`))}, false, false},
	} {
		r := result(t, tweets.Options{Tweets: c.files, MaxMalformed: -1})
		for _, drop := range r.Drops {
			want := drop.Reason == tweets.ReasonRetweet && c.retweet || drop.Reason == tweets.ReasonQuote && c.quoted
			if drop.Unknown != want || want && drop.Rows > 0 {
				t.Errorf("%s: %+v, want unknown: %v", name, drop, want)
			}
		}
		if name == "columns" && len(r.Tweets) != 2 {
			t.Errorf("marks that say no leave %d tweets of 2", len(r.Tweets))
		}
	}
}

// TestFormatAsked: a format can be asked for, but not one of another container.
func TestFormatAsked(t *testing.T) {
	path := write(t, "a.jsonl", []byte(`{"id":1,"created_at":"2020-10-12T08:00:00Z","text":"uno dos tres cuatro cinco seis","author":{"username":"ana_faro"},"user":{}}`+"\n"))
	if r := result(t, tweets.Options{Tweets: []string{path}, Format: tweets.FormatTwitterV2}); len(r.Tweets) != 1 || r.Format != tweets.FormatTwitterV2 {
		t.Errorf("got %+v", r)
	}
	for want, o := range map[string]tweets.Options{
		"none is called":       {Tweets: []string{path}, Format: "twitter"},
		"holds JSON, not CSV":  {Tweets: []string{path}, Format: tweets.FormatRtweet},
		"holds CSV, not JSON":  {Tweets: []string{"testdata/formats/plain.csv"}, Format: tweets.FormatSnscrape},
		"expansions=author_id": {Tweets: []string{write(t, "b.jsonl", []byte(`{"data":[{"id":"1","author_id":"2","created_at":"2020-10-12T08:00:00Z","text":"a"}]}`))}},
		"no column for id_str": {Tweets: []string{"testdata/formats/plain.csv"}},
		"time zone":            {Tweets: []string{path}, TimeZone: "Marte/Norte"},
		"machine":              {Tweets: []string{path}, TimeZone: "Local"},
	} {
		o.Accounts = accounts
		if _, err := load.Tweets(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestRoundedIDs: ids that lost their last digits are counted; those that lost
// nearly all are no ids.
func TestRoundedIDs(t *testing.T) {
	data := "id,created_at,screen_name,text\n" +
		"1316134567890123001,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis\n" +
		"1.316134567890124e+18,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis\n" +
		"1.31613E+18,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis\n"
	r := result(t, tweets.Options{Tweets: []string{write(t, "a.csv", []byte(data))}, MaxMalformed: 0.5})
	if r.RoundedIDs != 1 || r.MalformedCount != 1 || !strings.Contains(r.Malformed[0].Err, "lost its last") {
		t.Errorf("%d rounded, malformed %v", r.RoundedIDs, r.Malformed)
	}
	if got := ids(r); !slices.Equal(got, []string{"1316134567890123001", "1316134567890124000"}) {
		t.Errorf("kept %v", got)
	}
}

// parquetFile puts rows of any kind into a Parquet file.
func parquetFile[T any](t *testing.T, rows []T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := parquet.WriteFile(path, rows); err != nil {
		t.Fatal(err)
	}
	return path
}
