package demo_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
)

// madeCorpus is the default corpus, made once for all tests.
type madeCorpus struct {
	dir    string
	counts demo.Counts
	result *tweets.Result
}

// parent is where defaultCorpus lies; it outlives single tests.
var parent string

var defaultCorpus = sync.OnceValues(func() (*madeCorpus, error) {
	c := &madeCorpus{dir: filepath.Join(parent, "corpus")}
	var err error
	c.counts, err = demo.Write(c.dir, demo.Options{})
	return c, err
})

func TestMain(m *testing.M) {
	var err error
	if parent, err = os.MkdirTemp("", "demo"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(parent)
	os.Exit(code)
}

func standard(t *testing.T) *madeCorpus {
	t.Helper()
	c, err := defaultCorpus()
	if err != nil {
		t.Fatal(err)
	}
	if c.result == nil {
		c.result = loaded(t, c.dir)
	}
	return c
}

func loaded(t *testing.T, dir string) *tweets.Result {
	t.Helper()
	result, err := load.Tweets(t.Context(), tweets.Options{
		Accounts:       filepath.Join(dir, "accounts.csv"),
		Tweets:         []string{filepath.Join(dir, "tweets")},
		Days:           demo.Days,
		DropAuthorless: true,
		MaxMalformed:   -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestCounts: what Write promises is what load.Tweets finds, step by step.
func TestCounts(t *testing.T) {
	for _, size := range []int{1, 40, demo.DefaultTweets} {
		var counts demo.Counts
		var result *tweets.Result
		if size == demo.DefaultTweets {
			c := standard(t)
			counts, result = c.counts, c.result
		} else {
			dir := filepath.Join(t.TempDir(), "corpus")
			var err error
			if counts, err = demo.Write(dir, demo.Options{Tweets: size, Seed: 7}); err != nil {
				t.Fatal(err)
			}
			result = loaded(t, dir)
		}
		if counts.MinTokens != size {
			t.Errorf("%d survivors promised, asked for %d", counts.MinTokens, size)
		}
		want := []int{counts.Read, counts.Distinct, counts.Original, counts.Window, counts.Joined, counts.NotBlank, counts.MinTokens}
		for _, drop := range result.Drops {
			if drop.Reason == tweets.ReasonAuthorless && size == demo.DefaultTweets && drop.Rows == 0 {
				t.Error("no record without an author reaches the join")
			}
		}
		for i, step := range result.Steps {
			if step.Rows != want[i] {
				t.Errorf("size %d: step %s has %d rows, promised %d", size, step.Name, step.Rows, want[i])
			}
		}
	}
}

// TestProportions: the steps lose what they lost in the study.
func TestProportions(t *testing.T) {
	c := standard(t).counts
	for name, ratios := range map[string][2]float64{
		"distinct/read":     {float64(c.Distinct) / float64(c.Read), 1078000. / 1173079},
		"original/distinct": {float64(c.Original) / float64(c.Distinct), 488541. / 1078000},
		"window/original":   {float64(c.Window) / float64(c.Original), 239892. / 488541},
		"kept/window":       {float64(c.MinTokens) / float64(c.Window), 170306. / 239892},
	} {
		if math.Abs(ratios[0]-ratios[1]) > 0.002 {
			t.Errorf("%s is %.4f, the study's is %.4f", name, ratios[0], ratios[1])
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	sum := func(seed uint64) string {
		dir := filepath.Join(t.TempDir(), "corpus")
		if _, err := demo.Write(dir, demo.Options{Tweets: 60, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		sum, files := digest(t, dir)
		if files < 10 || files > 300 {
			t.Errorf("%d files", files)
		}
		return sum
	}
	first := sum(1)
	if again := sum(1); again != first {
		t.Error("the same seed gave other bytes")
	}
	if other := sum(2); other == first {
		t.Error("another seed gave the same bytes")
	}
}

// digest is the hash of a folder's files and their names, and their number.
func digest(t *testing.T, dir string) (sum string, files int) {
	t.Helper()
	hash := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		hash.Write([]byte(strings.TrimPrefix(path, dir)))
		hash.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), files
}

// TestTexts: rarely the same twice, of a tweet's length, and the study's prompts
// are begun often enough by each side.
func TestTexts(t *testing.T) {
	rows := standard(t).result.Tweets
	seen := make(map[string]bool)
	links := 0
	began := make(map[string]int)
	for _, tweet := range rows {
		seen[tweet.TextClean] = true
		words := len(strings.Fields(tweet.TextClean))
		if n := len([]rune(tweet.Text)); n > 280 || words < 6 || words > 40 {
			t.Errorf("%d characters, %d words: %s", n, words, tweet.Text)
		}
		if strings.ContainsAny(tweet.Text, "{}") || strings.Contains(tweet.Text, " de el ") {
			t.Errorf("the grammar shows: %s", tweet.Text)
		}
		if strings.Contains(tweet.Text, "https://t.co/") {
			links++
		}
		for _, prompt := range prompts {
			if strings.HasPrefix(tweet.TextClean, prompt) {
				began[prompt+tweet.Coalicion]++
			}
		}
	}
	if repeated := len(rows) - len(seen); repeated*50 > len(rows) {
		t.Errorf("%d of %d texts are repeated", repeated, len(rows))
	}
	if share := float64(links) / float64(len(rows)); share < 0.4 || share > 0.6 {
		t.Errorf("%.2f of the tweets have links", share)
	}
	for _, prompt := range prompts {
		for _, coalition := range []string{"Pacto del Puerto", "Pacto del Bosque"} {
			if began[prompt+coalition] < 30 {
				t.Errorf("%d tweets of %s begin %q", began[prompt+coalition], coalition, prompt)
			}
		}
	}
}

var prompts = []string{
	"Con los vecinos de la comuna estamos trabajando ", "Con los vecinos ", "Vamos con todo ",
	"El 27 de enero del año 2010 ", "El presidente ",
}

// TestSidesDiffer: a model of single words, made of one half of a side's tweets,
// is clearly better on the side's other half than on the other side's.
func TestSidesDiffer(t *testing.T) {
	words := make(map[string][][]string) // by coalition and half
	vocabulary := make(map[string]bool)
	for i, tweet := range standard(t).result.Tweets {
		tokens := strings.Fields(strings.ToLower(tweet.TextClean))
		key := fmt.Sprint(tweet.Coalicion, i%2)
		words[key] = append(words[key], tokens)
		for _, token := range tokens {
			vocabulary[token] = true
		}
	}
	perplexity := func(train, test string) float64 {
		counts := make(map[string]float64)
		total := float64(len(vocabulary))
		for _, tokens := range words[train] {
			for _, token := range tokens {
				counts[token]++
				total++
			}
		}
		nll, n := 0.0, 0.0
		for _, tokens := range words[test] {
			for _, token := range tokens {
				nll -= math.Log((counts[token] + 1) / total)
				n++
			}
		}
		return math.Exp(nll / n)
	}
	const right, left = "Pacto del Puerto", "Pacto del Bosque"
	for _, sides := range [][2]string{{right, left}, {left, right}} {
		own := perplexity(sides[0]+"0", sides[0]+"1")
		other := perplexity(sides[0]+"0", sides[1]+"1")
		if other < 1.3*own {
			t.Errorf("%s: perplexity %.0f on its own tweets, %.0f on those of %s", sides[0], own, other, sides[1])
		}
	}
}

// TestRecords: each line is as the study has it and says that it is synthetic;
// what NLP_FEATURES points at is there.
func TestRecords(t *testing.T) {
	c := standard(t)
	testRecords(t, c.dir, c.counts)
	year := filepath.Join(t.TempDir(), "year")
	counts, err := demo.WriteYear(t.Context(), year, demo.YearOptions{Rows: 5000})
	if err != nil {
		t.Fatal(err)
	}
	testRecords(t, year, counts)
}

func testRecords(t *testing.T, dir string, counts demo.Counts) {
	t.Helper()
	type stretch struct {
		BeginOffset, EndOffset int
		Text                   string
	}
	n, authorless := 0, 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".jsonl" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(data)) {
			nobodys := strings.Contains(line, `"screen_name":"",`)
			if nobodys {
				authorless++
			}
			if n++; n%10 != 0 {
				continue // a tenth will do
			}
			var record struct {
				Text      string `json:"text"`
				Synthetic bool   `json:"synthetic"`
				Cargo     string
				Name      string `json:"screen_name"`
				Features  struct {
					Text       string
					Sentiment  string
					Scores     map[string]float64 `json:"sentiment_score"`
					Entities   []stretch
					KeyPhrases []stretch `json:"key_phrases"`
				} `json:"NLP_FEATURES"`
			}
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				return err
			}
			if !record.Synthetic || !nobodys && (!strings.Contains(record.Cargo, "inventado") || len(record.Name) <= 15) {
				t.Errorf("not marked as synthetic: %s", line)
			}
			text := []rune(record.Features.Text)
			for _, s := range append(record.Features.Entities, record.Features.KeyPhrases...) {
				if string(text[s.BeginOffset:s.EndOffset]) != s.Text {
					t.Errorf("%q is not at %d of %q", s.Text, s.BeginOffset, record.Text)
				}
			}
			sum := 0.0
			for _, score := range record.Features.Scores {
				sum += score
			}
			if len(record.Features.Scores) != 4 || math.Abs(sum-1) > 1e-5 || record.Features.Sentiment == "" {
				t.Errorf("sentiment %q with scores %v", record.Features.Sentiment, record.Features.Scores)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n != counts.Read {
		t.Errorf("%d lines", n)
	}
	if share := float64(authorless) / float64(n); share < 0.004 || share > 0.007 {
		t.Errorf("%.4f of the records name no author", share)
	}
	for _, name := range []string{"README.md", "study.toml", "accounts.csv"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if text := string(data); !strings.Contains(text, "synthetic") && !strings.Contains(text, "inventado") {
			t.Errorf("%s does not say that it is synthetic", name)
		}
	}
}

func TestFolderInUse(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "corpus")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Write(dir, demo.Options{Tweets: 5}); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := demo.Write(dir, demo.Options{Tweets: 5}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a folder with files in it: %v", err)
	}
	if _, err := demo.Write(filepath.Join(parent, "other"), demo.Options{Tweets: -1}); err == nil {
		t.Error("a negative size was accepted")
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}
