package main

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/job"
)

// shown is what a terminal of that width, or a log, gets of a bar beside a note.
func shown(t *testing.T, width int) string {
	t.Helper()
	var out strings.Builder
	screen := &terminal{out: &out, width: width, lines: map[string]string{}, times: map[string]time.Time{}}
	for _, show := range []struct{ id, text string }{
		{"bar", "bar 1 %"},
		{"bar", "bar 2 %\n"},
		{"bar", "bar 2 %"}, // as before
		{"picture", "1\n2\n3\n4\n5\n6"},
		{"note", "! note\n  and more of it"},
		{"bar", "bar 3 % of what is longer than the line"},
		{"bar", ""}, // cleared
		{"bar", "✓ bar"},
		{"last", "ñandú"},
	} {
		if err := screen.display(chart.Bundle{Text: show.text}, show.id); err != nil {
			t.Fatal(err)
		}
	}
	screen.end()
	screen.end()
	return out.String()
}

// TestLog: a log has a line of each output when it comes up and when it ends, and of a bar
// that moves now and then.
func TestLog(t *testing.T) {
	got := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d `).ReplaceAllString(shown(t, 0), "@ ")
	if want := "@ bar 1 %\n@ ! note\n@ ✓ bar\n@ ñandú\n"; got != want {
		t.Errorf("a log gets\n%s\nwant\n%s", got, want)
	}
	var out strings.Builder
	screen := &terminal{out: &out, lines: map[string]string{}, times: map[string]time.Time{}}
	for _, text := range []string{"bar 1 %", "bar 2 %", "bar 3 %"} {
		if err := screen.mirror(job.State{Outputs: []job.Output{{ID: "bar", Bundle: chart.Bundle{Text: text}}}}); err != nil {
			t.Fatal(err)
		}
		if text == "bar 2 %" {
			screen.times["bar"] = screen.times["bar"].Add(-logPause)
		}
	}
	if got := out.String(); !strings.Contains(got, "1 %") || strings.Contains(got, "2 %") || !strings.Contains(got, "3 %") {
		t.Errorf("after a pause a log gets\n%s", got)
	}
}

// TestTerminal: on a terminal the line of a bar is written over, and none is longer than the
// terminal is wide.
func TestTerminal(t *testing.T) {
	const over = "\r\x1b[K"
	want := over + "bar 1 %" + over + "bar 2 %" + "\n! note" + "\nbar 3 % of what is…" + over + "✓ bar\n" + over + "ñandú\n"
	if got := shown(t, 20); got != want {
		t.Errorf("a terminal gets\n%q\nwant\n%q", got, want)
	}
	broken := &terminal{out: closed{}, lines: map[string]string{}, times: map[string]time.Time{}}
	if err := broken.mirror(job.State{Outputs: []job.Output{{ID: "a", Bundle: chart.Bundle{Text: "a"}}}}); err == nil {
		t.Error("a terminal that is gone is no error")
	}
}

// closed is a terminal that is gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
