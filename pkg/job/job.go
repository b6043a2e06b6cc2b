package job

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// The names of files.
const (
	folder      = "jobs" // of a run's jobs, in the run's
	requestFile = "request.json"
	stateFile   = "state.json"
	lockFile    = "lock"
	stopFile    = "stop"
	logFile     = "log"
)

const (
	// shortPause is between two looks for what another process does in a moment.
	shortPause = 10 * time.Millisecond
	// keep is how long the state of a job that has ended stays for those who watch it.
	keep = time.Minute
)

// Request is what a job is asked to do.
type Request struct {
	Step  string          `json:"step"`
	Args  []string        `json:"args,omitempty"`
	Study json.RawMessage `json:"study"` // what is studied, and how
	// Attached jobs are stopped when the process that started them ends.
	Attached bool `json:"attached,omitempty"`
}

// Name is the step with its arguments, for people.
func (r Request) Name() string {
	return strings.Join(append([]string{r.Step}, r.Args...), " ")
}

// id is the same for requests of the same.
func (r Request) id() (string, error) {
	r.Attached = false
	data, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("job %s: %w", r.Name(), err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), nil
}

// Job is a folder in which a request is done.
type Job struct{ dir string }

// Of returns the job of a request in a run's folder, whether it is there yet or not.
func Of(run string, r Request) (Job, error) {
	id, err := r.id()
	return At(filepath.Join(run, folder, id)), err
}

// At returns the job in a folder.
func At(dir string) Job { return Job{filepath.Clean(dir)} }

// List returns the jobs of a run that are under way, or ended and were not seen to.
func List(run string) ([]Job, error) {
	entries, err := os.ReadDir(filepath.Join(run, folder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var jobs []Job
	for _, entry := range entries {
		if entry.IsDir() {
			jobs = append(jobs, At(filepath.Join(run, folder, entry.Name())))
		}
	}
	return jobs, nil
}

func (j Job) path(name string) string { return filepath.Join(j.dir, name) }

// run is the folder of the run that the job is of.
func (j Job) run() string { return filepath.Dir(filepath.Dir(j.dir)) }

// has tells whether a file of the job is there.
func (j Job) has(name string) bool {
	_, err := os.Stat(j.path(name))
	return err == nil
}

// Request returns what the job was asked to do.
func (j Job) Request() (r Request, err error) {
	err = j.read(requestFile, &r)
	return r, err
}

// State is what a job shows.
type State struct {
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	Waiting bool      `json:"waiting,omitempty"` // for its turn
	Outputs []Output  `json:"outputs"`           // in the order in which they came up
	Ended   time.Time `json:"ended,omitzero"`
	Failure string    `json:"failure,omitempty"` // why it ended without a result
	Stopped bool      `json:"stopped,omitempty"` // because it was asked to
}

// SameProcess tells whether the two are states of one process.
func (s State) SameProcess(other State) bool {
	return s.Host == other.Host && s.PID == other.PID && s.Started.Equal(other.Started)
}

// Output is one thing shown; a later one of the same id took its place.
type Output struct {
	ID string `json:"id"`
	chart.Bundle
}

// State reads what the job shows; an error that is [fs.ErrNotExist] says that there is no
// such job, or no more, or that the process that has it is about to say its first word.
func (j Job) State() (s State, err error) {
	err = j.read(stateFile, &s)
	return s, err
}

func (j Job) read(name string, value any) error {
	data, err := os.ReadFile(j.path(name))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("reading %s: %w", j.path(name), err)
	}
	return nil
}

// write replaces a file, which only the user may read. Unlike [home.WriteFile] it does not
// wait for the disk: what a job shows is worth nothing after a power cut. The new file's name
// is not one that [home.RemovePartial] removes: whoever opens the run does not know of jobs.
func (j Job) write(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	next := j.path(name + ".new")
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return err
	}
	return os.Rename(next, j.path(name))
}

// AtWork tells whether a process has the job.
func (j Job) AtWork() (bool, error) {
	held, err := home.Held(j.path(lockFile))
	if errors.Is(err, errors.ErrUnsupported) { // by the disk: there is only the process to ask
		state, err := j.State()
		host, _ := os.Hostname()
		return err == nil && state.Ended.IsZero() && (state.Host != host || syscall.Kill(state.PID, 0) == nil), nil
	}
	return held, err
}

// taken is [Job.AtWork] that first waits for a process that is done with the job to let go
// of it.
func (j Job) taken(ctx context.Context) (bool, error) {
	for {
		busy, err := j.AtWork()
		if err != nil || !busy {
			return false, err
		}
		if state, err := j.State(); err != nil || state.Ended.IsZero() {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(shortPause):
		}
	}
}

// hold keeps other processes from starting, stopping and removing jobs of the run until
// release is called: what they find of a job is then what they act upon.
func (j Job) hold(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	jobs := filepath.Dir(j.dir)
	if err := os.MkdirAll(jobs, 0o700); err != nil {
		return nil, err
	}
	return home.Lock(ctx, filepath.Join(jobs, "start.lock"), func() {})
}

// prepare makes the job's folder say what is asked for, and nothing of an earlier time. The
// caller holds the run, and no process has the job.
func (j Job) prepare(r Request) error {
	if err := j.sweep(); err != nil {
		return err
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{stateFile, stopFile, logFile} {
		if err := os.Remove(j.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return j.write(requestFile, r)
}

// sweep removes what other jobs of the run left that have ended, or never began. The caller
// holds the run.
func (j Job) sweep() error {
	list, err := List(j.run())
	for _, other := range list {
		if other == j {
			continue
		}
		latest := other.latest()
		if busy, unknown := other.AtWork(); busy || unknown != nil || time.Since(latest) < keep {
			continue
		}
		err = errors.Join(err, os.RemoveAll(other.dir))
	}
	return err
}

// latest is when a process last was at work on the job: it touches the state every second.
func (j Job) latest() (at time.Time) {
	for _, name := range []string{requestFile, stateFile} {
		if info, err := os.Stat(j.path(name)); err == nil && info.ModTime().After(at) {
			at = info.ModTime()
		}
	}
	return at
}

// Stop asks the job to stop. It goes on for as long as it takes to save what is done.
func (j Job) Stop() error {
	return j.whileHeld(func(busy bool) error {
		if !busy {
			return nil // It has ended.
		}
		return os.WriteFile(j.path(stopFile), nil, 0o600)
	})
}

// Remove removes the job's folder, unless a process has the job.
func (j Job) Remove() error {
	return j.whileHeld(func(busy bool) error {
		if busy {
			return nil // Somebody asked for it again.
		}
		return os.RemoveAll(j.dir)
	})
}

// whileHeld acts on a job that is there, while nobody else does.
func (j Job) whileHeld(act func(busy bool) error) error {
	if _, err := os.Stat(j.dir); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	release, err := j.hold(context.Background())
	if err != nil {
		return err
	}
	defer release()
	busy, err := j.taken(context.Background())
	if err != nil {
		return err
	}
	return act(busy)
}
