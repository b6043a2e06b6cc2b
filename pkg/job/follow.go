package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

const (
	readPause  = 100 * time.Millisecond // between two looks at a state
	probePause = time.Second            // between two looks whether the process is still there
	// lastWords is how much of what a process printed is told when it ends without a word.
	lastWords = 2000
)

// ErrStopped is how following a job ends that somebody stopped.
var ErrStopped = fmt.Errorf("the job was stopped: %w", context.Canceled)

// Failure is how following a job ends that failed: what it said.
type Failure string

func (f Failure) Error() string { return string(f) }

// Start has a program do the job, in a session of its own: what ends this process does not end
// it. Where another process has the job already there is nothing to do. The program gets
// arguments and the job's folder, and is to call [Job.Do].
func (j Job) Start(ctx context.Context, program string, arguments ...string) error {
	if busy, err := j.AtWork(); err != nil || busy {
		return err
	}
	request, err := j.Request()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(j.path("log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	worker := exec.Command(program, append(arguments, j.dir)...) //nolint:gosec // the project's own program
	worker.Stdout, worker.Stderr = log, log
	worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	for _, variable := range os.Environ() {
		// To the notebook's kernel only the cell speaks.
		if !strings.HasPrefix(variable, "GONB_") {
			worker.Env = append(worker.Env, variable)
		}
	}
	if request.Attached {
		// The other end is open for as long as this process is.
		if _, err := worker.StdinPipe(); err != nil {
			return err
		}
	}
	if err := worker.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- worker.Wait() }()
	for {
		if state, err := j.State(); err == nil && state.PID == worker.Process.Pid {
			return nil
		}
		select {
		case err := <-ended:
			if busy, _ := j.AtWork(); busy {
				return nil // Another was faster.
			}
			if state, unread := j.State(); unread == nil && state.PID == worker.Process.Pid {
				return nil // It has ended already.
			}
			return j.crashed(err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(readPause / 10):
		}
	}
}

// Follow shows what the job shows until it ends, or ctx does. The error is nil where the job
// did what it was asked, [ErrStopped], a [Failure], ctx's, or says how the process ended
// without a word.
func (j Job) Follow(ctx context.Context, show func(State) error) error {
	var probe time.Time
	gone := false
	for {
		state, err := j.State()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // Who else watched has seen the end.
		}
		if err != nil {
			return err
		}
		if err := show(state); err != nil {
			return err
		}
		switch {
		case state.Stopped:
			return ErrStopped
		case state.Failure != "":
			return Failure(state.Failure)
		case !state.Ended.IsZero():
			return nil
		case gone:
			return j.crashed(nil)
		}
		if time.Since(probe) > probePause {
			probe = time.Now()
			busy, err := j.AtWork()
			if err != nil {
				return err
			}
			// It may have written its last state since this one was read.
			gone = !busy
			if gone {
				continue
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(readPause):
		}
	}
}

// crashed is the error of a process that ended without a word.
func (j Job) crashed(err error) error {
	words := home.Tail{Limit: lastWords}
	if log, unread := os.Open(j.path("log")); unread == nil {
		_, _ = io.Copy(&words, log)
		_ = log.Close()
	}
	text := "the process that did it ended without a word"
	if err != nil {
		text += " (" + err.Error() + ")"
	}
	if last := strings.TrimSpace(words.String()); last != "" {
		text += "; its last words:\n" + last
	}
	return errors.New(text)
}
