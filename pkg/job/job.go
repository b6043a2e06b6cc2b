package job

import (
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

// folder is that of a run's jobs, in the run's.
const folder = "jobs"

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
	return Job{filepath.Join(run, folder, id)}, err
}

// At returns the job in a folder.
func At(dir string) Job { return Job{dir} }

// List returns the jobs of a run that are under way, or ended and were not seen to.
func List(run string) ([]Job, error) {
	paths, err := filepath.Glob(filepath.Join(run, folder, "*", "state.json"))
	jobs := make([]Job, len(paths))
	for i, path := range paths {
		jobs[i] = Job{filepath.Dir(path)}
	}
	return jobs, err
}

func (j Job) path(name string) string { return filepath.Join(j.dir, name) }

// Request returns what the job was asked to do.
func (j Job) Request() (r Request, err error) {
	return r, j.read("request.json", &r)
}

// State is what a job shows.
type State struct {
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	Outputs []Output  `json:"outputs"` // in the order in which they came up
	Ended   time.Time `json:"ended,omitzero"`
	Failure string    `json:"failure,omitempty"` // why it ended without a result
	Stopped bool      `json:"stopped,omitempty"` // because it was asked to
}

// Output is one thing shown; a later one of the same id took its place.
type Output struct {
	ID string `json:"id"`
	chart.Bundle
}

// State reads what the job shows; an error that is [fs.ErrNotExist] says that there is no
// such job, or no more.
func (j Job) State() (s State, err error) {
	return s, j.read("state.json", &s)
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
// wait for the disk: what a job shows is worth nothing after a power cut.
func (j Job) write(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	partial := j.path("." + name + ".tmp")
	if err := os.WriteFile(partial, data, 0o600); err != nil {
		return err
	}
	return os.Rename(partial, j.path(name))
}

// AtWork tells whether a process has the job.
func (j Job) AtWork() (bool, error) {
	release, held, err := home.TryLock(j.path("lock"))
	switch {
	case errors.Is(err, errors.ErrUnsupported): // by the disk: there is only the process to ask
		state, err := j.State()
		host, _ := os.Hostname()
		return err == nil && state.Ended.IsZero() && (state.Host != host || syscall.Kill(state.PID, 0) == nil), nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case held:
		release()
		return false, nil
	}
	return true, nil
}

// Stop asks the job to stop. It goes on for as long as it takes to save what is done.
func (j Job) Stop() error {
	err := os.WriteFile(j.path("stop"), nil, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // It has ended.
	}
	return err
}

// Remove removes the job's folder, unless a process has the job.
func (j Job) Remove() error {
	release, held, err := home.TryLock(j.path("lock"))
	if err != nil || !held {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	defer release()
	return os.RemoveAll(j.dir)
}

// Stopping tells whether a process has the job and was asked to stop.
func (j Job) Stopping() bool {
	if _, err := os.Stat(j.path("stop")); err != nil {
		return false
	}
	busy, err := j.AtWork()
	return err == nil && busy
}
