package loading

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// smallCorpus has what a run needs: four accounts, two parties, and for each account as
// many tweets as the tiny recipe takes.
type smallCorpus struct {
	settings, accounts string
	tweets             map[string]string // file → text
}

func newSmallCorpus() smallCorpus {
	c := smallCorpus{
		settings: "[sides.right]\nlabel=\"Republicanos\"\npartido=[\"PA\"]\n[sides.left]\nlabel=\"El Frente\"\npartido=[\"PB\"]\n",
		accounts: "screen_name,Partido,Coalicion\nana,PA,Uno\neva,PA,Uno\nleo,PB,Dos\nmia,PB,Dos\n",
		tweets:   map[string]string{},
	}
	for i, name := range []string{"ana", "eva", "leo", "mia"} {
		c.tweets[name+".csv"] = smallTweets(name, 1000*i, 40, "hoy hablamos con los vecinos de la comuna en la plaza")
	}
	return c
}

func smallTweets(by string, from, n int, text string) string {
	var b strings.Builder
	b.WriteString("id_str,created_at,screen_name,text\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,2019-01-%02dT00:00:00Z,%s,%s\n", 1_000_000_000+from+i, i%28+1, by, text)
	}
	return b.String()
}

func (c smallCorpus) open(t *testing.T) (*run.Run, error) {
	t.Helper()
	dir := studytest.WriteSettings(t, c.settings)
	if err := os.WriteFile(filepath.Join(dir, "accounts.csv"), []byte(c.accounts), 0o644); err != nil {
		t.Fatal(err)
	}
	if c.tweets != nil {
		if err := os.Mkdir(filepath.Join(dir, "tweets"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for file, text := range c.tweets {
		if err := os.WriteFile(filepath.Join(dir, "tweets", file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(run.EnvRuns, t.TempDir())
	return run.NewWith(t.Context(), work.New(), run.Options{Corpus: dir, Name: "prueba", Recipe: "test"})
}

// Every fault is named with its mend before a run, and one that a run would outlive only
// warns.
func TestCheckInputs(t *testing.T) {
	all := func(text string) func(*smallCorpus) {
		return func(c *smallCorpus) {
			for i, name := range []string{"ana", "eva", "leo", "mia"} {
				c.tweets[name+".csv"] = smallTweets(name, 1000*i, 40, text)
			}
		}
	}
	set := func(text string) func(*smallCorpus) {
		return func(c *smallCorpus) { c.settings = text + "\n" + c.settings }
	}
	replace := func(old, new string) func(*smallCorpus) {
		return func(c *smallCorpus) { c.settings = strings.Replace(c.settings, old, new, 1) }
	}
	for name, c := range map[string]struct {
		fault      func(*smallCorpus)
		rule       string
		problem    bool
		what, mend string
	}{
		"a prompt of more words than positions": {set(fmt.Sprintf("prompts = [%q]", strings.Repeat("vamos ", 64))), rulePrompts, true, "64 palabras", "prompts"},
		"a prompt that probably is too long":    {set(fmt.Sprintf("prompts = [%q]", strings.Repeat("extraordinariamente ", 20))), rulePrompts, false, "unos 1", "prompts"},
		"accounts without a column":             {func(c *smallCorpus) { c.accounts = strings.Replace(c.accounts, "Partido", "partido", 1) }, ruleAccounts, true, "no column Partido", "screen_name y Partido"},
		"a misspelt party beside a right one":   {replace("\"PB\"", "\"PB\", \"PBB\""), ruleWhom, false, "partido = «PBB», del lado «El Frente»", "¿Es «PB»?"},
		"a party of nobody":                     {replace("partido=[\"PB\"]", "coalicion=[\"Doss\"]"), ruleWhom, true, "coalicion = «Doss»", "¿Es «Dos»?"},
		"an account of nobody":                  {replace("partido=[\"PB\"]", "screen_name=[\"@Leon\"]"), ruleWhom, true, "screen_name = «@Leon»", "¿Es «leo»?"},
		"a name like no other":                  {replace("partido=[\"PB\"]", "partido=[\"Ecologistas\"]"), ruleWhom, true, "Ecologistas", "ningún nombre parecido"},
		"an account on both sides":              {replace("partido=[\"PB\"]", "coalicion=[\"Uno\"]"), ruleBothSides, true, "@ana (PA, Uno)", "[sides]"},
		"no folder of tweets":                   {func(c *smallCorpus) { c.tweets = nil }, ruleTweets, true, "no existe la carpeta", "Ponga ahí"},
		"an empty folder":                       {func(c *smallCorpus) { clear(c.tweets) }, ruleTweets, true, "no se pueden leer los tweets", "Corrija"},
		"files without tweets": {func(c *smallCorpus) {
			c.tweets = map[string]string{"a.csv": "id_str,created_at,screen_name,text\n"}
		}, ruleTweets, true, "no tienen ningún tweet", "Ponga ahí"},
		"tweets without a column": {func(c *smallCorpus) { c.tweets["ana.csv"] = "id_str,created_at,usuario,text\n" }, ruleTweets, true, "ana.csv", "[columns]"},
		"records that are none":   {func(c *smallCorpus) { c.tweets["ana.csv"] += "esto no es un tweet\n" }, ruleMalformed, true, "1 no se puede leer", "max_malformed"},
		"retweets alone":          {all("RT @otro: hoy hablamos con los vecinos de la comuna"), ruleLost, true, "todos son retweets o citas", "originales"},
		"dates that nothing has":  {set("from = \"2031-01-01\""), ruleLost, true, "2019-01-28", "from"},
		"authors of no account": {func(c *smallCorpus) {
			c.tweets = map[string]string{"a.csv": smallTweets("anna", 0, 40, "hoy hablamos con los vecinos de la comuna")}
		}, ruleLost, true, "«anna»", "¿Es «ana»?"},
		"links alone":               {all("https://t.co/abc https://t.co/abd"), ruleLost, true, "solo tienen enlaces", "text"},
		"a minimum that nobody has": {set("min_tokens = 50"), ruleLost, true, "más de 50 palabras", "Baje min_tokens (ahora 50)"},
		"a side without tweets": {func(c *smallCorpus) {
			delete(c.tweets, "leo.csv")
			delete(c.tweets, "mia.csv")
		}, ruleSideTweets, true, "el lado «El Frente» no tiene ningún tweet", "Agregue"},
		"a named account without tweets": {func(c *smallCorpus) {
			c.settings = strings.Replace(c.settings, "partido=[\"PB\"]", "screen_name=[\"leo\", \"@Mia\"]", 1)
			delete(c.tweets, "mia.csv")
		}, ruleSilent, false, "del lado «El Frente» no queda ningún tweet de @mia", "quite esas cuentas"},
		"one account split by author": {func(c *smallCorpus) {
			c.settings = "split = \"author\"\n" + c.settings
			delete(c.tweets, "mia.csv")
		}, ruleSplit, true, "una sola cuenta", "reparto"},
		"a side with less than a batch": {func(c *smallCorpus) {
			delete(c.tweets, "mia.csv")
			c.tweets["leo.csv"] = smallTweets("leo", 5000, 4, "hoy hablamos con los vecinos de la comuna")
		}, ruleBatch, true, "muy poco texto", "Agregue tweets"},
		"a side with hardly a batch": {func(c *smallCorpus) {
			delete(c.tweets, "mia.csv")
			c.tweets["leo.csv"] = smallTweets("leo", 5000, 20, "hoy hablamos con los vecinos de la comuna")
		}, ruleBatch, false, "muy poco texto", "Agregue tweets"},
	} {
		t.Run(name, func(t *testing.T) {
			corpus := newSmallCorpus()
			c.fault(&corpus)
			r, err := corpus.open(t)
			if err != nil {
				t.Fatal(err)
			}
			report, err := CheckInputs(context.Background(), r)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(report.Findings, func(f Finding) bool { return f.Rule == c.rule })
			if at < 0 {
				t.Fatalf("no finding by the rule %q:\n%v", c.rule, report)
			}
			if f := report.Findings[at]; f.Problem != c.problem || !strings.Contains(f.What, c.what) || !strings.Contains(f.Mend, c.mend) {
				t.Errorf("want %q and the mend %q, a problem: %v; have %+v", c.what, c.mend, c.problem, f)
			}
			if report.Failed() != c.problem {
				t.Errorf("failed is %v:\n%v", report.Failed(), report)
			}
		})
	}
}

// Of a sound corpus there is nothing to say; of a large one a sample is read, and what
// that alone does not settle is a warning. Nothing is written.
func TestCheckInputsOfASoundCorpus(t *testing.T) {
	corpus := newSmallCorpus()
	r, err := corpus.open(t)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := filepath.Glob(filepath.Join(r.Dir, "*", "*"))
	report, err := CheckInputs(context.Background(), r)
	if err != nil || len(report.Findings) > 0 || !report.Whole || report.Records != 160 {
		t.Errorf("%+v, %v", report, err)
	}
	if after, _ := filepath.Glob(filepath.Join(r.Dir, "*", "*")); !slices.Equal(after, before) {
		t.Errorf("the check wrote some of %v", after)
	}

	corpus.tweets = map[string]string{
		"1.csv": smallTweets("ana", 0, sampledRecords, "hoy hablamos con los vecinos de la comuna") +
			strings.TrimPrefix(smallTweets("leo", 100_000, 10, "hoy hablamos con los vecinos de la comuna"), "id_str,created_at,screen_name,text\n"),
	}
	if r, err = corpus.open(t); err != nil {
		t.Fatal(err)
	}
	report, err = CheckInputs(context.Background(), r)
	if err != nil || report.Failed() || report.Whole || len(report.Findings) != 1 || report.Findings[0].Rule != ruleSideTweets {
		t.Errorf("%+v, %v", report, err)
	}
}

// Of tables without a column for retweets or quotes nobody is told that there are none.
func TestUnmarkedRetweets(t *testing.T) {
	r, err := newSmallCorpus().open(t)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	shown := studytest.Texts(t, loaded.DropsTable())
	if strings.Count(shown, "no se sabe") != 2 || !strings.Contains(shown, "No se sabe si hay retweets o citas") || !strings.Contains(shown, "retweeted_text, quoted_text") {
		t.Errorf("a reader is told\n%s", shown)
	}
	figures, err := run.Decoded[[]run.Figure](r.Path("figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if f.ID == "load.dropped."+tweets.ReasonQuote || f.ID == "load.dropped."+tweets.ReasonRetweet {
			t.Errorf("figures.json has %+v", f)
		}
	}
	if !slices.ContainsFunc(figures, func(f run.Figure) bool { return f.ID == "load.dropped."+tweets.ReasonShort }) {
		t.Error("figures.json lacks what is known")
	}
}

// As many tweets as the table says are of that length or shorter, however few there are.
func TestLengthsTable(t *testing.T) {
	l := &Loaded{Run: &run.Run{}}
	for _, tokens := range []int{6, 50} {
		l.Tweets = append(l.Tweets, tweets.Tweet{Tokens: tokens})
	}
	if row := l.LengthsTable().(chart.Table).Rows[0]; row[4] != 50 {
		t.Errorf("of two tweets 95 of 100 have %v words at most", row[4])
	}
	for i := range 98 {
		l.Tweets = append(l.Tweets, tweets.Tweet{Tokens: 100 + i})
	}
	if row := l.LengthsTable().(chart.Table).Rows[0]; row[4] != 192 {
		t.Errorf("of a hundred tweets 95 have %v words at most", row[4])
	}
}
