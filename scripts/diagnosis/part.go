package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// part is one thing to try, in a process of its own: one that hangs costs no more than its
// time, and one that crashes nothing at all.
type part struct {
	name    string
	dir     string // where it runs
	command []string
	env     []string // beside the doctor's own
	turns   int      // how often it is told to do its work, by a line that it answers with one
	limit   time.Duration
	after   string // part without which this one cannot go well; empty: none
	beside  bool   // nothing of ours: a peer, a trial; that it does not work is no failure
	judge   func(output []byte) (finding string, f *figures, err error)
}

// outcome is what became of a part.
type outcome struct {
	Name    string   `json:"name"`
	Failed  string   `json:"failed,omitempty"`   // why
	LeftOut string   `json:"left_out,omitempty"` // why; with neither it went well
	Finding string   `json:"finding,omitempty"`
	Figures *figures `json:"figures,omitempty"`
	Seconds float64  `json:"seconds"`
	Log     string   `json:"log,omitempty"` // what a part that did not go well had to say
}

// shortest is the least time that must be left for a part to be begun.
const shortest = 5 * time.Second

var (
	// errHung is the end of a part that was not done in its time.
	errHung = errors.New("it was not done in its time")
	// errNoTime is the end of one that had less than its time.
	errNoTime = errors.New("no time")
)

// run runs the part, for as long as is left at most. Out of time it is asked, by SIGQUIT,
// to tell where its goroutines are, and then killed with all that it started.
func (p part) run(ctx context.Context, left time.Duration) outcome {
	done := outcome{Name: p.name}
	if left < shortest {
		done.LeftOut = errNoTime.Error()
		return done
	}
	begin := time.Now()
	output, log, err := p.execute(ctx, min(p.limit, left))
	if errors.Is(err, errHung) && left < p.limit {
		err = errNoTime
	}
	if err == nil {
		done.Finding, done.Figures, err = p.judge(output)
	}
	done.Seconds = time.Since(begin).Seconds()
	if err == nil {
		return done
	}
	lines := 200
	switch {
	case errors.Is(err, errNoTime):
		done.LeftOut = err.Error()
		return done
	case p.beside:
		done.LeftOut, lines = err.Error(), 20
	default:
		done.Failed = err.Error()
	}
	done.Log = strings.TrimSpace(tail(log, lines) + "\n" + tail(output, lines))
	return done
}

func (p part) execute(ctx context.Context, limit time.Duration) (output, log []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	command := exec.CommandContext(ctx, p.command[0], p.command[1:]...)
	command.Dir = p.dir
	command.Env = append(os.Environ(), p.env...)
	said := turns{left: p.turns}
	var stderr bytes.Buffer
	command.Stdout, command.Stderr = &said, &stderr
	if said.orders, err = command.StdinPipe(); err != nil {
		return nil, nil, err
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGQUIT) }
	command.WaitDelay = 5 * time.Second
	said.order(true) // Once the program has started, its answers give the orders.
	if err = command.Start(); err == nil {
		err = command.Wait()
	}
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // whoever is left; nobody, as a rule
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("%w (%v)", errHung, limit)
	}
	return said.output.Bytes(), stderr.Bytes(), err
}

// tail returns the last lines of a text.
func tail(text []byte, lines int) string {
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
