package study

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/exploring"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// openTest opens a study of the tiny recipe in a folder of its own.
func openTest(t *testing.T) *Study {
	t.Helper()
	t.Setenv(run.EnvRuns, t.TempDir())
	t.Setenv(run.EnvCorpus, "")
	t.Setenv(run.EnvName, "")
	s, err := NewWith(t.Context(), work.New(), Options{Recipe: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStudy goes through all steps on a small synthetic corpus and checks what
// each leaves behind.
func TestStudy(t *testing.T) {
	s, ctx := openTest(t), context.Background()
	s.Settings.Sides.Right.Label, s.Settings.Sides.Left.Label = "Republicanos", "El Frente"
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
		checkLabels(t, s, bundle)
	}

	vectors, err := s.Vectors(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(vectors.Parties) != 8 || len(vectors.Coalitions) != 4 {
		t.Errorf("there are %d parties and %d coalitions, want 8 and 4", len(vectors.Parties), len(vectors.Coalitions))
	}
	for _, party := range vectors.Parties {
		if len(party.Typical) != exploring.TypicalWords {
			t.Errorf("%s has the typical words %q, want %d", party.Name, party.Typical, exploring.TypicalWords)
		}
	}
	separation, err := s.Separation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, of := range separation.ByN {
		if of.Rows != len(loaded.Tweets) || len(of.Groups) != 8 || !(of.Explained > 0 && of.Explained < 1) {
			t.Errorf("%d-grams: %d tweets in %d parties, which explain %v", i+1, of.Rows, len(of.Groups), of.Explained)
		}
	}
	if shown := separation.Report(); len(separation.ByN) != exploring.MaxN || len(shown) != 3 {
		t.Errorf("%d kinds of n-grams in %d elements", len(separation.ByN), len(shown))
	}

	for _, element := range usage(t, s) {
		bundle, err := element.MIME()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(bundle.Text, "sintético") {
			t.Errorf("a figure of the synthetic corpus does not say so:\n%s", bundle.Text)
		}
		checkLabels(t, s, bundle)
	}

	chosen, err := s.Sides(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range run.Sides {
		kept, err := parquet.Read(s.Path(side.Folder() + ".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		set, err := s.DataSet(ctx, side)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(chosen.Tweets[side]); len(kept) != n || set.Train.Texts+set.Validation.Texts+set.Test.Texts != n {
			t.Errorf("%s: %d tweets, %d in Parquet, %d + %d + %d in the data set", side.Folder(), n, len(kept), set.Train.Texts, set.Validation.Texts, set.Test.Texts)
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
	for j, side := range run.Sides {
		if tuned, base := cells[1+int(side)][j].Perplexity, cells[0][j].Perplexity; tuned >= base {
			t.Errorf("%s: tuning took the perplexity from %.2f to %.2f, want lower", side.Folder(), base, tuned)
		}
	}

	checkGenerated(t, s)
	for _, element := range measured(t, s) {
		bundle, err := element.MIME()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(bundle.Text, "sintético") {
			t.Errorf("a figure of the synthetic corpus does not say so:\n%s", bundle.Text)
		}
		checkLabels(t, s, bundle)
	}
	checkPlayground(t, s)
	var figures []run.Figure
	if err := run.ReadJSON(s.Path("figures.json"), &figures); err != nil {
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
	checkRedone(t, s)
}

// usage counts what the parties and sides use, twice: the second time from what the first
// left behind.
func usage(t *testing.T, s *Study) (shown []chart.Element) {
	t.Helper()
	ctx := context.Background()
	for _, again := range []bool{false, true} {
		grams, err := s.Ngrams(ctx)
		if err != nil {
			t.Fatal(err)
		}
		tags, err := s.Tags(ctx)
		if err != nil {
			t.Fatal(err)
		}
		mentions, err := s.Mentions(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i, made := range []run.Record{grams.Record, tags.Record, mentions.Record} {
			if made.Reused != again {
				t.Errorf("count %d: reused is %v", i, made.Reused)
			}
		}
		shown = append(mentions.Report(), grams.Table(), tags.HashtagsOverTime(), tags.MentionsOverTime())
	}
	return shown
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
		checkVariety(t, variety)
		generated, err := s.GeneratedWords(ctx)
		if err != nil {
			t.Fatal(err)
		}
		vectors, err := s.SideVectors(ctx)
		if err != nil {
			t.Fatal(err)
		}
		preference, err := s.Preference(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if auc := preference.ROC.AUC; auc.Value < 0.5 {
			t.Errorf("the models tell the sides apart with an area of %+v", auc)
		}
		prediction, err := s.Prediction(ctx)
		if err != nil {
			t.Fatal(err)
		}
		checkPrediction(t, prediction)
		parties, err := s.Parties(ctx)
		if err != nil {
			t.Fatal(err)
		}
		checkParties(t, parties)
		leaning, err := s.Lean(ctx)
		if err != nil {
			t.Fatal(err)
		}
		checkLean(t, leaning, preference)
		classifier, err := s.Classifier(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sounds, err := s.Sounds(ctx)
		if err != nil {
			t.Fatal(err)
		}
		checkClassifier(t, classifier, sounds)
		summary, err := s.Summary(ctx)
		if err != nil {
			t.Fatal(err)
		}
		shown = []chart.Element{
			words.Bars(), words.Scatter(), words.Table(), words.Reading(),
			copying.Lines(), copying.Table(), copying.AtEqualLengths(), copying.Nearest(3), copying.Reading(),
			variety.Table(), variety.Reading(),
			generated.Bars(run.Right), generated.Bars(run.Left), generated.Table(), generated.Reading(),
			preference.Curve(), preference.Table(), preference.Typical(3), preference.Reading(),
			prediction.HeatMap(), prediction.Table(), prediction.Differences(), prediction.Reading(),
			parties.Dots(), parties.Table(),
			classifier.Table(), classifier.Confusion(), classifier.Bars(), classifier.Reading(),
			sounds.Dots(), sounds.Table(), sounds.Reading(), summary,
		}
		shown = append(shown, leansOf(t, leaning)...)
		shown = append(shown, classifier.Own()...)
		shown = append(shown, vectors.Report()...)
		shown = append(shown, neighboursOf(t, vectors))
		for i, made := range []run.Record{words.Record, copying.Record, variety.Record, preference.Record, prediction.Record, parties.Record, classifier.Record, sounds.Record, generated.Record, vectors.Record, leaning.Record, leaning.Calibration.Record} {
			if made.Reused != again {
				t.Errorf("measure %d: reused is %v", i, made.Reused)
			}
		}
	}
	return shown
}

// checkVariety: all groups are measured on the same amount of text, and each figure
// lies inside of its interval.
func checkVariety(t *testing.T, v *comparing.Variety) {
	t.Helper()
	for _, g := range v.Groups {
		if first := v.Groups[0].Sampled; g.Sampled.Words.Size != first.Words.Size || g.Sampled.Texts.Size != first.Texts.Size {
			t.Errorf("%+v beside %+v", g.Sampled, first)
		}
		for i, m := range []compare.Measure{g.Distinct[0], g.Distinct[1], g.SelfBLEU} {
			if m.Value == 1 && m.Within == nil {
				continue // no text repeats anything
			}
			if m.Within == nil || !(m.Within.Low < m.Value && m.Value < m.Within.High) {
				t.Errorf("%s, generated %v, measure %d: %+v", g.Side.Folder(), g.Generated, i, m)
			}
		}
	}
}

// neighboursOf asks for a word that both sides use, and for one that neither does.
func neighboursOf(t *testing.T, v *comparing.SideVectors) chart.Element {
	t.Helper()
	word := v.Words[0].Word
	table, err := v.Neighbours("¡" + strings.ToUpper(word) + "!")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Neighbours(word + "zz"); err == nil || !strings.Contains(err.Error(), "«"+word+"»") {
		t.Errorf("an unknown word gives %v, want one that names %q", err, word)
	}
	return table
}

// checkPrediction: tuning helps each side's own model, by a difference whose interval
// is narrower than those of the figures it is between.
func checkPrediction(t *testing.T, p *comparing.Prediction) {
	t.Helper()
	for _, side := range run.Sides {
		own, base := p.Sides[side].Models[comparing.ScoredBy(side)].BitsPerByte, p.Sides[side].Models[comparing.ScoredBase].BitsPerByte
		tuned := p.Sides[side].Differences[1].BitsPerByte
		if math.Abs(own.Value-base.Value-tuned.Value) > 1e-12 || tuned.Within == nil || tuned.Within.High >= 0 {
			t.Errorf("%s: own %+v, base %+v, difference %+v", side.Folder(), own, base, tuned)
		}
		enough := p.Sides[side].Accounts >= compare.FewestAccounts
		if enough != (own.Accounts != nil) || tuned.Within.High-tuned.Within.Low > own.Within.High-own.Within.Low {
			t.Errorf("%s: own %v over tweets, %v over accounts; difference %v", side.Folder(), own.Within, own.Accounts, tuned.Within)
		}
	}
}

// checkParties: every test tweet of a side is of one of its parties, the parties are
// sorted, and those on neither side are there too.
func checkParties(t *testing.T, p *comparing.Parties) {
	t.Helper()
	tweets := map[string]int{}
	for i, party := range p.Parties {
		tweets[party.Folder] += party.Texts
		if i > 0 && party.Right.Value > p.Parties[i-1].Right.Value {
			t.Errorf("%s stands below %s", party.Name, p.Parties[i-1].Name)
		}
		if enough := party.Texts >= compare.FewestTexts; enough != (party.Right.Within != nil) || enough != (party.Differences[0].BitsPerByte.Within != nil) {
			t.Errorf("%s with %d tweets: %+v", party.Name, party.Texts, party.Right)
		}
		if own, on := party.Recognised(); on != (party.Folder != run.Rest) || on && party.Folder == run.Left.Folder() && own.Value != 1-party.Right.Value {
			t.Errorf("%s of %s: %+v recognised, %+v to the right", party.Name, party.Folder, own, party.Right)
		}
	}
	if len(p.Parties) != 8 || tweets[run.Right.Folder()] != len(p.Scores.Sides[run.Right]) || tweets[run.Left.Folder()] != len(p.Scores.Sides[run.Left]) || tweets[run.Rest] != len(p.Scores.Rest) {
		t.Errorf("%d parties with %v tweets", len(p.Parties), tweets)
	}
}

// checkClassifier: it tells the sides apart, all its counts add up, and it judges all
// generated texts.
func checkClassifier(t *testing.T, c *comparing.Classifier, o *comparing.Sounds) {
	t.Helper()
	for _, tested := range []comparing.TestedClassifier{c.All, c.Nameless} {
		right := tested.Given[run.Right][run.Right] + tested.Given[run.Left][run.Left]
		n := tested.ROC.Positives + tested.ROC.Negatives
		if tested.Tested(run.Right) != tested.ROC.Positives || tested.Tested(run.Left) != tested.ROC.Negatives {
			t.Errorf("%v given and %v undecided of %d tweets", tested.Given, tested.Undecided, n)
		}
		if accuracy := tested.ROC.Accuracy.Value; accuracy < 0.6 || math.Abs(accuracy-float64(right)/float64(n)) > 1e-12 {
			t.Errorf("accuracy %.3f, %d of %d tweets", accuracy, right, n)
		}
	}
	if len(c.Nameless.Names) == 0 || len(c.All.Names) > 0 {
		t.Errorf("%d names are left out, %d of all words", len(c.Nameless.Names), len(c.All.Names))
	}
	for _, side := range run.Sides {
		all, texts := o.Sides[side], 0
		for _, prompt := range all.Prompts {
			texts += prompt.Texts
		}
		if want := len(c.Run.Settings.Prompts) * c.Run.Recipe.Generation.NumReturnSequences; texts != want || all.All.Texts != want || all.Nameless.Texts != want {
			t.Errorf("%s: %d texts by prompt, %d and %d in all, want %d", side.Folder(), texts, all.All.Texts, all.Nameless.Texts, want)
		}
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
	if again, err := s.Base(ctx); err != nil || !again.Record.Reused {
		t.Errorf("a finished base was made again: %v", err)
	}
	if _, err := s.FineTune(ctx, run.Right); !errors.Is(err, context.Canceled) {
		t.Fatalf("tuning under an ended context gives %v", err)
	}
	checkpoints, err := filepath.Glob(s.Path("models", "test", "derecha", "checkpoints", "checkpoint-*"))
	if err != nil || len(checkpoints) == 0 {
		t.Fatalf("an interrupted tuning left no checkpoint (%v)", err)
	}
	tuned, err := s.FineTune(context.Background(), run.Right)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Path("models", "test", "derecha", "checkpoints")); !os.IsNotExist(err) {
		t.Error("the checkpoints of a finished tuning are still there")
	}
	if tuned.Record.Fingerprint == base.Record.Fingerprint {
		t.Error("base and tuned model have the same fingerprint")
	}
	model, tokenizer, err := openModel(tuned)
	if err != nil {
		t.Fatal(err)
	}
	if model.Config.VocabSize != tokenizer.VocabSize() {
		t.Errorf("the model has %d tokens, its tokenizer %d", model.Config.VocabSize, tokenizer.VocabSize())
	}
	readme, err := os.ReadFile(s.Path(tuned.Dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := run.FileHash(s.Path("derecha", "train.txt"))
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
	t.Setenv(run.EnvRuns, t.TempDir())
	for _, c := range []struct {
		options run.Options
		want    string
	}{
		{Options{Recipe: "enorme"}, "laptop"},
		{Options{Name: "../fuera"}, "minúsculas"},
		{Options{Corpus: filepath.Join(t.TempDir(), "no-hay"), Name: "x"}, "study.toml"},
	} {
		if _, err := NewWith(t.Context(), work.New(), c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("NewWith(%+v) gives %v, want an error with %q", c.options, err, c.want)
		}
	}
}

// TestLoadShowsWhatItDropped: a hostile text comes out escaped, and the format is said.
func TestLoadShowsWhatItDropped(t *testing.T) {
	t.Setenv(run.EnvRuns, t.TempDir())
	const lines = `{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":"nadie","text":"<script>alert(1)</script> dos tres cuatro cinco seis"}
{"created_at":"2020/01/03 03:04:05","id_str":"2","screen_name":"uno","text":"https://t.co/x"}
{"created_at":"2020/01/03 03:04:05","id_str":"3","text":"de nadie"}
{"created_at":"2020/01/03 03:04:05","id_str":"4","screen_name":"uno","text":"uno dos tres cuatro cinco seis"}
`
	s, err := NewWith(t.Context(), work.New(), Options{Corpus: studytest.WriteCorpus(t, "drop_authorless = true\n", lines), Name: "dropped"})
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
	for _, want := range []string{"JSON con los campos del estudio", "@nadie", "solo enlaces", "No dice quién lo escribió", "de nadie", "no está en la lista"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("a reader is not told %q:\n%s", want, text.String())
		}
	}
}

func TestLoadStopsAtTooManyMalformedLines(t *testing.T) {
	t.Setenv(run.EnvRuns, t.TempDir())
	const lines = `{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":"uno","text":"uno dos tres cuatro cinco seis","quoted_text":"","retweeted_text":""}
{"created_at": broken
`
	s, err := NewWith(t.Context(), work.New(), Options{Corpus: studytest.WriteCorpus(t, "", lines), Name: "strict"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Load(context.Background())
	for _, want := range []string{"a.jsonl:2", "broken", "max_malformed"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not tell of %q: %v", want, err)
		}
	}

	if s, err = NewWith(t.Context(), work.New(), Options{Corpus: studytest.WriteCorpus(t, "max_malformed = 0.5\n", lines), Name: "lenient"}); err != nil {
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

// openModel loads a model and its tokenizer.
func openModel(t *modelling.Trained) (*gpt2.Model, *bpe.Tokenizer, error) {
	_, tokenizer, err := t.Read()
	if err != nil {
		return nil, nil, err
	}
	model, err := gpt2.Load(t.Folder())
	return model, tokenizer, err
}
