package study

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// The study's figures and the prompt with its date are for the study's corpus and the
// demo; another's has them if study.toml asks for them.
func TestPublishedIsAskedFor(t *testing.T) {
	const sides = "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	for text, want := range map[string]bool{
		"":                                      false,
		"synthetic = true\n":                    true,
		"published = true\n":                    true,
		"synthetic = true\npublished = false\n": false,
	} {
		s, err := run.ReadSettings(studytest.WriteSettings(t, text+sides))
		if err != nil {
			t.Fatal(err)
		}
		if s.Published != want || reflect.DeepEqual(s.Prompts, run.PublishedPrompts) != want || len(s.Prompts) != 5 {
			t.Errorf("%q: published is %v, the prompts are %q", text, s.Published, s.Prompts)
		}
		if strings.Contains(strings.Join(s.Prompts, ""), "2010") != want {
			t.Errorf("%q: the prompts are %q", text, s.Prompts)
		}
		study := &run.Run{Settings: s, Recipe: run.TestRecipe()}
		recipe, err := study.With("en-right")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(recipe.Settings.Prompts, run.PublishedPrompts) || !reflect.DeepEqual(study.Settings.Prompts, s.Prompts) {
			t.Errorf("%q: the study's recipe continues %q", text, recipe.Settings.Prompts)
		}
	}
	own := &run.Run{Settings: run.Settings{Prompts: []string{"Hoy"}}, Recipe: run.TestRecipe()}
	if recipe, err := own.With("en-right"); err != nil || !reflect.DeepEqual(recipe.Settings.Prompts, []string{"Hoy"}) {
		t.Errorf("the study's recipe does not continue the corpus's own prompts: %v", err)
	}
}

// No table of another corpus shows the study's figures, nor says that it does.
func TestTablesWithoutTheStudysFigures(t *testing.T) {
	r := &run.Run{}
	rows := []tweets.Tweet{{ScreenName: "ana", TextClean: "agua"}}
	loaded := &loading.Loaded{Run: r, Tweets: rows, Summary: loading.LoadSummary{
		Steps: []tweets.Step{{Name: tweets.StepRead, Rows: 2}, {Name: tweets.StepDistinct, Rows: 1}},
		Drops: []tweets.Drop{{Step: tweets.StepDistinct, Reason: tweets.ReasonCopy, Rows: 1}},
	}}
	chosen := &loading.ChosenSides{Run: r, Loaded: loaded, Tweets: map[run.Side][]tweets.Tweet{run.Right: rows, run.Left: rows}}
	set := &modelling.DataSet{Run: r, Side: run.Right, Train: modelling.Part{Tweets: rows}, Test: modelling.Part{Tweets: rows}}
	for _, published := range []bool{false, true} {
		r.Settings.Published = published
		for i, shown := range []string{
			studytest.Texts(t, loaded.StepsTable()), studytest.Texts(t, loaded.DropsTable()), studytest.Texts(t, chosen.Table()), studytest.Texts(t, set.Table()),
		} {
			if said := strings.Contains(strings.ToLower(shown), "publicado") || strings.Contains(shown, "UDI"); said != published {
				t.Errorf("published = %v: table %d:\n%s", published, i, shown)
			}
		}
		for i, shown := range []string{studytest.Texts(t, modelling.PublishedLosses(r)), studytest.Texts(t, comparing.PublishedPerplexities(r))} {
			if asks := strings.Contains(shown, "published = true"); asks == published {
				t.Errorf("published = %v: chart %d:\n%s", published, i, shown)
			}
		}
	}
}

// The notebooks' own text, which stands in the report of any corpus, names no party of
// the study's. Those of its four recipes are about the study.
func TestNotebooksNameNoParty(t *testing.T) {
	notebooks, err := filepath.Glob("../../notebooks/[1-8]-*.ipynb")
	if err != nil || len(notebooks) != 8 {
		t.Fatalf("%d notebooks: %v", len(notebooks), err)
	}
	party := regexp.MustCompile(`\b(UDI|PL|PH|PC|RD|FRVS)\b`)
	for _, path := range notebooks {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var notebook struct {
			Cells []struct {
				Type   string   `json:"cell_type"`
				Source []string `json:"source"`
			} `json:"cells"`
		}
		if err := json.Unmarshal(data, &notebook); err != nil {
			t.Fatal(err)
		}
		for _, cell := range notebook.Cells {
			if found := party.FindString(strings.Join(cell.Source, "")); found != "" {
				t.Errorf("%s names %s: %q", path, found, cell.Source)
			}
		}
	}
}
