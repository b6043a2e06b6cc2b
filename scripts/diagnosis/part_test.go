package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func taken([]byte) (string, *figures, error) { return "taken", nil, nil }

func TestPartThatHangsCostsItsTime(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	p := part{
		name: "hangs", limit: 200 * time.Millisecond, judge: taken,
		// What it started writes for as long as it lives.
		command: []string{"sh", "-c", `(while :; do echo x >>"$0"; sleep 0.05; done) & echo said >&2; wait`, trace},
	}
	done := p.run(t.Context(), time.Hour)
	if !strings.Contains(done.Failed, errHung.Error()) || !strings.Contains(done.Log, "said") {
		t.Errorf("failed %q, log %q", done.Failed, done.Log)
	}
	size := func() int64 {
		info, err := os.Stat(trace)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	time.Sleep(300 * time.Millisecond)
	if size() != before {
		t.Error("what the part started lives on")
	}
}

func TestPartsThatEndBadly(t *testing.T) {
	for _, c := range []struct{ script, failed, log string }{
		{"echo why >&2; exit 3", "exit status 3", "why"},
		{"kill -SEGV $$", "segmentation fault", ""},
		{"exit 0", "", ""},
		{"echo said at once", "", ""},
	} {
		done := part{name: "part", limit: time.Minute, judge: taken, command: []string{"sh", "-c", c.script}}.run(t.Context(), time.Hour)
		if (done.Failed == "") != (c.failed == "") || !strings.Contains(done.Failed, c.failed) || !strings.Contains(done.Log, c.log) {
			t.Errorf("%s: failed %q, log %q", c.script, done.Failed, done.Log)
		}
	}
	if done := (part{name: "part", limit: time.Minute, judge: taken, command: []string{"/no/such/program"}}).run(t.Context(), time.Hour); done.Failed == "" {
		t.Error("a program that is not there did well")
	}
}

func TestJudgeTests(t *testing.T) {
	finding, _, err := judgeTests([]byte("=== RUN   TestA\n    --- PASS: TestA/engine= (0.1s)\n--- PASS: TestA (0.1s)\n--- SKIP: TestB (0.0s)\nPASS\n"))
	if err != nil || finding != "2 tests passed, 1 do not apply to this engine" {
		t.Errorf("%q, %v", finding, err)
	}
	for _, output := range []string{"", "testing: warning: no tests to run\nPASS\n", "--- SKIP: TestB (0.0s)\nPASS\n"} {
		if _, _, err := judgeTests([]byte(output)); err == nil {
			t.Errorf("%q is taken for a proof", output)
		}
	}
}

func TestPartsThatAreLeftOut(t *testing.T) {
	slow := part{name: "slow", limit: time.Minute, judge: taken, command: []string{"sleep", "60"}}
	if done := slow.run(t.Context(), shortest/2); done.LeftOut != errNoTime.Error() || done.Seconds != 0 {
		t.Errorf("with hardly any time: %+v", done)
	}
	if done := slow.run(t.Context(), shortest); done.LeftOut != errNoTime.Error() || done.Failed != "" {
		t.Errorf("cut short: %+v", done)
	}
	peer := part{name: "peer", limit: time.Minute, judge: taken, beside: true, command: []string{"sh", "-c", "echo why >&2; exit 1"}}
	if done := peer.run(t.Context(), time.Hour); done.Failed != "" || done.LeftOut != "exit status 1" || done.Log != "why" {
		t.Errorf("a peer that does not work: %+v", done)
	}
}

func TestDoctorGoesOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	d := doctor{settings: settings{file: file}, end: time.Now().Add(time.Hour), outcomes: map[string]outcome{}}
	for _, p := range []part{
		{name: "bad", limit: time.Minute, judge: taken, command: []string{"false"}},
		{name: "needs it", after: "bad", limit: time.Minute, judge: taken, command: []string{"true"}},
		{name: "good", limit: time.Minute, judge: taken, command: []string{"true"}},
		{name: "needs that", after: "good", limit: time.Minute, judge: taken, command: []string{"true"}},
	} {
		if err := d.try(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if d.failed != 1 || d.leftOut != 1 || !strings.Contains(d.outcomes["needs it"].LeftOut, "bad") || d.outcomes["needs that"].Finding != "taken" {
		t.Errorf("%d failed, %d left out: %+v", d.failed, d.leftOut, d.outcomes)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var written report
	if err := json.Unmarshal(data, &written); err != nil || len(written.Outcomes) != 4 || written.Outcomes[0].Failed != "exit status 1" {
		t.Errorf("%+v, %v", written, err)
	}
}

func TestPartsThatAreAskedFor(t *testing.T) {
	parts := []part{{name: "weights"}, {name: "other"}, {name: "step", after: "weights"}, {name: "step, again", after: "step"}, {name: "flags", after: "other"}}
	for pattern, want := range map[string]string{
		"": "weights other step step, again flags", "again$": "weights step step, again", "^flags$": "other flags", "none": "",
	} {
		d := doctor{settings: settings{only: regexp.MustCompile(pattern)}}
		var names []string
		for _, p := range d.chosen(parts) {
			names = append(names, p.name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
}
