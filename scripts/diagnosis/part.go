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
	turns   int      // how many lines it is sent, each of which it answers with one
	limit   time.Duration
	judge   func(output []byte) (finding string, figures map[string]float64, err error)
}

// outcome is what became of a part.
type outcome struct {
	Name    string             `json:"name"`
	Failed  string             `json:"failed,omitempty"` // why; empty: it went well
	Finding string             `json:"finding,omitempty"`
	Figures map[string]float64 `json:"figures,omitempty"`
	Seconds float64            `json:"seconds"`
	Log     string             `json:"log,omitempty"` // what a failed part had to say
}

// errHung is the end of a part that was not done in its time.
var errHung = errors.New("it was not done in its time")

// run runs the part. Out of time it is asked, by SIGQUIT, to tell where its goroutines are,
// and then killed with all that it started.
func (p part) run() outcome {
	begin := time.Now()
	output, log, err := p.execute()
	done := outcome{Name: p.name}
	if err == nil {
		done.Finding, done.Figures, err = p.judge(output)
	}
	if err != nil {
		done.Failed, done.Log = err.Error(), tail(log, 200)
		if len(output) > 0 {
			done.Log += "\n" + tail(output, 200)
		}
	}
	done.Seconds = time.Since(begin).Seconds()
	return done
}

func (p part) execute() (output, log []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), p.limit)
	defer cancel()
	command := exec.CommandContext(ctx, p.command[0], p.command[1:]...)
	command.Dir = p.dir
	command.Env = append(os.Environ(), p.env...)
	command.Stdin = strings.NewReader(strings.Repeat("\n", p.turns))
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGQUIT) }
	command.WaitDelay = 5 * time.Second
	err = command.Run()
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // whoever is left; nobody, as a rule
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w (%v)", errHung, p.limit)
	}
	return stdout.Bytes(), stderr.Bytes(), err
}

// tail returns the last lines of a text.
func tail(text []byte, lines int) string {
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
