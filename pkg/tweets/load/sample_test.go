package load

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// A sample is the first records of files spread over all, and one that is all there is
// says so and is what Tweets gives.
func TestSample(t *testing.T) {
	dir := t.TempDir()
	accounts := filepath.Join(dir, "accounts.csv")
	folder := filepath.Join(dir, "tweets")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(accounts, "screen_name,Partido,Coalicion\nana,PA,Uno\n")
	for file := range 5 {
		var b strings.Builder
		b.WriteString("id_str,created_at,screen_name,text\n")
		for i := range 10 {
			fmt.Fprintf(&b, "%d,2019-01-%02dT00:00:00Z,ana,uno dos tres cuatro cinco seis\n", 1_000_000_000+100*file+i, i+1)
		}
		b.WriteString("esto no es un tweet\n")
		write(filepath.Join(folder, fmt.Sprintf("%d.csv", file)), b.String())
	}
	o := tweets.Options{Accounts: accounts, Tweets: []string{folder}}
	for _, c := range []struct {
		files, records, read, malformed, last int
		whole                                 bool
	}{
		{2, 6, 6, 0, 202, false},
		{5, 15, 15, 0, 402, false},
		{2, 100, 20, 2, 209, false},
		{5, 100, 50, 5, 409, true},
	} {
		got, whole, err := Sample(context.Background(), o, c.files, c.records)
		if err != nil {
			t.Fatal(err)
		}
		ids := make(map[string]bool)
		for _, tweet := range got.Tweets {
			ids[tweet.ID] = true
		}
		if whole != c.whole || got.Rows(tweets.StepRead) != c.read || got.MalformedCount != c.malformed || len(got.Tweets) != c.read || !ids[fmt.Sprint(1_000_000_000+c.last)] {
			t.Errorf("%d records of %d files: %d read, %d malformed, %d tweets, whole is %v", c.records, c.files, got.Rows(tweets.StepRead), got.MalformedCount, len(got.Tweets), whole)
		}
	}
}
