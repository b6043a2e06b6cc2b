package job

import (
	"bytes"
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
)

const (
	readPause  = 100 * time.Millisecond // between two looks at a state
	probePause = time.Second            // between two looks whether the process is still there

	// Of what a process printed that ended without saying how, the last searchedWords bytes
	// are searched for the beginning of a crash, and at most lastWords bytes are told.
	lastWords     = 2000
	searchedWords = 1 << 20
)

// ErrStopped is how following a job ends that somebody stopped.
var ErrStopped = fmt.Errorf("the job was stopped: %w", context.Canceled)

// ErrGone is how following a job ends that somebody else saw to: it was done, and removed.
// Whoever still needs to know asks for it again, and finds it done.
var ErrGone = errors.New("the job is no longer there")

// Failure is how following a job ends that failed: what it said.
type Failure string

func (f Failure) Error() string { return string(f) }

// Crash is how a job ends whose process ended without saying how: it crashed, or was killed.
type Crash struct {
	Status string // its exit status, where this process started it and it had not begun; else ""
	Words  string // the last that it printed
}

func (c Crash) Error() string {
	text := "the process that did the job ended without saying how"
	if c.Status != "" {
		text += " (" + c.Status + ")"
	}
	if c.Words != "" {
		text += "; the last that it printed:\n" + c.Words
	}
	return text
}

// Start has a program do a request in a run's folder, in a session of its own: what ends this
// process does not end it. The program gets arguments and the job's folder, and is to call
// [Job.Work]; Start returns once it does. Where a process has the job already there is nothing
// to do; stopping tells that it was asked to stop before.
func Start(ctx context.Context, run string, r Request, program string, arguments ...string) (j Job, stopping bool, err error) {
	if j, err = Of(run, r); err != nil {
		return j, false, err
	}
	release, err := j.hold(ctx)
	if err != nil {
		return j, false, err
	}
	defer release()
	if busy, err := j.taken(ctx); err != nil || busy {
		return j, j.has(stopFile), err
	}
	if err := j.prepare(r); err != nil {
		return j, false, err
	}
	return j, false, j.launch(r, program, arguments)
}

// launch starts the program and waits until it has the job. It does not hear of an
// interrupt: whoever follows the job does, and can stop it.
func (j Job) launch(r Request, program string, arguments []string) error {
	log, err := os.OpenFile(j.path(logFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
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
	if r.Attached {
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
		if j.has(stateFile) {
			return nil
		}
		select {
		case err := <-ended:
			// The state may have come since, or another process have taken the job: one that
			// was started by a process that was killed as it waited here.
			if busy, _ := j.AtWork(); busy || j.has(stateFile) {
				return nil
			}
			crash := Crash{Words: j.words()}
			if err != nil {
				crash.Status = err.Error()
			}
			return crash
		case <-time.After(shortPause):
		}
	}
}

// Follow shows what the job shows until it ends, or ctx does. The error is nil where the job
// did what it was asked, [ErrStopped], [ErrGone], a [Failure], a [Crash], or ctx's.
func (j Job) Follow(ctx context.Context, show func(State) error) error {
	var before State
	var probed time.Time
	for {
		// Of a process that is not there any more, what is read after is the last.
		busy := true
		if time.Since(probed) > probePause {
			var err error
			if busy, err = j.AtWork(); err != nil {
				return err
			}
			probed = time.Now()
		}
		state, err := j.State()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if busy, err := j.AtWork(); err != nil || !busy && !j.has(stateFile) {
				return errors.Join(err, ErrGone)
			}
		case err != nil:
			return err
		default:
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
			case !busy && state.SameProcess(before):
				return Crash{Words: j.words()}
			case !busy:
				probed = time.Time{} // It may be of one that has just begun.
			}
			before = state
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(readPause):
		}
	}
}

// words are the last that the job's process printed, from where it says that it crashes: what
// follows can be long.
func (j Job) words() string {
	log, err := os.Open(j.path(logFile))
	if err != nil {
		return ""
	}
	defer func() { _ = log.Close() }()
	if info, err := log.Stat(); err == nil && info.Size() > searchedWords {
		_, _ = log.Seek(-searchedWords, io.SeekEnd)
	}
	text, _ := io.ReadAll(io.LimitReader(log, searchedWords)) // What cannot be read is not told.
	crash := -1
	for _, sign := range []string{"panic: ", "fatal error: ", "SIG"} {
		if at := bytes.Index(append([]byte("\n"), text...), []byte("\n"+sign)); at >= 0 && (crash < 0 || at < crash) {
			crash = at
		}
	}
	if crash >= 0 {
		text = text[crash:]
		text = text[:min(len(text), lastWords)]
	} else {
		text = text[max(0, len(text)-lastWords):]
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(text), ""))
}
