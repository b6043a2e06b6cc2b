package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// openSplit opens a study of twenty days on which each account writes once: one and
// three on the right, two and four on the left, five on neither.
func openSplit(t *testing.T, split, accounts string) *Study {
	t.Helper()
	t.Setenv(run.EnvRuns, t.TempDir())
	var lines strings.Builder
	for day := 1; day <= 20; day++ {
		for i, account := range []string{"uno", "dos", "tres", "cuatro", "cinco"} {
			fmt.Fprintf(&lines, `{"created_at":"2020/01/%02d 03:04:05","id_str":"%d","screen_name":"%s","text":"uno dos tres cuatro cinco seis","quoted_text":"","retweeted_text":""}`+"\n",
				day, 10*day+i, account)
		}
	}
	dir := studytest.WriteCorpus(t, "split = \""+split+"\"\n", lines.String())
	if accounts != "" {
		if err := os.WriteFile(filepath.Join(dir, "accounts.csv"), []byte(accounts), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := NewWith(t.Context(), work.New(), Options{Corpus: dir, Name: "splits"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Another split is another data set, of whole accounts or of the newest tweets; the
// rest, of one account, is learnt from.
func TestSplits(t *testing.T) {
	accounts := "target_id;Cargo;Nombre;screen_name;Partido;Coalicion\n1;x;Uno;uno;A;C\n2;x;Dos;dos;B;D\n3;x;Tres;tres;A;C\n4;x;Cuatro;cuatro;B;D\n5;x;Cinco;cinco;E;F\n"
	fingerprints := map[string]bool{}
	for _, c := range []struct {
		split           string
		test, restTest  int
		apart           func(train, test tweets.Tweet) bool // holds of every two tweets
		name            string
		samePeopleWrite bool
	}{
		{run.SplitRandom, 6, 3, func(_, _ tweets.Tweet) bool { return true }, "al azar", true},
		{run.SplitAuthor, 20, 0, func(a, b tweets.Tweet) bool { return a.ScreenName != b.ScreenName }, "por autor", false},
		{run.SplitTime, 6, 3, func(a, b tweets.Tweet) bool { return !a.Time.After(b.Time) }, "por fecha", true},
	} {
		s := openSplit(t, c.split, accounts)
		set, err := s.DataSet(context.Background(), run.Right)
		if err != nil {
			t.Fatal(err)
		}
		fingerprints[set.Record.Fingerprint] = true
		if len(set.Test.Tweets) != c.test || len(set.TrainTweets) != 40-c.test {
			t.Errorf("%s: %d + %d tweets", c.split, len(set.TrainTweets), len(set.Test.Tweets))
		}
		for _, a := range set.TrainTweets {
			for _, b := range set.Test.Tweets {
				if !c.apart(a, b) {
					t.Errorf("%s: @%s of %s is learnt from, @%s of %s is tested", c.split, a.ScreenName, a.Time.Format(time.DateOnly), b.ScreenName, b.Time.Format(time.DateOnly))
				}
			}
		}
		others, err := modelling.RestDataSet(context.Background(), &s.Run)
		if err != nil {
			t.Fatal(err)
		}
		if len(others.Test.Tweets) != c.restTest || len(others.TrainTweets) != 20-c.restTest {
			t.Errorf("%s: of the rest %d to train and %d to test", c.split, len(others.TrainTweets), len(others.Test.Tweets))
		}
		if shown := studytest.Texts(t, set.Table()); !strings.Contains(shown, "Reparto "+c.name) {
			t.Errorf("%s: the table does not say which split is in force:\n%s", c.split, shown)
		}
		if said := strings.Contains(s.SameAuthors(), "Las mismas cuentas"); said != c.samePeopleWrite {
			t.Errorf("%s: the warning is %q", c.split, s.SameAuthors())
		}
	}
	if len(fingerprints) != 3 {
		t.Errorf("three splits have %d fingerprints", len(fingerprints))
	}
	if _, err := openSplit(t, run.SplitAuthor, "").DataSet(context.Background(), run.Right); err == nil || !strings.Contains(err.Error(), `split = "random"`) {
		t.Errorf("a side of one account gives %v, want an error that names the mend", err)
	}
}
