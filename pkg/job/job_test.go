//go:build darwin || linux

package job

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// envChild makes the test binary another process: one that works, or one that starts a job
// and follows it.
const envChild = "HEMICICLO_TEST_CHILD"

// patient is how long a test waits for what other processes do: far longer than they take.
const patient = 2 * time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" && len(os.Args) > 1 {
		var err error
		switch os.Args[1] {
		case "work":
			err = At(os.Args[2]).Work(context.Background(), nil, steps)
		case "start":
			err = startAndFollow(os.Args[2], os.Args[3])
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if err := os.Setenv(envChild, "1"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// steps are what the processes at work do. The files that they wait for, and those that they
// leave, are in the folder that is studied.
func steps(ctx context.Context, r Request) error {
	var dir string
	if err := json.Unmarshal(r.Study, &dir); err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	begun, err := os.OpenFile(at("begun"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(begun, r.Name()); err != nil {
		return err
	}
	if err := begun.Close(); err != nil {
		return err
	}
	switch r.Step {
	case "show":
		if err := chart.Show(chart.Note{Title: "first"}); err != nil {
			return err
		}
		bar := chart.NewTrack("bar", "", 100)
		if err := bar.Set(50, 0, "half"); err != nil {
			return err
		}
		if err := chart.Show(chart.Note{Title: "last"}); err != nil {
			return err
		}
		if err := awaitFile(ctx, at("go on")); err != nil {
			return err
		}
		if err := bar.Set(100, 0, "all"); err != nil {
			return err
		}
		return bar.Close(nil)
	case "wait": // and, when stopped, save for as long as it takes
		err := awaitFile(ctx, at("go on"))
		if ctx.Err() == nil {
			return err
		}
		if err := os.WriteFile(at("saving"), nil, 0o600); err != nil {
			return err
		}
		if err := awaitFile(context.Background(), at("saved")); err != nil {
			return err
		}
		return fmt.Errorf("waiting: %w", ctx.Err())
	case "change": // what is shown, as fast as it can
		long := strings.Repeat("x", 1<<16)
		live := chart.Live{Interval: time.Nanosecond}
		for n := 0; ctx.Err() == nil; n++ {
			if err := live.Update(text(fmt.Sprint(n, long, n))); err != nil {
				return err
			}
		}
		return ctx.Err()
	case "fail":
		return errors.New("there is nothing to do")
	case "panic":
		_, _ = fmt.Fprintln(os.Stderr, "about to")
		deep(50)
	}
	return nil
}

// text is what a job shows that is nothing but text.
type text string

func (t text) MIME() (chart.Bundle, error) { return chart.Bundle{Text: string(t)}, nil }

// deep panics with a stack whose trace is longer than the words that are told.
func deep(calls int) {
	if calls == 0 {
		panic("the floor gave way")
	}
	deep(calls - 1)
	_ = calls
}

func awaitFile(ctx context.Context, path string) error {
	for {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(shortPause):
		}
	}
}

// startAndFollow is what a cell does, and says how it went.
func startAndFollow(run, request string) error {
	var r Request
	if err := json.Unmarshal([]byte(request), &r); err != nil {
		return err
	}
	j, _, err := Start(context.Background(), run, r, os.Args[0], "work")
	if err != nil {
		return err
	}
	fmt.Println("started")
	if err := j.Follow(context.Background(), func(State) error { return nil }); err != nil && !errors.Is(err, ErrGone) {
		return err
	}
	fmt.Println("done")
	return j.Remove()
}

// run is the folder of a run, in which a test's jobs are. When the test ends, none is at work.
func run(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		list, err := List(dir)
		if err != nil {
			t.Error(err)
		}
		for _, j := range list {
			if busy, err := j.AtWork(); err != nil {
				t.Error(err)
			} else if busy {
				kill(t, j)
			}
		}
	})
	return dir
}

// request is that of a step which reads and leaves files in the run's folder.
func request(run, step string, args ...string) Request {
	study, err := json.Marshal(run)
	if err != nil {
		panic(err)
	}
	return Request{Step: step, Args: args, Study: study}
}

func start(t *testing.T, run string, r Request) Job {
	t.Helper()
	j, _, err := Start(t.Context(), run, r, os.Args[0], "work")
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// follow follows a job to its end, and returns what it showed last.
func follow(t *testing.T, j Job) (last State, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patient)
	defer cancel()
	err = j.Follow(ctx, func(s State) error { last = s; return nil })
	if ctx.Err() != nil {
		t.Fatal("the job does not end")
	}
	return last, err
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begin := time.Now(); !holds(); time.Sleep(shortPause) {
		if time.Since(begin) > patient {
			t.Fatal("waited in vain: ", what)
		}
	}
}

func leave(t *testing.T, run, name string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(run, name), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func there(run, name string) bool {
	_, err := os.Stat(filepath.Join(run, name))
	return err == nil
}

// began are the names of the requests that processes have begun.
func began(t *testing.T, run string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(run, "begun"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Fields(string(data))
}

func checkBegan(t *testing.T, run string, want ...string) {
	t.Helper()
	if got := began(t, run); !slices.Equal(got, want) {
		t.Errorf("processes began %q, want %q", got, want)
	}
}

func atWork(t *testing.T, j Job) bool {
	t.Helper()
	busy, err := j.AtWork()
	if err != nil {
		t.Fatal(err)
	}
	return busy
}

// kill kills the process that has the job, and waits until it is gone.
func kill(t *testing.T, j Job) {
	t.Helper()
	s, err := j.State()
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(s.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a killed process lets go of its job", func() bool { return !atWork(t, j) })
}

// starter is another process that starts a job and follows it.
type starter struct {
	*exec.Cmd
	out *bufio.Reader
	err strings.Builder
}

func newStarter(t *testing.T, run string, r Request) *starter {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	s := &starter{Cmd: exec.CommandContext(t.Context(), os.Args[0], "start", run, string(data))}
	s.Stderr = &s.err
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewReader(out)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// says waits for a line.
func (s *starter) says(t *testing.T, want string) {
	t.Helper()
	if line, err := s.out.ReadString('\n'); err != nil || line != want+"\n" {
		t.Fatalf("another process says %q (%v), want %q; its errors: %s", line, err, want, &s.err)
	}
}

func (s *starter) kill(t *testing.T) {
	t.Helper()
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.Wait() // It was killed.
}

// TestShown: what a job shows is seen in order; what takes another's place, in that place.
func TestShown(t *testing.T) {
	dir := run(t)
	j := start(t, dir, request(dir, "show"))
	texts := func(s State) (list []string) {
		for _, output := range s.Outputs {
			list = append(list, output.Text)
		}
		return list
	}
	var seen []State
	err := j.Follow(t.Context(), func(s State) error {
		seen = append(seen, s)
		if len(s.Outputs) == 3 {
			leave(t, dir, "go on")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	last := seen[len(seen)-1]
	got := texts(last)
	if len(got) != 3 || !strings.Contains(got[0], "first") || !strings.Contains(got[1], "all") || !strings.Contains(got[2], "last") {
		t.Errorf("the job showed at last %q", got)
	}
	half := slices.IndexFunc(seen, func(s State) bool { return len(s.Outputs) == 3 })
	if before := seen[half]; !strings.Contains(before.Outputs[1].Text, "half") || before.Outputs[1].ID != last.Outputs[1].ID || !before.Ended.IsZero() {
		t.Errorf("before it ended the job showed %q", texts(before))
	}
	if last.Ended.Before(last.Started) || last.PID == os.Getpid() {
		t.Errorf("the job ended as %+v", last)
	}
	if err := j.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := follow(t, j); !errors.Is(err, ErrGone) {
		t.Errorf("following a job that was removed: %v", err)
	}
}

// TestModes: what is studied is the user's alone.
func TestModes(t *testing.T) {
	dir := run(t)
	j := start(t, dir, request(dir, "wait"))
	eventually(t, "the job begins", func() bool { return len(began(t, dir)) == 1 })
	if err := j.Stop(); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, ".new") { // which comes and goes
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = fs.ModeDir | 0o700
		} else {
			files++
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
		return nil
	})
	if err != nil || files < 7 {
		t.Errorf("%d files (%v), want 7: start.lock, turn.lock, and five of the job", files, err)
	}
	leave(t, dir, "saved")
	if _, err := follow(t, j); !errors.Is(err, ErrStopped) {
		t.Errorf("the job ended with %v", err)
	}
}

// TestOneDoesIt: of processes that ask for the same at once one's worker does it, and all see
// it done.
func TestOneDoesIt(t *testing.T) {
	for range 5 {
		dir := run(t)
		var starters []*starter
		for range 4 {
			starters = append(starters, newStarter(t, dir, request(dir, "wait")))
		}
		for _, s := range starters {
			s.says(t, "started")
		}
		leave(t, dir, "go on")
		for _, s := range starters {
			s.says(t, "done")
			if err := s.Wait(); err != nil {
				t.Errorf("%v: %s", err, &s.err)
			}
		}
		checkBegan(t, dir, "wait")
		if list, err := List(dir); err != nil || len(list) > 0 {
			t.Errorf("%d jobs are left (%v), want none", len(list), err)
		}
	}
}

// TestProbing: who looks whether a process has a job keeps no process from it.
func TestProbing(t *testing.T) {
	dir := run(t)
	r := request(dir, "none")
	j, err := Of(dir, r)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var probing sync.WaitGroup
	for range 2 {
		probing.Go(func() {
			for ctx.Err() == nil {
				if _, err := j.AtWork(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	const times = 20
	for range times {
		if _, err := follow(t, start(t, dir, r)); err != nil {
			t.Error(err)
		}
		if _, err := Do(t.Context(), dir, r, nil, steps); err != nil {
			t.Error(err)
		}
	}
	stop()
	probing.Wait()
	if got := len(began(t, dir)); got != 2*times {
		t.Errorf("%d processes began, want %d", got, 2*times)
	}
}

// TestTurns: another request of the run waits for its turn, says so, and then is done.
func TestTurns(t *testing.T) {
	dir := run(t)
	first := start(t, dir, request(dir, "wait"))
	eventually(t, "the first begins", func() bool { return len(began(t, dir)) == 1 })
	second := start(t, dir, request(dir, "none", "else"))
	said := func(s State) bool { return len(s.Outputs) == 1 && strings.Contains(s.Outputs[0].Text, "wait") }
	eventually(t, "the second says that it waits, and for whom", func() bool {
		s, err := second.State()
		return err == nil && s.Waiting && said(s)
	})
	// It can be stopped as it waits, and leaves no word of waiting.
	if err := second.Stop(); err != nil {
		t.Fatal(err)
	}
	last, err := follow(t, second)
	if !errors.Is(err, ErrStopped) || len(last.Outputs) != 1 || last.Outputs[0].Bundle != (chart.Bundle{}) {
		t.Errorf("stopped as it waited the job ends with %v and shows %+v", err, last.Outputs)
	}
	second = start(t, dir, request(dir, "none", "else"))
	eventually(t, "the second waits again", func() bool {
		s, err := second.State()
		return err == nil && s.Waiting && said(s)
	})
	checkBegan(t, dir, "wait")
	leave(t, dir, "go on")
	if _, err := follow(t, first); err != nil {
		t.Error(err)
	}
	last, err = follow(t, second)
	if err != nil || last.Waiting || last.Outputs[0].Bundle != (chart.Bundle{}) {
		t.Errorf("the second ended with %v as %+v", err, last)
	}
	checkBegan(t, dir, "wait", "none", "else")
}

// TestStop: a job that is stopped saves for as long as it takes.
func TestStop(t *testing.T) {
	dir := run(t)
	j := start(t, dir, request(dir, "wait"))
	eventually(t, "the job begins", func() bool { return len(began(t, dir)) == 1 })
	if err := j.Stop(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job saves", func() bool { return there(dir, "saving") })
	if err := j.Remove(); err != nil { // which does nothing
		t.Fatal(err)
	}
	if s, err := j.State(); err != nil || !s.Ended.IsZero() || !atWork(t, j) {
		t.Errorf("as it saves the job is %+v (%v)", s, err)
	}
	leave(t, dir, "saved")
	s, err := follow(t, j)
	if !errors.Is(err, ErrStopped) || !errors.Is(err, context.Canceled) || !s.Stopped {
		t.Errorf("a job that was stopped ends with %v", err)
	}
	// What has ended is not stopped, nor is what begins after it.
	if err := j.Stop(); err != nil {
		t.Errorf("stopping what has ended: %v", err)
	}
	leave(t, dir, "go on")
	if _, err := follow(t, start(t, dir, request(dir, "wait"))); err != nil {
		t.Errorf("begun again the job ends with %v", err)
	}
	if err := errors.Join(j.Remove(), j.Stop(), j.Remove()); err != nil {
		t.Error(err)
	}
}

// TestAskedForAsItStops: the job that stops is not begun a second time before it has ended.
func TestAskedForAsItStops(t *testing.T) {
	dir := run(t)
	r := request(dir, "wait")
	j := start(t, dir, r)
	if again, stopping, err := Start(t.Context(), dir, r, os.Args[0], "work"); again != j || stopping || err != nil {
		t.Errorf("asked for again as it works: %v, stopping %v (%v)", again, stopping, err)
	}
	if err := j.Stop(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job saves", func() bool { return there(dir, "saving") })
	if again, stopping, err := Start(t.Context(), dir, r, os.Args[0], "work"); again != j || !stopping || err != nil {
		t.Errorf("asked for again as it stops: %v, stopping %v (%v)", again, stopping, err)
	}
	checkBegan(t, dir, "wait")
	leave(t, dir, "saved")
	if _, err := follow(t, j); !errors.Is(err, ErrStopped) {
		t.Errorf("the job ended with %v", err)
	}
	leave(t, dir, "go on")
	_, stopping, err := Start(t.Context(), dir, r, os.Args[0], "work")
	if stopping || err != nil {
		t.Errorf("asked for after it stopped: stopping %v (%v)", stopping, err)
	}
	if _, err := follow(t, j); err != nil {
		t.Error(err)
	}
	checkBegan(t, dir, "wait", "wait")
}

// TestKilledStarter: what ends the process that started a job does not end it, nor keep it
// from being stopped.
func TestKilledStarter(t *testing.T) {
	dir := run(t)
	r := request(dir, "wait")
	j, err := Of(dir, r)
	if err != nil {
		t.Fatal(err)
	}
	s := newStarter(t, dir, r)
	s.says(t, "started")
	s.kill(t)
	if !atWork(t, j) {
		t.Fatal("the job ended with the process that started it")
	}
	leave(t, dir, "go on")
	if _, err := follow(t, j); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, "go on")); err != nil {
		t.Fatal(err)
	}
	s = newStarter(t, dir, r)
	s.says(t, "started")
	if err := j.Stop(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job saves", func() bool { return there(dir, "saving") })
	s.kill(t)
	if !atWork(t, j) {
		t.Fatal("the job ended with the process that started it, before it had saved")
	}
	leave(t, dir, "saved")
	if _, err := follow(t, j); !errors.Is(err, ErrStopped) {
		t.Errorf("the job ended with %v", err)
	}
	checkBegan(t, dir, "wait", "wait")
}

// TestKilledInStarting: a process that is killed at any moment as it starts a job leaves
// nothing that keeps others from it.
func TestKilledInStarting(t *testing.T) {
	for pause := time.Duration(0); pause < 40*time.Millisecond; pause += 2 * time.Millisecond {
		dir := run(t)
		r := request(dir, "wait")
		s := newStarter(t, dir, r)
		time.Sleep(pause)
		s.kill(t)
		leave(t, dir, "go on")
		_, err := follow(t, start(t, dir, r))
		if got := len(began(t, dir)); err != nil || got == 0 || got > 2 {
			t.Errorf("after %v: %v, begun %d times", pause, err, got)
		}
	}
}

// TestAttached: such a job stops when the process ends that started it, and only then.
func TestAttached(t *testing.T) {
	dir := run(t)
	r := request(dir, "wait")
	r.Attached = true
	leave(t, dir, "saved")
	s := newStarter(t, dir, r)
	s.says(t, "started")
	r.Attached = false
	j := start(t, dir, r) // who asks for it too does not change whom it is attached to
	eventually(t, "the job begins", func() bool { return len(began(t, dir)) == 1 })
	if there(dir, "saving") {
		t.Error("the job stops before the process that started it ends")
	}
	s.kill(t)
	if _, err := follow(t, j); !errors.Is(err, ErrStopped) {
		t.Errorf("an attached job ends with %v", err)
	}
	// One that is not attached stays so, whatever is in the request.
	j = start(t, dir, r)
	eventually(t, "the job begins again", func() bool { return len(began(t, dir)) == 2 })
	leave(t, dir, "go on")
	if _, err := follow(t, j); err != nil {
		t.Error(err)
	}
}

// TestPipedOnly: a request that says that it is attached does not end a process whose
// standard input nobody holds.
func TestPipedOnly(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if piped(null) || !piped(in) {
		t.Errorf("%s is piped: %v; a pipe is: %v", os.DevNull, piped(null), piped(in))
	}
	if err := errors.Join(null.Close(), in.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestFailure: how a job failed is said to all who watch, and it can be asked for again.
func TestFailure(t *testing.T) {
	dir := run(t)
	for range 2 {
		j := start(t, dir, request(dir, "fail"))
		for range 2 {
			s, err := follow(t, j)
			if want := Failure("there is nothing to do"); !errors.Is(err, want) || s.Stopped {
				t.Errorf("the job ends with %v, want %v", err, want)
			}
		}
	}
	checkBegan(t, dir, "fail", "fail")
}

// TestCrash: of a process that panics, is killed, or does not even begin, whoever follows is
// told, with its last words, and the job can be begun again.
func TestCrash(t *testing.T) {
	dir := run(t)
	var crash Crash
	j := start(t, dir, request(dir, "panic"))
	for range 2 {
		_, err := follow(t, j)
		if !errors.As(err, &crash) || !strings.HasPrefix(crash.Words, "panic: the floor gave way") || len(crash.Words) > lastWords {
			t.Errorf("a job that panicked ends with %v", err)
		}
	}

	r := request(dir, "wait")
	j = start(t, dir, r)
	followed := make(chan error, 1)
	shown := make(chan State, 1)
	go func() {
		followed <- j.Follow(t.Context(), func(s State) error {
			select {
			case shown <- s:
			default:
			}
			return nil
		})
	}()
	<-shown
	kill(t, j)
	if err := <-followed; !errors.As(err, &crash) {
		t.Errorf("a job that was killed ends with %v", err)
	}
	leave(t, dir, "go on")
	if _, err := follow(t, start(t, dir, r)); err != nil {
		t.Errorf("begun again it ends with %v", err)
	}

	silent := filepath.Join(t.TempDir(), "silent")
	if err := os.WriteFile(silent, []byte("#!/bin/sh\necho no library; exit 3\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := Start(t.Context(), dir, request(dir, "other"), silent)
	if !errors.As(err, &crash) || crash.Words != "no library" || crash.Status != "exit status 3" {
		t.Errorf("a program that does not begin ends with %v", err)
	}
	if _, _, err := Start(t.Context(), dir, request(dir, "other"), filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("starting no program: %v", err)
	}
}

// TestRestartIsNoCrash: who followed a process that was killed follows the one that has
// begun in its place.
func TestRestartIsNoCrash(t *testing.T) {
	dir := run(t)
	r := request(dir, "wait")
	j := start(t, dir, r)
	var first, last State
	err := j.Follow(t.Context(), func(s State) error {
		last = s
		if first.PID == 0 {
			first = s
			kill(t, j)
			start(t, dir, r)
			leave(t, dir, "go on")
		}
		return nil
	})
	if err != nil || last.SameProcess(first) {
		t.Errorf("the second process ended with %v: %+v", err, last)
	}
}

// TestInterruptedFollowing: who stops watching does not stop the job.
func TestInterruptedFollowing(t *testing.T) {
	dir := run(t)
	j := start(t, dir, request(dir, "wait"))
	ctx, cancel := context.WithCancel(t.Context())
	err := j.Follow(ctx, func(State) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrStopped) || !atWork(t, j) {
		t.Errorf("interrupted, following ends with %v", err)
	}
	if _, _, err := Start(ctx, dir, request(dir, "none"), os.Args[0], "work"); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted, starting ends with %v", err)
	}
	if _, err := Do(ctx, dir, request(dir, "none"), nil, steps); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted, doing ends with %v", err)
	}
	leave(t, dir, "go on")
	broken := errors.New("broken")
	if err := j.Follow(t.Context(), func(State) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("following ends with %v, want the error of what shows", err)
	}
}

// TestDo: a process may do a job itself, in sight of others, unless another does.
func TestDo(t *testing.T) {
	dir := run(t)
	r := request(dir, "show")
	leave(t, dir, "go on")
	var also []string
	ids := map[string]bool{}
	j, err := Do(t.Context(), dir, r, func(b chart.Bundle, id string) error {
		also, ids[id] = append(also, b.Text), true
		return nil
	}, steps)
	if err != nil || len(also) != 4 {
		t.Fatalf("%v; shown as well: %q", err, also)
	}
	s, err := follow(t, j)
	if err != nil || s.PID != os.Getpid() || len(s.Outputs) != 3 {
		t.Errorf("done here the job is %+v (%v)", s, err)
	}
	for _, output := range s.Outputs {
		if !ids[output.ID] {
			t.Errorf("what others see as %q has another id here: %v", output.ID, ids)
		}
	}
	// What its terminal cannot show others see all the same.
	gone := errors.New("the terminal is gone")
	if j, err = Do(t.Context(), dir, r, func(chart.Bundle, string) error { return gone }, steps); !errors.Is(err, gone) {
		t.Errorf("without a terminal it ends with %v", err)
	}
	if s, err := j.State(); err != nil || len(s.Outputs) != 1 || !strings.Contains(s.Outputs[0].Text, "first") {
		t.Errorf("without a terminal others see %+v (%v)", s.Outputs, err)
	}
	r = request(dir, "wait")
	if err := os.Remove(filepath.Join(dir, "go on")); err != nil {
		t.Fatal(err)
	}
	started := start(t, dir, r)
	if taken, err := Do(t.Context(), dir, r, nil, steps); !errors.Is(err, ErrTaken) || taken != started {
		t.Errorf("what another does is done here with %v", err)
	}
	if err := started.Work(t.Context(), nil, steps); !errors.Is(err, ErrTaken) {
		t.Errorf("what another does is worked at with %v", err)
	}
	leave(t, dir, "go on")
	if _, err := follow(t, started); err != nil {
		t.Error(err)
	}
	checkBegan(t, dir, "show", "show", "wait")
}

// TestLastMoment: a job that has ended, and whose process still has it, is begun again and
// not taken for one at work.
func TestLastMoment(t *testing.T) {
	dir := run(t)
	r := request(dir, "fail")
	j := start(t, dir, r)
	_, _ = follow(t, j)
	eventually(t, "the process lets go", func() bool { return !atWork(t, j) })
	release, held, err := home.TryLock(j.path(lockFile))
	if err != nil || !held {
		t.Fatalf("held: %v (%v)", held, err)
	}
	defer release()
	begun := make(chan error, 1)
	go func() {
		_, _, err := Start(t.Context(), dir, r, os.Args[0], "work")
		begun <- err
	}()
	select {
	case err := <-begun:
		t.Fatalf("begun, or taken for begun, while the other has it: %v", err)
	case <-time.After(20 * shortPause):
	}
	release()
	if err := <-begun; err != nil {
		t.Error(err)
	}
	_, _ = follow(t, j)
	checkBegan(t, dir, "fail", "fail")
}

// TestSweep: what nobody saw to goes when another job of the run begins, some time after;
// what was just left, and what is at work, stays.
func TestSweep(t *testing.T) {
	dir := run(t)
	age := func(j Job) {
		t.Helper()
		then := time.Now().Add(-2 * keep)
		for _, name := range []string{requestFile, stateFile} {
			if err := os.Chtimes(j.path(name), then, then); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	old := start(t, dir, request(dir, "fail"))
	_, _ = follow(t, old)
	crashed := start(t, dir, request(dir, "panic"))
	_, _ = follow(t, crashed)
	recent := start(t, dir, request(dir, "fail", "late"))
	_, _ = follow(t, recent)
	never, err := Of(dir, request(dir, "never"))
	if err != nil {
		t.Fatal(err)
	}
	if err := never.prepare(request(dir, "never")); err != nil { // and its starter was killed
		t.Fatal(err)
	}
	working := start(t, dir, request(dir, "wait"))
	for _, j := range []Job{old, crashed, never, working} {
		age(j)
	}
	next := start(t, dir, request(dir, "none"))
	left, err := List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range map[Job]bool{old: false, crashed: false, never: false, recent: true, working: true, next: true} {
		if got := slices.Contains(left, j); got != want {
			r, _ := j.Request()
			t.Errorf("%s is left: %v, want %v", r.Name(), got, want)
		}
	}
	// A process that has nothing to show says that it is there.
	eventually(t, "the state is touched", func() bool { return time.Since(working.latest()) < keep })
	leave(t, dir, "go on")
	_, _ = follow(t, working)
	if _, err := follow(t, next); err != nil {
		t.Error(err)
	}
}

// TestDamaged: what cannot be read is an error, and does not keep the job from being begun.
func TestDamaged(t *testing.T) {
	dir := run(t)
	r := request(dir, "none")
	j := start(t, dir, r)
	if _, err := follow(t, j); err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{"", "{", "[]", `"x"`, "\x00"} {
		eventually(t, "the process lets go", func() bool { return !atWork(t, j) })
		for _, name := range []string{stateFile, requestFile} {
			if err := os.WriteFile(j.path(name), []byte(damaged), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := j.State(); err == nil || !strings.Contains(err.Error(), j.path(stateFile)) {
			t.Errorf("the state %q: %v", damaged, err)
		}
		if _, err := j.Request(); err == nil || !strings.Contains(err.Error(), j.path(requestFile)) {
			t.Errorf("the request %q: %v", damaged, err)
		}
		if _, err := follow(t, j); err == nil {
			t.Errorf("the state %q is followed", damaged)
		}
		if err := j.Work(t.Context(), nil, steps); err == nil {
			t.Errorf("the request %q is done", damaged)
		}
		if _, err := follow(t, start(t, dir, r)); err != nil {
			t.Errorf("after %q: %v", damaged, err)
		}
	}
}

// TestNeverHalfWritten: whoever reads a state that changes all the time reads one that was
// written.
func TestNeverHalfWritten(t *testing.T) {
	dir := run(t)
	j := start(t, dir, request(dir, "change"))
	seen := map[string]bool{}
	eventually(t, "the state changes", func() bool {
		for range 20 {
			s, err := j.State()
			if err != nil {
				t.Fatal(err)
			}
			for _, output := range s.Outputs {
				before, after, _ := strings.Cut(output.Text, strings.Repeat("x", 1<<16))
				if before == "" || before != after {
					t.Fatalf("a state was read of %d bytes", len(output.Text))
				}
				seen[before] = true
			}
		}
		return len(seen) > 20
	})
	if err := j.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := follow(t, j); !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
}

// TestOf: a job is found again by what it asks for, and by nothing else.
func TestOf(t *testing.T) {
	a := Request{Step: "load", Args: []string{"x"}, Study: json.RawMessage(`{"a": 1}`)}
	attached, spaced, other := a, a, a
	attached.Attached, spaced.Study, other.Study = true, json.RawMessage(`{"a":1}`), json.RawMessage(`{"a":2}`)
	of := func(r Request) Job {
		t.Helper()
		j, err := Of("run", r)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	if of(a) != of(attached) || of(a) != of(spaced) || of(a) == of(other) || of(a) == of(Request{Step: "load", Study: a.Study}) {
		t.Error("jobs of the same differ, or of others do not")
	}
	if _, err := Of("run", Request{Study: json.RawMessage("{")}); err == nil {
		t.Error("a request that is no JSON has a job")
	}
	if a.Name() != "load x" {
		t.Errorf("the request is called %q", a.Name())
	}
	if list, err := List(filepath.Join(t.TempDir(), "[none]")); err != nil || len(list) > 0 {
		t.Errorf("a run without jobs has %d (%v)", len(list), err)
	}
}
