package study

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// openTest opens a study of the tiny recipe in a folder of its own.
func openTest(t *testing.T) *Study {
	t.Helper()
	t.Setenv(EnvRuns, t.TempDir())
	t.Setenv(EnvCorpus, "")
	t.Setenv(EnvName, "")
	s, err := New(Options{Recipe: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStudy goes through all steps on a small synthetic corpus and checks what
// each leaves behind.
func TestStudy(t *testing.T) {
	s, ctx := openTest(t), context.Background()
	if !s.Settings.Synthetic || s.Name != "demo" {
		t.Errorf("the demo corpus opens as %q with %+v", s.Name, s.Settings)
	}

	loaded, err := s.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(loaded.Tweets); got != s.Recipe.DemoTweets {
		t.Errorf("%d tweets survive, want %d", got, s.Recipe.DemoTweets)
	}
	accounts, err := s.Accounts(3)
	if err != nil {
		t.Fatal(err)
	}
	for _, element := range []chart.Element{
		accounts, loaded.StepsTable(), loaded.Funnel(), loaded.DropsTable(), loaded.DroppedExamples(2), loaded.Schema(), loaded.First(3),
		loaded.Sample(3), loaded.ByParty(), loaded.OverTime(), loaded.PerDay(), loaded.Lengths(), loaded.LengthsTable(),
	} {
		bundle, err := element.MIME()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(bundle.Text, "sintético") {
			t.Errorf("a figure of the synthetic corpus does not say so:\n%s", bundle.Text)
		}
	}

	vectors, err := s.Vectors(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(vectors.Parties) != 8 || len(vectors.Coalitions) != 4 {
		t.Errorf("there are %d parties and %d coalitions, want 8 and 4", len(vectors.Parties), len(vectors.Coalitions))
	}

	chosen, err := s.Sides(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range Sides {
		kept, err := tweets.ReadParquet(s.path(side.Folder() + ".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		set, err := s.DataSet(ctx, side)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(chosen.Tweets[side]); len(kept) != n || set.Train.Texts+set.Test.Texts != n {
			t.Errorf("%s: %d tweets, %d in Parquet, %d + %d in the data set", side.Folder(), n, len(kept), set.Train.Texts, set.Test.Texts)
		}
	}

	comparison, err := s.Compare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cells := comparison.Perplexities.Cells
	if len(cells) != 3 || len(cells[0]) != 2 {
		t.Fatalf("the table has %d rows, want 3 × 2", len(cells))
	}
	for j, side := range Sides {
		if tuned, base := cells[1+int(side)][j].Perplexity, cells[0][j].Perplexity; tuned >= base {
			t.Errorf("%s: tuning took the perplexity from %.2f to %.2f, want lower", side.Folder(), base, tuned)
		}
	}

	generated, err := s.Generate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range Sides {
		texts := generated.Texts[side]
		if want := len(s.Settings.Prompts) * s.Recipe.Generation.TextsPerPrompt; len(texts) != want {
			t.Errorf("%s: %d texts, want %d", side.Folder(), len(texts), want)
		}
		for _, text := range texts {
			if !text.Generated || text.Continuation == "" {
				t.Errorf("%s: text %+v", side.Folder(), text)
			}
		}
	}
	for _, element := range measured(t, s) {
		bundle, err := element.MIME()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(bundle.Text, "sintético") {
			t.Errorf("a figure of the synthetic corpus does not say so:\n%s", bundle.Text)
		}
	}
	var figures []Figure
	if err := readJSON(s.path("figures.json"), &figures); err != nil {
		t.Fatal(err)
	}
	withIntervals := 0
	for _, f := range figures {
		if f.Low != nil && f.High != nil {
			withIntervals++
			if *f.Low > *f.High || f.N == 0 || f.Seed == 0 || f.Source == "" {
				t.Errorf("figure %+v", f)
			}
		}
	}
	if len(figures) < 20 || withIntervals < 20 {
		t.Errorf("figures.json holds %d figures, %d with intervals", len(figures), withIntervals)
	}
}

// measured makes all measures of words and texts, twice: the second time from what
// the first left behind.
func measured(t *testing.T, s *Study) (shown []chart.Element) {
	t.Helper()
	ctx := context.Background()
	for _, again := range []bool{false, true} {
		words, err := s.Keyness(ctx)
		if err != nil {
			t.Fatal(err)
		}
		copying, err := s.Copying(ctx)
		if err != nil {
			t.Fatal(err)
		}
		variety, err := s.Variety(ctx)
		if err != nil {
			t.Fatal(err)
		}
		preference, err := s.Preference(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if auc := preference.ROC.AUC; auc < 0.5 {
			t.Errorf("the models tell the sides apart with an area of %.2f", auc)
		}
		shown = []chart.Element{
			words.Bars(), words.Table(), words.Reading(),
			copying.Lines(), copying.Table(), copying.Longest(3), copying.Reading(),
			variety.Table(),
			preference.Curve(), preference.Table(), preference.Typical(3), preference.Reading(),
		}
		for i, made := range []stepRecord{words.made, copying.made, variety.made, preference.made} {
			if made.reused != again {
				t.Errorf("measure %d: reused is %v", i, made.reused)
			}
		}
	}
	return shown
}

// TestTrainingGoesOnWhereItWasStopped: what is finished is not made again, even
// under an ended context, and what was stopped leaves a checkpoint and can be
// finished.
func TestTrainingGoesOnWhereItWasStopped(t *testing.T) {
	s := openTest(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	base, err := s.Base(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if again, err := s.Base(ctx); err != nil || !again.made.reused {
		t.Errorf("a finished base was made again: %v", err)
	}
	if _, err := s.FineTune(ctx, Right); !errors.Is(err, context.Canceled) {
		t.Fatalf("tuning under an ended context gives %v", err)
	}
	checkpoints, err := filepath.Glob(s.path("models", "test", "derecha", "checkpoints", "checkpoint-*"))
	if err != nil || len(checkpoints) == 0 {
		t.Fatalf("an interrupted tuning left no checkpoint (%v)", err)
	}
	tuned, err := s.FineTune(context.Background(), Right)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.path("models", "test", "derecha", "checkpoints")); !os.IsNotExist(err) {
		t.Error("the checkpoints of a finished tuning are still there")
	}
	if tuned.made.Fingerprint == base.made.Fingerprint {
		t.Error("base and tuned model have the same fingerprint")
	}
	model, tokenizer, err := tuned.Open()
	if err != nil {
		t.Fatal(err)
	}
	if model.Config.VocabSize != tokenizer.VocabSize() {
		t.Errorf("the model has %d tokens, its tokenizer %d", model.Config.VocabSize, tokenizer.VocabSize())
	}
	readme, err := os.ReadFile(s.path(tuned.Dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := fileHash(s.path("derecha", "train.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{hash, "sintético", "generado", "Semilla | 2020", "modelo base"} {
		if !strings.Contains(string(readme), part) {
			t.Errorf("the model's card lacks %q", part)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Setenv(EnvRuns, t.TempDir())
	for _, c := range []struct {
		options Options
		want    string
	}{
		{Options{Recipe: "enorme"}, "laptop"},
		{Options{Name: "../fuera"}, "minúsculas"},
		{Options{Corpus: filepath.Join(t.TempDir(), "no-hay"), Name: "x"}, "study.toml"},
	} {
		if _, err := New(c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New(%+v) gives %v, want an error with %q", c.options, err, c.want)
		}
	}
}

// writeCorpus makes a corpus folder of one JSON lines file.
func writeCorpus(t *testing.T, settings, lines string) string {
	t.Helper()
	dir := writeSettings(t, settings+"[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n")
	accounts := "target_id;Cargo;Nombre;screen_name;Partido;Coalicion\n1;x;Uno;uno;A;C\n2;x;Dos;dos;B;D\n"
	if err := os.Mkdir(filepath.Join(dir, "tweets"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"accounts.csv": accounts, "tweets/a.jsonl": lines} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLoadShowsWhatItDropped: a hostile text comes out escaped, the format is said,
// and a corpus of which nothing is left can be shown.
func TestLoadShowsWhatItDropped(t *testing.T) {
	t.Setenv(EnvRuns, t.TempDir())
	const lines = `{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":"nadie","text":"<script>alert(1)</script> dos tres cuatro cinco seis"}
{"created_at":"2020/01/03 03:04:05","id_str":"2","screen_name":"uno","text":"https://t.co/x"}
`
	s, err := New(Options{Corpus: writeCorpus(t, "", lines), Name: "dropped"})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var html, text strings.Builder
	for _, element := range []chart.Element{
		loaded.Format(), loaded.DropsTable(), loaded.DroppedExamples(2), loaded.Funnel(), loaded.Schema(), loaded.First(3),
		loaded.PerDay(), loaded.Lengths(), loaded.LengthsTable(), loaded.ByAccount(),
	} {
		bundle, err := element.MIME()
		if err != nil {
			t.Fatal(err)
		}
		html.WriteString(bundle.HTML)
		text.WriteString(bundle.Text)
	}
	if strings.Contains(html.String(), "<script>alert") || !strings.Contains(html.String(), "&lt;script&gt;alert") {
		t.Error("the text of a dropped tweet is not escaped")
	}
	for _, want := range []string{"JSON con los campos del estudio", "@nadie", "solo enlaces", "no está en la lista"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("a reader is not told %q:\n%s", want, text.String())
		}
	}
}

func TestLoadStopsAtTooManyMalformedLines(t *testing.T) {
	t.Setenv(EnvRuns, t.TempDir())
	const lines = `{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":"uno","text":"uno dos tres cuatro cinco seis","quoted_text":"","retweeted_text":""}
{"created_at": broken
`
	s, err := New(Options{Corpus: writeCorpus(t, "", lines), Name: "strict"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Load(context.Background())
	for _, want := range []string{"a.jsonl:2", "broken", "max_malformed"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not tell of %q: %v", want, err)
		}
	}

	if s, err = New(Options{Corpus: writeCorpus(t, "max_malformed = 0.5\n", lines), Name: "lenient"}); err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Tweets) != 1 || loaded.Summary.MalformedCount != 1 {
		t.Errorf("%d tweets and %d malformed lines, want 1 and 1", len(loaded.Tweets), loaded.Summary.MalformedCount)
	}
	bundle, err := loaded.MalformedTable().MIME()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(bundle.Text, "a.jsonl") {
		t.Errorf("the table of malformed lines does not name the file:\n%s", bundle.Text)
	}
}
