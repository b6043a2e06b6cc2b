package study

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
)

// untilSaved is a context that ends as soon as there is a file like that.
type untilSaved struct {
	context.Context
	pattern string
}

func (c untilSaved) Err() error {
	if found, _ := filepath.Glob(c.pattern); len(found) > 0 {
		return context.Canceled
	}
	return c.Context.Err()
}

// checkGenerated generates in a study whose models are trained: interrupted, gone on
// with, read again, and with other settings.
func checkGenerated(t *testing.T, s *Study) {
	t.Helper()
	ctx := context.Background()
	folder := s.Path("generated", s.Recipe.Name)
	partial := filepath.Join(folder, "derecha.jsonl.*.partial")
	if _, err := s.Generate(untilSaved{ctx, partial}); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: error %v", err)
	}
	saved, err := filepath.Glob(partial)
	if err != nil || len(saved) != 1 {
		t.Fatalf("interrupted, %d files of saved texts, %v", len(saved), err)
	}
	before, err := modelling.ReadGenerated(saved[0])
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Recipe.Generation.NumReturnSequences; len(before) != n {
		t.Fatalf("interrupted after the first prompt, %d texts are saved, want %d", len(before), n)
	}
	before[0].Continuation = "Lo ya escrito se conserva." // It is not written again.
	if err := modelling.SaveGenerated(saved[0], before); err != nil {
		t.Fatal(err)
	}

	generated, err := s.Generate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.partial")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, side := range run.Sides {
		texts := generated.Texts[side]
		if want := len(s.Settings.Prompts) * s.Recipe.Generation.NumReturnSequences; len(texts) != want {
			t.Errorf("%s: %d texts, want %d", side.Folder(), len(texts), want)
		}
		for i, text := range texts {
			if !text.Generated || text.Continuation == "" || text.Seed != s.Recipe.Seed || text.Index != i%s.Recipe.Generation.NumReturnSequences ||
				text.Model != side.Folder() || !reflect.DeepEqual(text.Settings, s.Recipe.Generation) {
				t.Errorf("%s: text %+v", side.Folder(), text)
			}
		}
	}
	if got := generated.Texts[run.Right][0].Continuation; got != before[0].Continuation {
		t.Errorf("what was saved was written again: %q", got)
	}
	for _, element := range []string{studytest.Texts(t, generated.Table()), studytest.Texts(t, generated.Settings())} {
		if !strings.Contains(element, "sintético") {
			t.Errorf("a table of the synthetic corpus does not say so:\n%s", element)
		}
	}
	bundle, err := generated.Table().MIME()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(bundle.HTML, "<option"); n != 1+len(s.Settings.Prompts) || !strings.Contains(bundle.HTML, "GENERADOS") {
		t.Errorf("%d prompts to choose from", n)
	}

	long := *s
	long.Settings.Prompts = []string{strings.Repeat("desde ", 4000)}
	if _, err := long.Generate(ctx); err == nil || !strings.Contains(err.Error(), "desde desde") || !strings.Contains(err.Error(), "study.toml") || len(err.Error()) > 1000 {
		t.Errorf("a prompt beyond the model's positions: %.2000v", err)
	}

	// Another setting gives other texts, beside the recipe's.
	other := *s
	other.Recipe.Generation.NumBeams, other.Recipe.Generation.Compat = 2, ""
	other.Recipe.Generation.NumReturnSequences = 2
	tried, err := other.Generate(ctx, run.Left)
	if err != nil {
		t.Fatal(err)
	}
	if len(tried.Texts[run.Left]) != 2*len(s.Settings.Prompts) || len(tried.Texts[run.Right]) != 0 {
		t.Errorf("%d and %d texts", len(tried.Texts[run.Left]), len(tried.Texts[run.Right]))
	}
	// So do weights in int8, which say so.
	rounded := *s
	rounded.Recipe.Generation.Int8 = true
	if tried, err = rounded.Generate(ctx, run.Left); err != nil {
		t.Fatal(err)
	}
	if first := tried.Texts[run.Left][0]; !first.Settings.Int8 || first.Continuation == "" || !strings.Contains(studytest.Texts(t, tried.Settings(), tried.Table()), "int8") {
		t.Errorf("with weights in int8: %+v", first)
	}
	rounded.Recipe.Generation.BFloat16 = true
	if _, err := rounded.Generate(ctx, run.Left); err == nil || !strings.Contains(err.Error(), "int8") {
		t.Errorf("weights in int8 and in bfloat16: error %v", err)
	}
	rounded.Recipe.Generation.Int8 = false
	if tried, err = rounded.Generate(ctx, run.Left); err != nil {
		t.Fatal(err)
	}
	if first := tried.Texts[run.Left][0]; !first.Settings.BFloat16 || first.Continuation == "" || !strings.Contains(studytest.Texts(t, tried.Settings(), tried.Table()), "bfloat16") {
		t.Errorf("in bfloat16: %+v", first)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 5 {
		t.Errorf("%d files of texts, want 5 (%v)", len(files), err)
	}
}
