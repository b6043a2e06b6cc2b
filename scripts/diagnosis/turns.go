package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// patience is how long after its first answer a program is still told to do its work again:
// slow work is measured fewer times, but at least once after the first.
const patience = 15 * time.Second

// turns tells a program of scripts/benchmarks to do its work, a turn at a time, and takes
// down what it answers.
type turns struct {
	orders io.WriteCloser // its standard input
	left   int            // turns that it was not told of yet
	first  time.Time      // when it first answered
	output bytes.Buffer
}

// Write takes what the program wrote to its standard output, where each line ends a turn.
func (t *turns) Write(output []byte) (int, error) {
	for range bytes.Count(output, []byte("\n")) {
		second := t.first.IsZero()
		if second {
			t.first = time.Now()
		}
		t.order(second)
	}
	return t.output.Write(output)
}

// order tells the program to take one more turn, if it must or if there is still time, or
// else that there is none any more. It may have ended by itself, which its exit status says.
func (t *turns) order(must bool) {
	if t.left > 0 && (must || time.Since(t.first) < patience) {
		t.left--
		_, _ = io.WriteString(t.orders, "\n")
	} else {
		t.left = 0
		_ = t.orders.Close()
	}
}

// figures are what was measured in the turns of a program.
type figures struct {
	First           float64   `json:"first_seconds"` // the first step or text, with compiling
	Seconds         float64   `json:"seconds"`       // the median of the others
	TokensPerSecond float64   `json:"tokens_per_second"`
	Peak            float64   `json:"peak_bytes"`
	GPUPeak         float64   `json:"gpu_peak_bytes,omitempty"`
	Utilization     float64   `json:"utilization,omitempty"` // of what the card can do
	Losses          []float64 `json:"losses,omitempty"`      // the mean of each turn
}

// work is what a program of scripts/benchmarks does.
type work struct {
	tokens int
	turn   int     // how often in a turn
	flops  float64 // operations; 0: not counted
	peak   float64 // what the card can do in a second; 0: not known
}

// judge reads what the program answers to each turn: in the first it compiles, the others
// are measured.
func (w work) judge(output []byte) (string, *figures, error) {
	var f figures
	var seconds []float64
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var turn struct {
			Seconds, Peak float64
			GPUPeak       float64  `json:"gpu_peak"`
			Loss          *float64 // none where texts are continued
		}
		if err := json.Unmarshal(lines.Bytes(), &turn); err != nil {
			return "", nil, fmt.Errorf("turn %d: %w", len(seconds)+1, err)
		}
		if turn.Loss != nil {
			if *turn.Loss <= 0 {
				return "", nil, fmt.Errorf("the loss of turn %d is %v", len(seconds)+1, *turn.Loss)
			}
			f.Losses = append(f.Losses, *turn.Loss)
		}
		seconds, f.Peak, f.GPUPeak = append(seconds, turn.Seconds), turn.Peak, turn.GPUPeak
	}
	if err := lines.Err(); err != nil {
		return "", nil, err
	}
	if len(seconds) < 2 {
		return "", nil, errors.New("it ended before its second turn")
	}
	f.Seconds = slices.Sorted(slices.Values(seconds[1:]))[(len(seconds)-1)/2]
	others := float64(w.turn - 1)
	f.First = seconds[0]*(others+1) - others*f.Seconds
	f.TokensPerSecond = float64(w.tokens) / f.Seconds
	finding := fmt.Sprintf("%8.1f ms, %9.0f tokens/s, first %5.1f s, %5.2f GiB", 1000*f.Seconds, f.TokensPerSecond, f.First, f.Peak/(1<<30))
	if f.GPUPeak > 0 {
		finding += fmt.Sprintf(", GPU %5.2f GiB", f.GPUPeak/(1<<30))
	}
	if n := len(f.Losses); n > 0 {
		finding += fmt.Sprintf(", loss %d: %.4f", n*w.turn, f.Losses[n-1])
	}
	if w.flops > 0 && w.peak > 0 {
		f.Utilization = w.flops / f.Seconds / w.peak
		finding += fmt.Sprintf(", MFU %.1f %%", 100*f.Utilization)
	}
	return finding, &f, nil
}
