package study

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// openAccounts opens a study of so many accounts a side, each of which has words of its own.
// Sides can have a word, which most of their tweets have.
func openAccounts(t *testing.T, accounts int, settings string, sideWords bool) *Study {
	t.Helper()
	t.Setenv(run.EnvRuns, t.TempDir())
	random := rand.New(rand.NewPCG(5, 6))
	var lines strings.Builder
	list := "screen_name;Partido\n"
	for i := range 2 * accounts {
		name, party := fmt.Sprint("cuenta", i), []string{"A", "B"}[i%2]
		list += name + ";" + party + "\n"
		for day := 1; day <= 20; day++ {
			words := make([]string, 6)
			for j := range words {
				words[j] = fmt.Sprint("palabra", random.IntN(60))
				if j < 1 {
					words[j] = fmt.Sprint("propia", (3*i+random.IntN(6))%60)
				}
			}
			if sideWords && random.IntN(8) > 0 {
				words[5] = "lado" + party
			}
			fmt.Fprintf(&lines, `{"created_at":"2020/01/%02d 03:04:05","id_str":"%d","screen_name":%q,"text":%q}`+"\n", day, 100*i+day, name, strings.Join(words, " "))
		}
	}
	dir := studytest.WriteCorpus(t, settings, lines.String())
	if err := os.WriteFile(filepath.Join(dir, "accounts.csv"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := NewWith(t.Context(), work.New(), Options{Corpus: dir, Name: "lot", Recipe: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Sides whose accounts have words of their own, and nothing else, are recognised no better than
// accounts drawn by lot; with a word of the side they are, also where the test is of accounts that
// nothing was learnt from, too few for intervals over them. Where accounts are few none are drawn.
func TestSidesBesideAccountsByLot(t *testing.T) {
	const better, no = "los lados se distinguen más", "no se puede decir que los lados se distingan más"
	for name, c := range map[string]struct {
		accounts  int
		settings  string
		sideWords bool
		kind      chart.Kind
		says      string
	}{
		"accounts alone":        {12, "", false, chart.Warning, no},
		"a side's word":         {12, "", true, chart.Done, better},
		"these accounts alone":  {12, "resample = \"tweets\"\n", true, chart.Done, ""},
		"few accounts":          {9, "", true, chart.Done, ""},
		"other accounts":        {30, "split = \"author\"\n", true, chart.Done, better},
		"other accounts, alone": {30, "split = \"author\"\n", false, chart.Warning, no},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := openAccounts(t, c.accounts, c.settings, c.sideWords).Classifier(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			note := found.Reading().(chart.Note)
			if note.Kind != c.kind || !strings.Contains(note.Text, c.says) || (c.says == "") != (len(found.Lot.Areas) == 0) {
				t.Errorf("area %.3f, by lot %.3f: %s\n%s", found.Nameless.ROC.AUC.Value, found.Lot.Areas, note.Title, note.Text)
			}
		})
	}
}
