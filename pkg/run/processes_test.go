//go:build darwin || linux

package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/chart/picture"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// envChild makes the test binary another process at work in a run: what it does, and
// the run's folder.
const envChild = "HEMICICLO_TEST_CHILD"

func TestMain(m *testing.M) {
	chart.DrawWith(picture.New(chart.Runtime).SVG)
	if child := os.Getenv(envChild); child != "" {
		what, dir, _ := strings.Cut(child, " ")
		if err := children[what](&Run{Dir: dir}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pairs is how often two processes do the same at once, one pair after the other:
// often enough to get in each other's way, if they can.
const pairs = 40

// children are what the other processes do: pairs of them at each line they read.
var children = map[string]func(*Run) error{
	"record": func(s *Run) error {
		return eachTurn(func(turn int) error {
			name := fmt.Sprintf("step-%d-%d", turn, os.Getpid())
			return s.RecordFigures(context.Background(), name, Figure{ID: name + ".a"}, Figure{ID: name + ".b"})
		})
	},
	"run": func(s *Run) error {
		return eachTurn(func(turn int) error {
			made := fmt.Sprintf("made-%d", turn)
			_, err := s.Do(context.Background(), Step{Name: "shared", Inputs: turn, Artifacts: []string{made}}, func() error {
				// Not to be made twice.
				file, err := os.OpenFile(s.Path(made), os.O_CREATE|os.O_EXCL, 0o600)
				return errors.Join(err, file.Close())
			})
			return err
		})
	},
	"write": func(s *Run) error {
		// Until it is killed.
		if err := s.join(); err != nil {
			return err
		}
		if err := os.MkdirAll(s.Path(".demo-1234", "tweets"), 0o755); err != nil {
			return err
		}
		return home.WriteFile(s.Path("models", "test", "model.safetensors"), func(io.Writer) error {
			fmt.Println("writing")
			_, err := io.Copy(io.Discard, os.Stdin)
			return err
		})
	},
}

// eachTurn does something for each line of the standard input, and says when it has.
func eachTurn(do func(turn int) error) error {
	lines := bufio.NewScanner(os.Stdin)
	for turn := 0; lines.Scan(); turn++ {
		if err := do(turn); err != nil {
			return err
		}
		fmt.Println(turn)
	}
	return lines.Err()
}

// child is another process.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startChild(t *testing.T, what, dir string) child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"="+what+" "+dir)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return child{cmd, in, bufio.NewReader(out)}
}

// inPairs lets two processes take turns at once.
func inPairs(t *testing.T, what, dir string) {
	t.Helper()
	two := [2]child{startChild(t, what, dir), startChild(t, what, dir)}
	for range pairs {
		for _, c := range two {
			if _, err := io.WriteString(c.in, "go\n"); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range two {
			if _, err := c.out.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range two {
		if err := errors.Join(c.in.Close(), c.cmd.Wait()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoFigureIsLost: two notebooks record at once.
func TestNoFigureIsLost(t *testing.T) {
	r := &Run{Dir: t.TempDir()}
	inPairs(t, "record", r.Dir)
	if got := len(readFigures(t, r)); got != 4*pairs {
		t.Errorf("figures.json has %d figures, want %d", got, 4*pairs)
	}
}

// TestOneProcessDoesAStep: of two notebooks that come to a step at once, one does it
// and the other finds it done.
func TestOneProcessDoesAStep(t *testing.T) {
	inPairs(t, "run", t.TempDir())
}

// TestKilledProcessIsSweptAfter: what it had half written goes when the next one
// starts, but not before, while others are at work in the run.
func TestKilledProcessIsSweptAfter(t *testing.T) {
	runs := t.TempDir()
	t.Setenv(EnvRuns, runs)
	const sides = "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	open := func() *Run {
		t.Helper()
		r, err := NewWith(t.Context(), work.New(), Options{Corpus: studytest.WriteSettings(t, sides), Name: "swept"})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	dir := filepath.Join(runs, "swept")
	left := func() (n int) {
		t.Helper()
		for _, pattern := range []string{".demo-*", "models/test/.*.tmp"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			n += len(found)
		}
		return n
	}
	writing := startChild(t, "write", dir)
	if _, err := writing.out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if r := open(); left() != 2 {
		t.Errorf("of a process at work %d of 2 unfinished files are left", left())
	} else if err := r.inUse.Close(); err != nil {
		t.Fatal(err)
	}
	if err := writing.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = writing.cmd.Wait() // It was killed.
	if left() != 2 {
		t.Fatalf("the killed process left %d unfinished files, want 2", left())
	}
	if r := open(); left() != 0 || r.inUse == nil {
		t.Errorf("%d of 2 unfinished files are left after the next start", left())
	}
}
