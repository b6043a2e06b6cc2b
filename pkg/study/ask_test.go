package study

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// TestTold: how a process ended that did not say so is told in Spanish, with its last words;
// what it said itself is told as it is.
func TestTold(t *testing.T) {
	said := job.Failure("falta el corpus")
	if err := run.JobError("load", said); !errors.Is(err, said) {
		t.Errorf("what a job said is told as %v", err)
	}
	if err := run.JobError("load", nil); err != nil {
		t.Errorf("what ended well is told as %v", err)
	}
	err := run.JobError("finetune derecha", job.Crash{Status: "exit status 2", Words: "panic: x"})
	for _, want := range []string{"«finetune derecha»", "(exit status 2)", "Lo último que escribió:\npanic: x"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("a crash is told as %v, without %q", err, want)
		}
	}
	if got := run.JobError("load", job.Crash{}).Error(); strings.Contains(got, "escribió") || strings.Contains(got, "()") {
		t.Errorf("a crash without words is told as %v", got)
	}
}

// TestResume: a worker has the study as the cell has changed it; a request that says only
// half of that is an error.
func TestResume(t *testing.T) {
	s := openTest(t)
	s.Settings.Sides.Left.Label = "Los de allá"
	s.Recipe.Tune.Epochs = 7
	r, err := s.Request("dataset", []string{"LOS DE ALLÁ"})
	if err != nil || r.Name() != "dataset "+run.Left.Folder() {
		t.Fatalf("the request is %q (%v)", r.Name(), err)
	}
	resumed, err := Resume(t.Context(), work.New(), r.Study)
	if err != nil {
		t.Fatal(err)
	}
	again, err := resumed.Request("dataset", []string{run.Left.Folder()})
	if err != nil || string(again.Study) != string(r.Study) || again.Name() != r.Name() {
		t.Errorf("the worker's study differs (%v):\n%s\n%s", err, again.Study, r.Study)
	}
	if resumed.Label(run.Left) != "Los de allá" || resumed.Recipe.Tune.Epochs != 7 {
		t.Errorf("the worker does not have what was changed")
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(r.Study, &all); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Recipe", "Own", "Generation"} {
		if all[part] == nil {
			t.Fatalf("the request does not say the study's %s", part)
		}
		kept := all[part]
		delete(all, part)
		half, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Resume(t.Context(), work.New(), half); err == nil {
			t.Errorf("a request without %s is resumed", part)
		}
		all[part] = kept
	}
	if _, err := Resume(t.Context(), work.New(), json.RawMessage("[")); err == nil {
		t.Error("a damaged request is resumed")
	}
}
