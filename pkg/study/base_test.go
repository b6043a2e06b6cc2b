package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/hub"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
)

// with returns one of the study's recipes in a tiny run.
func with(t *testing.T, name string) *Study {
	t.Helper()
	s, err := openTest(t).With(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// element takes what a method that may fail returns.
func element(e chart.Element, err error) chart.Element {
	if err != nil {
		return chart.Note{Kind: chart.Failure, Text: err.Error()}
	}
	return e
}

// TestTheSameModelIsNotTrainedTwice: over the run's own base the study's recipes for the
// right are one. A step trained for nothing would have its own loss history, with times.
func TestTheSameModelIsNotTrainedTwice(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	read := func(parts ...string) string {
		t.Helper()
		data, err := os.ReadFile(s.Path(parts...))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	interrupted := s.Path("models", "es16-right", "derecha", "checkpoints")
	if err := os.MkdirAll(filepath.Join(interrupted, "checkpoint-5"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"en-right", "es16-right", "es16-left"} {
		other, err := s.With(name)
		if err != nil {
			t.Fatal(err)
		}
		side := other.Recipe.Sides[0]
		tuned, err := other.FineTune(ctx, side)
		if err != nil {
			t.Fatal(err)
		}
		written, err := other.Generate(ctx, side)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if name == "es16-right" {
			want = "en-right"
		}
		if tuned.StandIn.Same != want || written.StandIn.Same != want {
			t.Errorf("%s: the model is said to be %q's, the texts' %q's, want %q", name, tuned.StandIn.Same, written.StandIn.Same, want)
		}
		for _, shown := range []string{studytest.Texts(t, element(tuned.Table())), studytest.Texts(t, element(other.BesidePerplexities(ctx, side))), studytest.Texts(t, written.Table())} {
			if said := strings.Contains(shown, "el modelo es el de la receta en-right: no se entrenó otra vez"); said != (want != "") {
				t.Errorf("%s: said that the model is another's: %v\n%s", name, said, shown)
			}
		}
	}
	for _, parts := range [][2]string{{"models", "derecha/trainer_state.json"}, {"models", "derecha/model.safetensors"}, {"generated", "derecha.jsonl"}} {
		if read(parts[0], "en-right", parts[1]) != read(parts[0], "es16-right", parts[1]) {
			t.Errorf("%s are not the same", parts)
		}
	}
	if _, err := os.Stat(interrupted); !os.IsNotExist(err) {
		t.Errorf("the checkpoints of a training that will not go on are left: %v", err)
	}
	var figures []run.Figure
	if err := run.ReadJSON(s.Path("figures.json"), &figures); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(figures, func(f run.Figure) bool { return f.ID == "train.es16-right.on.test.derecha.train_loss" }) {
		t.Error("the figures of the copied model are not recorded")
	}
}

// TestTheRecipesAreTheStudys holds the settings against the study's own.
func TestTheRecipesAreTheStudys(t *testing.T) {
	var got []string
	for _, r := range run.PublishedRecipes {
		s := r.Tune
		got = append(got, fmt.Sprint(r.Name, r.BaseModel, r.Sides, s.BlockSize, s.BatchSize, s.EvalBatchSize, s.Epochs, s.WarmupSteps, s.EvalEvery, s.SaveEvery, r.Perplexity.Window, r.Perplexity.Stride))
	}
	want := []string{
		fmt.Sprint("en-right", "gpt2", []run.Side{run.Right}, 500, 2, 4, 10, 250, 500, 1000, 512, 256),
		fmt.Sprint("es48-right", "ensamblador/gpt2-es-48heads", []run.Side{run.Right}, 512, 2, 4, 10, 250, 500, 1000, 512, 256),
		fmt.Sprint("es16-right", "ensamblador/gpt2_espanol_8hx512pos", []run.Side{run.Right}, 512, 2, 4, 10, 250, 500, 1000, 512, 512),
		fmt.Sprint("es16-left", "ensamblador/gpt2_espanol_8hx512pos", []run.Side{run.Left}, 64, 8, 16, 20, 250, 200, 800, 512, 256),
	}
	if !slices.Equal(got, want) {
		t.Errorf("the recipes are\n%q\nwant\n%q", got, want)
	}
}

// TestTheRunsBaseStandsIn: without the published model the recipe is shown on the
// run's own base, in few steps, and everything that shows its figures says so.
func TestTheRunsBaseStandsIn(t *testing.T) {
	ctx := context.Background()
	s := with(t, "en-right")
	tried := 0
	s.Recipe.Fetch = true
	s.Resolve = run.RememberMissing(func(_ context.Context, name string, _ hub.Options) (string, error) {
		tried++
		return "", fmt.Errorf("%w: %s", hub.ErrUnavailable, name)
	})
	tuned, err := s.FineTune(ctx, run.Right)
	if err != nil {
		t.Fatal(err)
	}
	h := tuned.History
	if h.GlobalStep != s.Own.StandInSteps || h.Settings.BlockSize != s.Own.Model.NPositions || h.Settings.BatchSize != 2 || h.Settings.LearningRate != 5e-5 {
		t.Errorf("%d steps with %+v", h.GlobalStep, h.Settings)
	}
	card, err := os.ReadFile(s.Path("models", "en-right", "derecha", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, shown := range append([]string{string(card)}, studytest.Texts(t, tuned.LossChart()), studytest.Texts(t, element(tuned.Table())), studytest.Texts(t, tuned.BesideLosses()),
		studytest.Texts(t, element(s.BesidePerplexities(ctx, run.Right))), studytest.Texts(t, element(s.BaseNote(ctx)))) {
		for _, part := range []string{"gpt2", "test", "el publicado no está en este equipo"} {
			if !strings.Contains(shown, part) {
				t.Errorf("output %d does not say %q:\n%s", i, part, shown)
			}
		}
	}
	var figures []run.Figure
	if err := run.ReadJSON(s.Path("figures.json"), &figures); err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if strings.Contains(f.ID, "en-right") && !strings.Contains(f.ID, "en-right.on.test") {
			t.Errorf("figure %s does not say that another base stands in", f.ID)
		}
	}
	if beside := studytest.Texts(t, tuned.BesideLosses()); !strings.Contains(beside, "1,892") || !strings.Contains(beside, "3,998") || !strings.Contains(beside, "2,766") {
		t.Errorf("the published losses are not beside ours:\n%s", beside)
	}
	written, err := s.Generate(ctx, run.Right)
	if err != nil {
		t.Fatal(err)
	}
	if first := written.Texts[run.Right][0]; first.Recipe != "en-right.on.test" || first.Prompt != run.PublishedPrompts[0] || !strings.HasSuffix(first.Prompt, " ") {
		t.Errorf("the first text is %+v", first)
	}
	if shown := studytest.Texts(t, written.Table()); !strings.Contains(strings.SplitN(shown, "\n", 2)[0], "modelo base test") {
		t.Errorf("the texts do not say that another base stands in:\n%.300s", shown)
	}

	if tried != 1 {
		t.Errorf("the published model was looked for %d times, want once", tried)
	}

	// A run that does not want the published models does not look for them, and says it.
	tried = 0
	s.Recipe.Fetch = false
	again, err := s.FineTune(ctx, run.Right)
	if err != nil || tried != 0 || !again.Record.Reused {
		t.Errorf("the model was looked for %d times, tuned again %v: %v", tried, !again.Record.Reused, err)
	}
	if shown := studytest.Texts(t, element(again.Table())); !strings.Contains(shown, "esta corrida no usa los publicados") {
		t.Errorf("not said why the base stands in:\n%s", shown)
	}

	// A recipe of both sides goes on to the comparison, from the same base.
	s.Recipe, s.Recipe.Fetch = run.FairRecipe(), false
	s.Own.StandInSteps = 2
	comparison, err := s.Compare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if w := comparison.Perplexities.Window; w != s.Own.Model.NPositions {
		t.Errorf("the window is %d, want the model's %d positions", w, s.Own.Model.NPositions)
	}
	scores := comparing.Scores{Run: &s.Run, StandIn: comparison.StandIn}
	for _, shown := range []string{studytest.Texts(t, comparison.Table()), scores.Method(), studytest.Texts(t, s.Recipe.Table())} {
		if !strings.Contains(shown, "ensamblador/gpt2_espanol_8hx512pos") {
			t.Errorf("the published model is not named:\n%s", shown)
		}
	}
}

// TestAFolderIsTheBase: its weights and tokenizer are taken as they are, and
// other weights in it are another base.
func TestAFolderIsTheBase(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "un modelo")
	tokenizer, err := bpe.Train(ctx, slices.Values([]string{"con los vecinos de la comuna", "vamos con todo"}),
		bpe.TrainOptions{VocabSize: 300, MinFrequency: 1, SpecialTokens: modelling.SpecialTokens})
	if err != nil {
		t.Fatal(err)
	}
	save := func(seed uint64) {
		t.Helper()
		shape := run.SmallModel(1, 16, 2, 64)
		shape.VocabSize, shape.BOSTokenID, shape.EOSTokenID = tokenizer.VocabSize(), config.TokenID(0), config.TokenID(2)
		model, err := gpt2.New(shape, seed)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(model.Save(dir), tokenizer.Save(dir)); err != nil {
			t.Fatal(err)
		}
	}
	save(1)
	s := with(t, "es16-left")
	s.Recipe.BaseModel = dir
	s.Recipe.Tune.MaxSteps = 4
	base, err := s.Base(ctx)
	if err != nil {
		t.Fatal(err)
	}
	before, err := run.FileHash(filepath.Join(dir, "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	tuned, err := s.FineTune(ctx, run.Left)
	if err != nil {
		t.Fatal(err)
	}
	if tuned.StandIn.For != "" || base.History != nil {
		t.Errorf("the folder is not the base: %+v", tuned.StandIn)
	}
	_, known, err := openModel(tuned)
	if err != nil {
		t.Fatal(err)
	}
	if text := "con los vecinos"; !slices.Equal(known.Encode(text), tokenizer.Encode(text)) {
		t.Error("the tuned model has another tokenizer than its base")
	}
	if after, err := run.FileHash(filepath.Join(dir, "model.safetensors")); err != nil || after != before {
		t.Errorf("tuning changed its base (%v)", err)
	}
	shown := studytest.Texts(t, base.LossChart(), element(base.Table()), element(tuned.Table()), tuned.BesideLosses(),
		element(s.BesidePerplexities(ctx, run.Left)), element(s.BaseNote(ctx)))
	if strings.Contains(shown, "en lugar") || strings.Contains(shown, dir) || !strings.Contains(shown, "«un modelo»") || !strings.Contains(shown, "1,553") {
		t.Errorf("shown is\n%s", shown)
	}
	if again, err := s.FineTune(ctx, run.Left); err != nil || !again.Record.Reused {
		t.Errorf("a finished model was tuned again: %v", err)
	}
	save(2)
	if again, err := s.FineTune(ctx, run.Left); err != nil || again.Record.Reused {
		t.Errorf("with other weights in the folder the old model stands: %v", err)
	}
}

func TestRecipesRefuse(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	if _, err := s.With("en-left"); err == nil || !strings.Contains(err.Error(), "es16-left") {
		t.Errorf("an unknown recipe gives %v", err)
	}
	right := with(t, "en-right")
	if _, err := right.FineTune(ctx, run.Left); err == nil || !strings.Contains(err.Error(), "en-right") {
		t.Errorf("the other side's tuning gives %v", err)
	}
	broken := errors.New("broken")
	right.Recipe.Fetch = true
	right.Resolve = func(context.Context, string, hub.Options) (string, error) { return "", broken }
	if _, err := right.FineTune(ctx, run.Right); !errors.Is(err, broken) {
		t.Errorf("a broken model gives %v", err)
	}
	right.Recipe.BaseModel = filepath.Join(t.TempDir(), "no-hay")
	right.Resolve = hub.Resolve
	if _, err := right.FineTune(ctx, run.Right); err == nil || !strings.Contains(err.Error(), "no-hay") {
		t.Errorf("a folder that is not there gives %v", err)
	}
	for says, change := range map[string]func(*run.Recipe){
		"BatchSize es 0":    func(r *run.Recipe) { r.Base.BatchSize = 0 },
		"BlockSize es -1":   func(r *run.Recipe) { r.Base.BlockSize = -1 },
		"Epochs":            func(r *run.Recipe) { r.Base.Epochs = 0 },
		"LearningRate es 0": func(r *run.Recipe) { r.Base.LearningRate = 0 },
		"64 positions":      func(r *run.Recipe) { r.Base.BlockSize = 65 },
		"no batch":          func(r *run.Recipe) { r.Base.BatchSize = 1 << 20 },
	} {
		changed := *s
		change(&changed.Recipe)
		if _, err := changed.Base(ctx); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

// A folder whose tokenizer is another model's is refused before anything is trained.
func TestAnotherModelsVocabulary(t *testing.T) {
	dir := t.TempDir()
	tokenizer, err := bpe.Train(t.Context(), slices.Values([]string{"con los vecinos de la comuna"}), bpe.TrainOptions{VocabSize: 270, MinFrequency: 1})
	if err != nil {
		t.Fatal(err)
	}
	shape := run.SmallModel(1, 16, 2, 64)
	shape.VocabSize, shape.BOSTokenID, shape.EOSTokenID = tokenizer.VocabSize()-1, nil, nil
	model, err := gpt2.New(shape, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(model.Save(dir), tokenizer.Save(dir)); err != nil {
		t.Fatal(err)
	}
	s := with(t, "es16-left")
	s.Recipe.BaseModel = dir
	if _, err := s.FineTune(t.Context(), run.Left); err == nil || !strings.Contains(err.Error(), "el vocabulario tiene 270 tokens y el modelo conoce 269") {
		t.Errorf("error %v", err)
	}
}

// TestAFolderOf2020 is laid out as transformers then wrote models with a vocabulary of
// their own: GPT-2's end of text is in the configuration, where the vocabulary does not
// reach, and was added to the tokenizer, where the model has no row for it.
func TestAFolderOf2020(t *testing.T) {
	dir := t.TempDir()
	tokenizer, err := bpe.Train(t.Context(), slices.Values([]string{"con los vecinos de la comuna"}), bpe.TrainOptions{VocabSize: 270, MinFrequency: 1})
	if err != nil {
		t.Fatal(err)
	}
	shape := run.SmallModel(1, 16, 2, 64)
	shape.VocabSize, shape.BOSTokenID, shape.EOSTokenID = 270, nil, nil
	model, err := gpt2.New(shape, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(model.Save(dir), tokenizer.Save(dir), os.Remove(filepath.Join(dir, "tokenizer.json"))); err != nil {
		t.Fatal(err)
	}
	const end = "<|endoftext|>"
	for name, text := range map[string]string{
		"config.json":             `{"vocab_size": 270, "n_positions": 64, "n_ctx": 64, "n_embd": 16, "n_layer": 1, "n_head": 2, "bos_token_id": 50256, "eos_token_id": 50256}`,
		"added_tokens.json":       `{"` + end + `": 270}`,
		"special_tokens_map.json": `{"bos_token": "` + end + `", "eos_token": "` + end + `", "unk_token": "` + end + `"}`,
		"tokenizer_config.json":   `{"model_max_length": 64}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := with(t, "es16-left")
	s.Recipe.BaseModel = dir
	s.Recipe.Tune.MaxSteps = 1
	tuned, err := s.FineTune(t.Context(), run.Left)
	if err != nil {
		t.Fatal(err)
	}
	model, tokenizer, err = openModel(tuned)
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := tokenizer.ID(end); !ok || id != 270 || model.Config.VocabSize != 270 || model.Config.EOSTokenID != nil {
		t.Errorf("%s is %d, and the model of %d tokens ends with %v", end, id, model.Config.VocabSize, model.Config.EOSTokenID)
	}
}
