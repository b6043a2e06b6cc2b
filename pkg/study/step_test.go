package study

import (
	"errors"
	"os"
	"testing"
)

func TestStepRunsOnceForTheSameInputs(t *testing.T) {
	s := &Study{Dir: t.TempDir()}
	runs := 0
	st := step{Name: "count", Version: 1, Inputs: []any{"a", 1}, Artifacts: []string{"made"}}
	work := func() error {
		runs++
		return os.WriteFile(s.path("made"), nil, 0o644)
	}
	do := func(st step, wantRuns int, wantReused bool) stepRecord {
		t.Helper()
		record, err := s.run(t.Context(), st, work)
		if err != nil {
			t.Fatal(err)
		}
		if runs != wantRuns || record.reused != wantReused {
			t.Errorf("the work ran %d times (reused %v), want %d (%v)", runs, record.reused, wantRuns, wantReused)
		}
		return record
	}
	first := do(st, 1, false)
	if again := do(st, 1, true); again.Fingerprint != first.Fingerprint {
		t.Error("the same step has two fingerprints")
	}
	st.Inputs = []any{"a", 2}
	do(st, 2, false)
	st.Version = 2
	do(st, 3, false)
	if err := os.Remove(s.path("made")); err != nil {
		t.Fatal(err)
	}
	do(st, 4, false)
}

func TestStepThatFailsLeavesNoRecord(t *testing.T) {
	s := &Study{Dir: t.TempDir()}
	st := step{Name: "fails", Version: 1}
	broken := errors.New("broken")
	if _, err := s.run(t.Context(), st, func() error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("the error is %v, want the work's", err)
	}
	ran := false
	if _, err := s.run(t.Context(), st, func() error { ran = true; return nil }); err != nil || !ran {
		t.Errorf("after a failure the step ran %v with error %v, want it to run again", ran, err)
	}
}

func TestRecordReplacesFiguresOfTheSameID(t *testing.T) {
	s := &Study{Dir: t.TempDir()}
	for _, f := range []Figure{{ID: "b", Value: 1}, {ID: "a", Value: 2}, {ID: "b", Value: 3}} {
		if err := s.record("count", f); err != nil {
			t.Fatal(err)
		}
	}
	var got []Figure
	if err := readJSON(s.path("figures.json"), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].ID != "a" || got[1].Value != 3 {
		t.Errorf("figures are %+v", got)
	}
}
