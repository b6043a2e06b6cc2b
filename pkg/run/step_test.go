package run

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

func TestStepRunsOnceForTheSameInputs(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	runs := 0
	st := Step{Name: "count", Version: 1, Inputs: []any{"a", 1}, Artifacts: []string{"made"}}
	work := func() error {
		runs++
		return os.WriteFile(r.Path("made"), nil, 0o644)
	}
	do := func(st Step, wantRuns int, wantReused bool) Record {
		t.Helper()
		record, err := r.Do(t.Context(), st, work)
		if err != nil {
			t.Fatal(err)
		}
		if runs != wantRuns || record.Reused != wantReused {
			t.Errorf("the work ran %d times (reused %v), want %d (%v)", runs, record.Reused, wantRuns, wantReused)
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
	if err := os.Remove(r.Path("made")); err != nil {
		t.Fatal(err)
	}
	do(st, 4, false)
}

func TestStepThatFailsLeavesNoRecord(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	st := Step{Name: "fails", Version: 1}
	broken := errors.New("broken")
	if _, err := r.Do(t.Context(), st, func() error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("the error is %v, want the work's", err)
	}
	ran := false
	if _, err := r.Do(t.Context(), st, func() error { ran = true; return nil }); err != nil || !ran {
		t.Errorf("after a failure the step ran %v with error %v, want it to run again", ran, err)
	}
}

// TestKilledStepIsNotTrusted: a setting is changed, the step is killed after it wrote
// its files, and the setting is changed back: the files are not those of the record
// that stood before.
func TestKilledStepIsNotTrusted(t *testing.T) {
	for _, end := range []string{"panics", "fails"} {
		r := &Run{Dir: t.TempDir()}
		write := func(text string) error { return os.WriteFile(r.Path("made"), []byte(text), 0o644) }
		do := func(setting string, after func() error) error {
			_, err := r.Do(t.Context(), Step{Name: "made", Inputs: setting, Artifacts: []string{"made"}}, func() error {
				if err := write(setting); err != nil {
					return err
				}
				return after()
			})
			return err
		}
		done := func() error { return nil }
		if err := do("one", done); err != nil {
			t.Fatal(err)
		}
		if err := r.RecordFigures(t.Context(), "made", Figure{ID: "made.one"}); err != nil {
			t.Fatal(err)
		}
		broken := errors.New("broken")
		func() {
			defer func() { _ = recover() }()
			if err := do("two", func() error {
				if end == "panics" {
					panic("killed")
				}
				return broken
			}); !errors.Is(err, broken) {
				t.Fatal(err)
			}
		}()
		if figures := readFigures(t, r); len(figures) != 0 {
			t.Errorf("%s: figures of overwritten files: %v", end, figures)
		}
		if err := do("one", done); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(r.Path("made")); err != nil || string(text) != "one" {
			t.Errorf("%s: the step passes as done with %q (%v)", end, text, err)
		}
	}
}

// TestWaitingForAStepCanBeInterrupted: what another process is at holds nobody who
// wants to leave.
func TestWaitingForAStepCanBeInterrupted(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	st := Step{Name: "slow"}
	_, err := r.Do(t.Context(), st, func() error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := (&Run{Dir: r.Dir}).Do(ctx, st, func() error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a second process that is interrupted gets %v", err)
		}
		release, err := home.Lock(t.Context(), r.Path("steps", "figures.lock"), func() {})
		if err != nil {
			return err
		}
		defer release()
		if err := r.RecordFigures(ctx, "slow", Figure{ID: "slow"}); !errors.Is(err, context.Canceled) {
			t.Errorf("figures that wait for another process's, interrupted, give %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readFigures(t *testing.T, r *Run) []Figure {
	t.Helper()
	var figures []Figure
	if err := ReadJSON(r.Path("figures.json"), &figures); err != nil {
		t.Fatal(err)
	}
	return figures
}

// TestRecordReplacesTheStepsFigures: those that a step no longer has go, another
// step's stay, and so do none of an earlier version, which named no steps.
func TestRecordReplacesTheStepsFigures(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	if err := WriteJSON(r.Path("figures.json"), []map[string]any{{"id": "old", "value": 1}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		step    string
		figures []Figure
	}{
		{"words", []Figure{{ID: "words.b", Value: 1}, {ID: "words.a", Value: 2}}},
		{"load", []Figure{{ID: "load.read", Value: 3}}},
		{"words", []Figure{{ID: "words.c", Value: 4}, {ID: "words.b", Value: 5}}},
	} {
		if err := r.RecordFigures(t.Context(), c.step, c.figures...); err != nil {
			t.Fatal(err)
		}
	}
	got := readFigures(t, r)
	if len(got) != 3 || got[0].ID != "load.read" || got[1].ID != "words.b" || got[1].Value != 5 || got[1].Step != "words" || got[2].ID != "words.c" {
		t.Errorf("figures are %+v", got)
	}
}

// TestCachedStepIsReadOnce: what a process has read it does not read again, unless the step
// was done anew or something else is asked.
func TestCachedStepIsReadOnce(t *testing.T) {
	open := func(dir string) *Run { return &Run{Dir: dir, known: map[string]known{}} }
	r := open(t.TempDir())
	type sums struct {
		Of    string `json:"of"`
		Count int    `json:"count"`

		Run *Run `json:"-"`
	}
	computed := 0
	ask := func(r *Run, of string) (sums, Record) {
		t.Helper()
		got, made, err := Cached(t.Context(), r, Step{Name: "sums", Version: 1, Inputs: of, Artifacts: []string{"sums.json"}}, func() (sums, error) {
			computed++
			return sums{Of: of, Count: computed, Run: r}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got, made
	}
	check := func(what string, got, want sums) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	overwrite := func(count int) {
		t.Helper()
		if err := WriteJSON(r.Path("sums.json"), sums{Of: "one", Count: count}); err != nil {
			t.Fatal(err)
		}
	}

	got, made := ask(r, "one")
	check("just made", got, sums{Of: "one", Count: 1})
	if made.Reused {
		t.Error("what was made just now passes as made before")
	}
	overwrite(7)
	got, made = ask(r, "one")
	check("asked again", got, sums{Of: "one", Count: 1})
	if !made.Reused {
		t.Error("what was made before passes as made just now")
	}
	other := open(r.Dir)
	got, _ = ask(other, "one")
	check("in another process", got, sums{Of: "one", Count: 7})
	got, _ = ask(r, "two")
	check("of something else", got, sums{Of: "two", Count: 2})
	if err := os.Remove(r.Path("sums.json")); err != nil {
		t.Fatal(err)
	}
	got, _ = ask(r, "two")
	check("made anew", got, sums{Of: "two", Count: 3})

	// A process that only asks about steps reads what there is.
	var redo []string
	other = open(r.Dir)
	other.Redo = &redo
	got, _ = ask(other, "three")
	check("asked about", got, sums{Of: "two", Count: 3})
	if len(redo) != 1 || redo[0] != "sums" {
		t.Errorf("would redo %v, want the step", redo)
	}
	other = open(r.Dir)
	other.asks = true
	if _, _, err := Cached(t.Context(), other, Step{Name: "sums", Inputs: "three", Artifacts: []string{"sums.json"}}, func() (sums, error) {
		t.Error("a process that does no steps did one")
		return sums{}, nil
	}); !errors.Is(err, errUndone) {
		t.Errorf("undone: %v", err)
	}
	if computed != 3 {
		t.Errorf("computed %d times, want 3", computed)
	}
}

// TestStepThatMadeTheSameIsCopied: only one that is done, of equal inputs.
func TestStepThatMadeTheSameIsCopied(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	step := func(name, input string) Step {
		return Step{Name: name, Version: 1, Inputs: input, Artifacts: []string{name + ".txt"}}
	}
	do := func(st Step) (Record, string) {
		t.Helper()
		record, err := r.Do(t.Context(), st, func() error {
			return os.WriteFile(r.Path(st.Artifacts[0]), []byte("made by "+st.Name), 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadFile(r.Path(st.Artifacts[0]))
		if err != nil {
			t.Fatal(err)
		}
		return record, string(made)
	}
	do(step("one", "a"))
	for _, c := range []struct{ name, input, copyOf, holds string }{
		{"two", "a", "one", "made by one"},
		{"three", "b", "", "made by three"},
	} {
		st := step(c.name, c.input)
		st.Same = []Step{step("none", c.input), step("one", c.input)}
		if record, holds := do(st); record.CopyOf != c.copyOf || holds != c.holds || record.Step != c.name {
			t.Errorf("%s: the record is %+v and the file holds %q", c.name, record, holds)
		}
		if record, _ := do(st); !record.Reused || record.CopyOf != c.copyOf {
			t.Errorf("%s: the record that stands is %+v", c.name, record)
		}
	}
}
