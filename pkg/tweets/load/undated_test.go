package load_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// undatedFiles are two tweets without a date in every kind of file.
func undatedFiles(t *testing.T) []string {
	t.Helper()
	const text = "uno dos tres cuatro cinco seis"
	lines := strings.ReplaceAll(jsonLine(1, text, "")+jsonLine(2, text, ""), `"created_at":`, `"other":`)
	type row struct {
		ID         string `parquet:"id"`
		ScreenName string `parquet:"screen_name"`
		Text       string `parquet:"text"`
	}
	return []string{
		write(t, "a.jsonl", []byte(lines)),
		write(t, "empty.jsonl", []byte(strings.ReplaceAll(lines, `"other":"2020/10/01 08:00:00"`, `"created_at":""`))),
		write(t, "a.csv", []byte("id,screen_name,text\n1,ana_faro,"+text+"\n2,ana_faro,"+text+"\n")),
		write(t, "empty.csv", []byte("id,screen_name,text,created_at\n1,ana_faro,"+text+",\n2,ana_faro,"+text+",NA\n")),
		parquetFile(t, []row{{"1", "ana_faro", text}, {"2", "ana_faro", text}}),
	}
}

// TestUndated: a corpus of which no record has a date is one without times, also
// after a round through Parquet, and has no window.
func TestUndated(t *testing.T) {
	for _, path := range undatedFiles(t) {
		o := tweets.Options{Accounts: accounts, Tweets: []string{path}, MaxMalformed: -1}
		r := result(t, o)
		if !r.Undated || !slices.Equal(ids(r), []string{"1", "2"}) || !r.Newest.IsZero() || !r.Tweets[0].Time.IsZero() {
			t.Errorf("%s: %+v", path, r)
		}
		kept := filepath.Join(t.TempDir(), "kept.parquet")
		if err := parquet.Write(kept, r.Tweets); err != nil {
			t.Fatal(err)
		}
		again, err := parquet.Read(kept)
		if err != nil || !slices.EqualFunc(again, r.Tweets, equal) {
			t.Errorf("%s: read back %+v, %v", path, again, err)
		}
		if r = result(t, tweets.Options{Tweets: []string{kept}, MaxMalformed: -1}); !r.Undated || len(r.Tweets) != 2 {
			t.Errorf("%s: our own Parquet gives %+v", path, r)
		}
		day := time.Date(2020, 10, 1, 0, 0, 0, 0, time.UTC)
		for _, asked := range []tweets.Options{{Days: 1}, {From: day}, {To: day}, {Columns: map[string]string{"created_at": "fecha"}}} {
			asked.Accounts, asked.Tweets = accounts, o.Tweets
			if _, err := load.Tweets(t.Context(), asked); !errors.Is(err, tweets.ErrUndated) {
				t.Errorf("%s: %+v: %v", path, asked, err)
			}
		}
	}
}

// TestPartlyDated: where one record has a date, those that do not are malformed, in
// the order of the lines, whichever file they are in and whoever reads it first.
func TestPartlyDated(t *testing.T) {
	dated := write(t, "b.jsonl", []byte("{}\n"+strings.ReplaceAll(jsonLine(2, "x", ""), "created_at", "other")+"{}\n"+jsonLine(3, "uno dos tres cuatro cinco seis", "")))
	for _, path := range undatedFiles(t) {
		for _, workers := range []int{1, 4} {
			r := result(t, tweets.Options{Tweets: []string{path, dated}, MaxMalformed: 0.9, Workers: workers})
			if r.Undated || !slices.Equal(ids(r), []string{"3"}) || r.MalformedCount != 5 || r.Rows(tweets.StepRead) != 1 {
				t.Fatalf("%s: %+v", path, r)
			}
			var lines []int
			for _, m := range r.Malformed[2:] {
				lines = append(lines, m.Line)
			}
			if !slices.Equal(lines, []int{1, 2, 3}) || r.Malformed[0].File != path || !strings.Contains(r.Malformed[0].Err, "no created_at") {
				t.Errorf("%s: malformed %v", path, r.Malformed)
			}
		}
	}
	_, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{dated}})
	if err == nil || !strings.Contains(err.Error(), "3 of 4 records") {
		t.Errorf("over the share: %v", err)
	}
}
