package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func taken([]byte) (string, map[string]float64, error) { return "taken", nil, nil }

func TestPartThatHangsCostsItsTime(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	p := part{
		name: "hangs", limit: 200 * time.Millisecond, judge: taken,
		// What it started writes for as long as it lives.
		command: []string{"sh", "-c", `(while :; do echo x >>"$0"; sleep 0.05; done) & echo said >&2; wait`, trace},
	}
	done := p.run()
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
	} {
		done := part{name: "part", limit: time.Minute, judge: taken, command: []string{"sh", "-c", c.script}}.run()
		if (done.Failed == "") != (c.failed == "") || !strings.Contains(done.Failed, c.failed) || !strings.Contains(done.Log, c.log) {
			t.Errorf("%s: failed %q, log %q", c.script, done.Failed, done.Log)
		}
	}
	if done := (part{name: "part", limit: time.Minute, judge: taken, command: []string{"/no/such/program"}}).run(); done.Failed == "" {
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

func TestJudgeTurns(t *testing.T) {
	output := `{"loss": 3, "seconds": 9, "peak": 1073741824}
{"loss": 2.5, "seconds": 0.2, "peak": 1073741824}
{"loss": 2, "seconds": 0.4, "peak": 2147483648}
{"loss": 1.5, "seconds": 0.3, "peak": 2147483648}
`
	finding, figures, err := judgeTurns(600)([]byte(output))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"first_seconds": 9, "seconds": 0.3, "tokens_per_second": 2000, "peak_bytes": 1 << 31, "loss": 1.5} {
		if got := figures[name]; got < want*0.999 || got > want*1.001 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if !strings.Contains(finding, "300.0 ms") || !strings.Contains(finding, "2.00 GiB") {
		t.Errorf("%q", finding)
	}
	for _, bad := range []string{"", `{"seconds": 1}`, "{\"seconds\": 1}\nnothing", "{\"seconds\": 1}\n{\"seconds\": 1, \"loss\": \"NaN\"}"} {
		if _, _, err := judgeTurns(1)([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a measurement", bad)
		}
	}
}
