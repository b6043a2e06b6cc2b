package loading

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/spark"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// TestLoadOnSpark: study.toml chooses the engine, the notebook says which it was,
// and what follows the address, which may be a secret, is said nowhere.
func TestLoadOnSpark(t *testing.T) {
	t.Setenv(run.EnvRuns, t.TempDir())
	asked := filepath.Join(t.TempDir(), "asked")
	client := filepath.Join(t.TempDir(), "python")
	const answer = `{"rows": [["5", 1602627300000, 1, "uno", "uno", 1, [], []]]}
{"result": {"files": 1, "read": 1, "newest": 1602627300000, "kept": 1, "drops": {}, "examples": {}}}`
	script := "#!/bin/sh\nread -r request\nprintf '%s' \"$request\" >'" + asked + "'\nprintf '%s\\n' '" + answer + "'\n"
	if err := os.WriteFile(client, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(spark.EnvPython, client)
	dir := studytest.WriteCorpus(t, "engine = \"spark\"\nremote = \"sc://cluster:443/;token=hush\"\ndays = 500\n", "")
	r, err := run.NewWith(t.Context(), work.New(), run.Options{Corpus: dir, Name: "spark"})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Tweets) != 1 || loaded.Tweets[0].Partido != "B" {
		t.Errorf("tweets %+v", loaded.Tweets)
	}
	request, err := os.ReadFile(asked)
	if err != nil {
		t.Fatal(err)
	}
	if want := `"tweets":"file://` + dir + `/tweets"`; !strings.Contains(string(request), want) {
		t.Errorf("request %s lacks %s", request, want)
	}
	bundle, err := loaded.StepsTable().MIME()
	if err != nil {
		t.Fatal(err)
	}
	if want := "Cargado con Spark, en sc://cluster:443/."; !strings.Contains(bundle.HTML, want) {
		t.Errorf("the table lacks %q", want)
	}
	summary, err := os.ReadFile(r.Path("load.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(summary)+bundle.HTML, "hush") {
		t.Error("what follows the address is shown")
	}
}

func TestSettingsOfTheEngine(t *testing.T) {
	const sides = "\n[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	for text, want := range map[string]string{
		``:                 "",
		`engine = "spark"`: "",
		"engine = \"spark\"\nremote = \"sc://a:1\"\ntweets = \"s3a://b/c\"": "",
		`engine = "flink"`:                          "engine =",
		"engine = \"spark\"\nremote = \"local[2]\"": "sc://",
		`remote = "sc://a:1"`:                       `engine = "spark"`,
	} {
		s, err := run.ReadSettings(studytest.WriteSettings(t, text+sides))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
		if err == nil && s.Engine == "" {
			t.Errorf("%s: no engine", text)
		}
	}
}
