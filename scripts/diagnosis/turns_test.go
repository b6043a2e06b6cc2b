package main

import (
	"strings"
	"testing"
	"time"
)

// orders is a program's standard input.
type orders struct {
	strings.Builder
	closed bool
}

func (o *orders) Close() error {
	o.closed = true
	return nil
}

func TestTurns(t *testing.T) {
	for _, c := range []struct {
		name               string
		turns, slow, taken int // slow: the turn in which patience ends
	}{
		{"in time", 4, 9, 4},
		{"slow at once: a second turn is still measured", 4, 1, 2},
		{"slow later", 5, 3, 3},
		{"one turn", 1, 9, 1},
	} {
		var o orders
		program := turns{orders: &o, left: c.turns}
		program.order(true)
		for taken := 0; !o.closed; taken++ {
			if o.Len() != taken+1 {
				t.Fatalf("%s: told of %d turns after %d", c.name, o.Len(), taken)
			}
			if taken > 0 && taken+1 >= c.slow {
				program.first = program.first.Add(-patience)
			}
			if _, err := program.Write([]byte("{}\n")); err != nil {
				t.Fatal(err)
			}
		}
		if o.Len() != c.taken || program.output.Len() != 3*c.taken {
			t.Errorf("%s: told of %d turns, want %d; %q", c.name, o.Len(), c.taken, program.output.String())
		}
	}
}

func TestPartTakesTurns(t *testing.T) {
	p := part{name: "part", limit: time.Minute, turns: 3, judge: work{tokens: 10, turn: 1}.judge, command: []string{
		"sh", "-c", `while read -r _; do echo '{"loss": 2, "seconds": 0.5, "peak": 1}'; done`,
	}}
	done := p.run(t.Context(), time.Hour)
	if done.Failed != "" || len(done.Figures.Losses) != 3 || done.Figures.TokensPerSecond != 20 {
		t.Errorf("%+v", done)
	}
	p.command = []string{"sh", "-c", `read -r _; echo '{"seconds": 0.5}'`}
	if done := p.run(t.Context(), time.Hour); done.Failed == "" {
		t.Errorf("a program that ends after its first turn is taken for measured: %+v", done)
	}
}

func TestJudgeTurns(t *testing.T) {
	output := `{"loss": 3, "seconds": 2, "peak": 1073741824}
{"loss": 2.5, "seconds": 0.2, "peak": 1073741824, "gpu_peak": 1}
{"loss": 2, "seconds": 0.4, "peak": 2147483648, "gpu_peak": 3221225472}
{"loss": 1.5, "seconds": 0.3, "peak": 2147483648, "gpu_peak": 3221225472}
`
	w := work{tokens: 600, turn: 10, flops: 3e9, peak: 1e11}
	finding, f, err := w.judge([]byte(output))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string][2]float64{
		"first": {f.First, 10*2 - 9*0.3}, "seconds": {f.Seconds, 0.3}, "tokens a second": {f.TokensPerSecond, 2000},
		"peak": {f.Peak, 2 << 30}, "the GPU's": {f.GPUPeak, 3 << 30}, "utilization": {f.Utilization, 0.1}, "last loss": {f.Losses[3], 1.5},
	} {
		if got, want := value[0], value[1]; got < want*0.999 || got > want*1.001 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for _, part := range []string{"300.0 ms", "2.00 GiB", "GPU  3.00 GiB", "MFU 10.0 %", "loss 40: 1.5"} {
		if !strings.Contains(finding, part) {
			t.Errorf("%q is not in %q", part, finding)
		}
	}
	w.peak = 0
	if finding, f, err := w.judge([]byte(output)); err != nil || f.Utilization != 0 || strings.Contains(finding, "MFU") {
		t.Errorf("%q of a card that is not known, %v", finding, err)
	}
	for _, bad := range []string{
		"", `{"seconds": 1}`, "{\"seconds\": 1}\nnothing", "{\"seconds\": 1}\n{\"seconds\": 1, \"loss\": NaN}",
		"{\"seconds\": 1, \"loss\": 0}\n{\"seconds\": 1, \"loss\": 0}",
	} {
		if _, _, err := (work{tokens: 1, turn: 1}).judge([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a measurement", bad)
		}
	}
}
