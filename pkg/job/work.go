package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

const (
	writePause = 100 * time.Millisecond // between two states
	stopPause  = 200 * time.Millisecond // between two looks for a stop
	// keep is how long the state of a job that has ended stays for those who watch it.
	keep = time.Minute
)

// ErrTaken says that another process has the job.
var ErrTaken = errors.New("another process has this job")

// Put writes a request into a run's folder, for [Job.Do].
func Put(run string, r Request) (Job, error) {
	j, err := Of(run, r)
	if err != nil {
		return j, err
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return j, err
	}
	return j, j.write("request.json", r)
}

// Do makes this process the one that has the job, waits for its turn in the run, and works.
// What chart shows meanwhile becomes the job's state; also, if not nil, is shown it too. The
// context that work gets ends when ctx does, or when somebody asks the job to stop. The error
// is that of work, or [ErrTaken].
func (j Job) Do(ctx context.Context, also chart.Display, work func(context.Context, Request) error) error {
	request, err := j.Request()
	if err != nil {
		return err
	}
	release, held, err := home.TryLock(j.path("lock"))
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if err == nil && !held {
		return ErrTaken
	}
	defer release()
	_ = os.Remove(j.path("stop")) // of an earlier time
	host, _ := os.Hostname()
	s := &screen{job: j, also: also, state: State{Host: host, PID: os.Getpid(), Started: time.Now().UTC()}}
	if err := s.write(); err != nil {
		return err
	}
	chart.DisplayWith(s.display)
	defer chart.DisplayWith(nil)

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	var background sync.WaitGroup
	background.Go(func() { s.keepWriting(done) })
	background.Go(func() { j.awaitStop(done, stop) })
	if request.Attached {
		go func() { // Reading ends with the process that holds the other end.
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	err = j.inTurn(ctx, func() error { return work(ctx, request) })
	close(done)
	background.Wait()
	stopped := ctx.Err() != nil && errors.Is(err, context.Canceled)
	return errors.Join(err, s.end(err, stopped))
}

// inTurn works once no other job of the run does.
func (j Job) inTurn(ctx context.Context, work func() error) error {
	var note chart.Live
	release, err := home.Lock(ctx, filepath.Join(filepath.Dir(j.dir), "turn.lock"), func() {
		if err := note.Update(chart.Note{Kind: chart.Warning, Title: "Esta corrida está haciendo otro paso",
			Text: "Al terminar ese sigue este" + j.others() + "."}); err != nil {
			slog.Warn("showing that a job waits", "error", err)
		}
	})
	if err != nil {
		return err
	}
	defer release()
	if err := errors.Join(note.Clear(), j.sweep()); err != nil {
		return err
	}
	return work()
}

// others names the jobs that this one waits for.
func (j Job) others() string {
	list, err := List(filepath.Dir(filepath.Dir(j.dir)))
	if err != nil {
		return ""
	}
	for _, other := range list {
		if busy, err := other.AtWork(); other == j || err != nil || !busy {
			continue
		}
		if r, err := other.Request(); err == nil {
			return " (el otro es «" + r.Name() + "»)"
		}
	}
	return ""
}

// sweep removes what jobs left that have ended.
func (j Job) sweep() error {
	list, err := List(filepath.Dir(filepath.Dir(j.dir)))
	for _, other := range list {
		state, unread := other.State()
		if other == j || unread != nil || time.Since(latest(state)) < keep {
			continue
		}
		err = errors.Join(err, other.Remove())
	}
	return err
}

// latest is when the state last had something to say.
func latest(s State) time.Time {
	if s.Ended.IsZero() {
		return s.Started
	}
	return s.Ended
}

// awaitStop stops the work once somebody asks for it.
func (j Job) awaitStop(done <-chan struct{}, stop func()) {
	for {
		select {
		case <-done:
			return
		case <-time.After(stopPause):
		}
		if _, err := os.Stat(j.path("stop")); err == nil {
			stop()
		}
	}
}

// screen is the state of the job that this process has.
type screen struct {
	job  Job
	also chart.Display

	mu      sync.Mutex
	state   State
	changed bool
	unnamed int // outputs without an id
}

// display is the [chart.Display] of a process that works.
func (s *screen) display(b chart.Bundle, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.also != nil {
		if err := s.also(b, id); err != nil {
			return err
		}
	}
	if id == "" {
		s.unnamed++
		id = fmt.Sprint(s.unnamed)
	}
	s.changed = true
	at := slices.IndexFunc(s.state.Outputs, func(o Output) bool { return o.ID == id })
	if at < 0 {
		s.state.Outputs = append(s.state.Outputs, Output{id, b})
	} else {
		s.state.Outputs[at].Bundle = b
	}
	return nil
}

func (s *screen) keepWriting(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-time.After(writePause):
		}
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if !changed {
			continue
		}
		if err := s.write(); err != nil {
			slog.Warn("showing what a job does", "error", err)
		}
	}
}

// write writes the state.
func (s *screen) write() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = false
	return s.job.write("state.json", s.state)
}

// end writes the last state.
func (s *screen) end(failure error, stopped bool) error {
	s.mu.Lock()
	s.state.Ended, s.state.Stopped = time.Now().UTC(), stopped
	if failure != nil {
		s.state.Failure = failure.Error()
	}
	s.mu.Unlock()
	return s.write()
}
