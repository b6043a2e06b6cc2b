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
	for _, element := range []chart.Element{loaded.StepsTable(), loaded.Sample(3), loaded.ByParty(), loaded.OverTime()} {
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
	var figures []Figure
	if err := readJSON(s.path("figures.json"), &figures); err != nil {
		t.Fatal(err)
	}
	if len(figures) < 20 {
		t.Errorf("figures.json holds %d figures", len(figures))
	}
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
