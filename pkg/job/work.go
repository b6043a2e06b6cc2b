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
	touchPause = time.Second            // between two signs that the process is there
	stopPause  = 200 * time.Millisecond // between two looks for a stop
	// patience is how long a process tries to lock a job that no other has begun: whoever looks
	// whether a process has it ([home.Held]) keeps the lock from it for a moment.
	patience = 10 * time.Second
)

// ErrTaken says that another process has the job.
var ErrTaken = errors.New("another process has this job")

// Do does a request in this process, in a run's folder: see [Job.Work]. It returns [ErrTaken]
// where another process has the job, which may then be followed.
func Do(ctx context.Context, run string, r Request, also chart.Display, work func(context.Context, Request) error) (Job, error) {
	j, err := Of(run, r)
	if err != nil {
		return j, err
	}
	release, err := j.hold(ctx)
	if err != nil {
		return j, err
	}
	defer release()
	busy, err := j.taken(ctx)
	if err == nil && busy {
		err = ErrTaken
	}
	if err != nil {
		return j, err
	}
	if err := j.prepare(r); err != nil {
		return j, err
	}
	return j, j.work(ctx, r, release, also, work)
}

// Work does the job in the process that [Start] started for it: it waits for its turn in the
// run, and works. What chart shows meanwhile becomes the job's state; also, if not nil, is
// shown it too. The context that work gets ends when ctx does, or when somebody asks the job
// to stop. The error is that of work, or [ErrTaken].
func (j Job) Work(ctx context.Context, also chart.Display, work func(context.Context, Request) error) error {
	request, err := j.Request()
	if err != nil {
		return err
	}
	return j.work(ctx, request, func() {}, also, work)
}

// work is [Job.Work], and calls begun once this process has the job.
func (j Job) work(ctx context.Context, request Request, begun func(), also chart.Display, work func(context.Context, Request) error) error {
	release, err := j.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	host, _ := os.Hostname()
	s := &screen{job: j, also: also, state: State{Host: host, PID: os.Getpid(), Started: time.Now().UTC()}}
	if err := s.write(); err != nil {
		return err
	}
	begun()
	chart.DisplayWith(s.display)
	defer chart.DisplayWith(nil)

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	var background sync.WaitGroup
	background.Go(func() { s.keepWriting(done) })
	background.Go(func() { j.awaitStop(done, stop) })
	if request.Attached && piped(os.Stdin) {
		go func() { // Reading ends with the process that holds the other end.
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	err = s.inTurn(ctx, func() error { return work(ctx, request) })
	close(done)
	background.Wait()
	stopped := ctx.Err() != nil && errors.Is(err, context.Canceled)
	return errors.Join(err, s.end(err, stopped))
}

// take makes this process the one that has the job. Whoever has it writes a state at once.
func (j Job) take(ctx context.Context) (release func(), err error) {
	for start := time.Now(); ; {
		release, held, err := home.TryLock(j.path(lockFile))
		switch {
		case held:
			return release, nil
		case err != nil && !errors.Is(err, errors.ErrUnsupported):
			return nil, err
		case j.has(stateFile) || time.Since(start) > patience:
			return nil, ErrTaken
		case err != nil: // The disk knows no locks.
			return release, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(shortPause):
		}
	}
}

// piped tells whether another process holds the other end of a file: who started this one
// says by it that the job is attached to it, whatever others wrote into the request since.
func piped(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// inTurn works once no other job of the run does.
func (s *screen) inTurn(ctx context.Context, work func() error) error {
	var note chart.Live
	release, err := home.Lock(ctx, filepath.Join(filepath.Dir(s.job.dir), "turn.lock"), func() {
		s.waits(true)
		if err := note.Update(chart.Note{Kind: chart.Warning, Title: "Esta corrida está haciendo otro paso",
			Text: "Al terminar ese sigue este" + s.job.other() + "."}); err != nil {
			slog.Warn("showing that a job waits", "error", err)
		}
	})
	s.waits(false)
	if err := errors.Join(err, note.Clear()); err != nil {
		if release != nil {
			release()
		}
		return err
	}
	defer release()
	return work()
}

// other names the job that this one waits for.
func (j Job) other() string {
	list, err := List(j.run())
	if err != nil {
		return ""
	}
	for _, other := range list {
		request, unread := other.Request()
		state, unknown := other.State()
		if other == j || unread != nil || unknown != nil || state.Waiting || !state.Ended.IsZero() {
			continue
		}
		if busy, err := other.AtWork(); err == nil && busy {
			return " (el otro es «" + request.Name() + "»)"
		}
	}
	return ""
}

// awaitStop stops the work once somebody asks for it.
func (j Job) awaitStop(done <-chan struct{}, stop func()) {
	for {
		select {
		case <-done:
			return
		case <-time.After(stopPause):
		}
		if j.has(stopFile) {
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

// display is the [chart.Display] of a process that works. Others see in the state what the
// process's own terminal cannot show any more.
func (s *screen) display(b chart.Bundle, id string) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" {
		s.unnamed++
		id = fmt.Sprint(s.unnamed)
	}
	if s.also != nil {
		err = s.also(b, id)
	}
	s.changed = true
	at := slices.IndexFunc(s.state.Outputs, func(o Output) bool { return o.ID == id })
	if at < 0 {
		s.state.Outputs = append(s.state.Outputs, Output{id, b})
	} else {
		s.state.Outputs[at].Bundle = b
	}
	return err
}

// waits says whether the job waits for its turn.
func (s *screen) waits(waiting bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = s.changed || waiting != s.state.Waiting
	s.state.Waiting = waiting
}

// keepWriting writes the state whenever it changes; meanwhile it touches the file, which so
// says when the process was last there.
func (s *screen) keepWriting(done <-chan struct{}) {
	var touched time.Time
	for {
		select {
		case <-done:
			return
		case <-time.After(writePause):
		}
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		var err error
		switch {
		case changed:
			err = s.write()
		case time.Since(touched) > touchPause:
			touched = time.Now()
			err = os.Chtimes(s.job.path(stateFile), touched, touched)
		}
		if err != nil {
			slog.Warn("showing what a job does", "error", err)
		}
	}
}

// write writes the state.
func (s *screen) write() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed = false
	return s.job.write(stateFile, s.state)
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
