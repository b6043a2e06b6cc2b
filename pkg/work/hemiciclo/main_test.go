//go:build darwin || linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
)

// built is the folder of a project with nothing but what scripts/setup builds and installs:
// in it, all tests' programs find this one.
var built string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	root, err := home.Dir()
	if err != nil {
		return fail(err)
	}
	if built, err = os.MkdirTemp("", "hemiciclo"); err != nil {
		return fail(err)
	}
	defer func() { _ = os.RemoveAll(built) }()
	err = errors.Join(
		os.MkdirAll(filepath.Join(built, ".tools", "bin"), 0o755),
		os.Symlink(filepath.Join(root, ".tools", "lib"), filepath.Join(built, ".tools", "lib")))
	if err != nil {
		return fail(err)
	}
	build := exec.Command("go", "build", "-o", filepath.Join(built, ".tools", "bin", "hemiciclo"), ".")
	if out, err := build.CombinedOutput(); err != nil {
		return fail(fmt.Errorf("%w:\n%s", err, out))
	}
	if err := os.Setenv(home.Env, built); err != nil {
		return fail(err)
	}
	return m.Run()
}

// noRuns is a folder for runs, of the demo corpus, that has none.
func noRuns(t *testing.T) (runs string) {
	t.Helper()
	runs = t.TempDir()
	t.Setenv(run.EnvRuns, runs)
	t.Setenv(run.EnvCorpus, "")
	t.Setenv(run.EnvName, "")
	t.Setenv(run.EnvRecipe, "")
	return runs
}

// program is the built program, to be run.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	file, err := run.WorkerProgram()
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), file, args...)
}

// succeeds runs the program and returns what it says.
func succeeds(t *testing.T, args ...string) string {
	t.Helper()
	out, err := program(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("hemiciclo %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// fails runs the program, which is to fail and to say why.
func fails(t *testing.T, why string, args ...string) {
	t.Helper()
	out, err := program(t, args...).CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), why) {
		t.Errorf("hemiciclo %s: %v, want exit status 1 and %q\n%s", strings.Join(args, " "), err, why, out)
	}
}

// TestDraw: each chart that is asked for is drawn, or said why not; the next one is drawn all
// the same, until no more are asked for.
func TestDraw(t *testing.T) {
	option := json.RawMessage(`{"title":{"text":"<b>Años"},"xAxis":{"type":"category","data":["a"]},"yAxis":{},"series":[{"type":"bar","data":[1]}]}`)
	asked, answer := io.Pipe()
	drawn, answers := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- draw(asked, answers) }()
	in, out := json.NewEncoder(answer), json.NewDecoder(drawn)
	for _, ask := range []struct {
		option json.RawMessage
		width  int
		fails  bool
	}{
		{option, 300, false},
		{json.RawMessage(`{"series":[{"type":"bar","data":[1]}]}`), 300, true}, // no axes
		{option, 400, false},
	} {
		if err := in.Encode(study.Picture{Option: ask.option, Width: ask.width, Height: 200}); err != nil {
			t.Fatal(err)
		}
		var d study.Drawn
		if err := out.Decode(&d); err != nil {
			t.Fatal(err)
		}
		if failed := d.Failure != ""; failed != ask.fails || failed == strings.HasPrefix(d.SVG, fmt.Sprintf(`<svg width="%d"`, ask.width)) {
			t.Errorf("%s is drawn as %.60q, %q", ask.option, d.SVG, d.Failure)
		}
	}
	if err := answer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := draw(strings.NewReader(`{"Option":`), io.Discard); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("half of what was asked: %v", err)
	}
	if err := draw(strings.NewReader(`no chart`), io.Discard); err == nil {
		t.Error("what is no chart is drawn")
	}
}

// TestNothingThere: what is wrong is said before anything is begun, and of runs that are not
// there, there is nothing to say.
func TestNothingThere(t *testing.T) {
	runs := noRuns(t)
	fails(t, "hemiciclo do CARPETA")
	fails(t, "no conozco la orden", "dance")
	fails(t, "no conozco la orden", "do")
	fails(t, "no such file", "do", filepath.Join(runs, "none"))
	fails(t, "falta el paso", "study")
	fails(t, "uso: scripts/study", "study", "--color", "load")
	fails(t, `no hay un paso "dance"`, "study", "dance")
	fails(t, `no hay receta "none"`, "study", "--recipe", "none", "load")
	fails(t, "el nombre de la corrida", "study", "--name", "../x", "status")
	fails(t, "las opciones van antes", "study", "stop", "--name", "other")
	fails(t, "las opciones van antes", "study", "report", "--name", "other")
	for command, want := range map[string]string{
		"-h":     "uso: scripts/study",
		"status": "La corrida demo no está haciendo nada.\n",
		"stop":   "La corrida demo no está haciendo nada.\n",
		"list":   "Todavía no hay corridas.\n",
		"steps":  "finetune [LADO]",
	} {
		if got := succeeds(t, "study", command); !strings.Contains(got, want) {
			t.Errorf("study %s says\n%s\nwant\n%s", command, got, want)
		}
	}
	if entries, err := os.ReadDir(runs); err != nil || len(entries) > 0 {
		t.Errorf("that left %v (%v)", entries, err)
	}
}

// TestHostileCorpus: what a terminal shows of a corpus does not command it.
func TestHostileCorpus(t *testing.T) {
	noRuns(t)
	line := `{"id_str":"5","created_at":"2020-10-12T08:00:00Z","screen_name":"\u001b[31mzeta\u202e","text":"uno dos tres cuatro cinco seis siete"}` + "\n"
	corpus := studytest.WriteCorpus(t, "title = \"\\u001b]0;x\\u0007Chile\"\n", line)
	t.Setenv(run.EnvCorpus, corpus)
	t.Setenv(run.EnvName, "hostile")
	for _, args := range [][]string{{"check"}, {"study", "--recipe", "test", "load"}} {
		out, err := program(t, args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "[31mzeta") {
			t.Errorf("hemiciclo %s: %v\n%s", args, err, out)
		}
		if strings.ContainsAny(string(out), "\x1b\a\u202e") {
			t.Errorf("hemiciclo %s shows %q", args, out)
		}
	}
}

// TestStepsByStudy: what scripts/study does a notebook finds done, and asks nobody for it.
func TestStepsByStudy(t *testing.T) {
	runs := noRuns(t)
	fails(t, "no hay un lado «centro»", "study", "--recipe", "test", "dataset", "centro")
	fails(t, "«1 2» no es un número de palabras", "study", "--recipe", "test", "vectors", "1", "2")
	fails(t, "sobra «derecha»", "study", "--recipe", "test", "load", "derecha")
	if got := succeeds(t, "study", "--recipe", "test", "status"); !strings.Contains(got, "load derecha: falló hace") {
		t.Errorf("of what failed the status is\n%s", got)
	}
	for _, step := range []string{"load", "sides", "sides"} {
		if got, want := succeeds(t, "study", "--recipe", "test", step), "Listo: "+step+", en runs/demo.\n"; !strings.HasSuffix(got, want) {
			t.Errorf("study %s says\n%s\nwant\n%s", step, got, want)
		}
	}
	if got := strings.Join(strings.Fields(succeeds(t, "study", "list")), " "); !strings.HasSuffix(got, "demo test 4 - Demostración (tweets sintéticos)") {
		t.Errorf("the runs are\n%s", got)
	}

	nobody := t.TempDir() // a project in which there is no program
	t.Setenv(home.Env, nobody)
	s := newStudy(t)
	if loaded, err := s.Load(t.Context()); err != nil || len(loaded.Tweets) != s.Recipe.DemoTweets {
		t.Errorf("the tweets are not loaded: %v", err)
	}
	if _, err := s.Sides(t.Context()); err != nil {
		t.Errorf("the sides are not chosen: %v", err)
	}
	if _, err := s.Tags(t.Context()); err == nil || !strings.Contains(err.Error(), "falta el programa de trabajo") {
		t.Errorf("a step that is not done: %v", err)
	}
	damaged := filepath.Join(nobody, ".tools", "bin", "hemiciclo")
	if err := errors.Join(os.MkdirAll(filepath.Dir(damaged), 0o755), os.WriteFile(damaged, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Tags(t.Context()); err == nil || !strings.Contains(err.Error(), "no se puede ejecutar; ejecute scripts/setup") {
		t.Errorf("with a program that cannot be run: %v", err)
	}
	if _, err := os.Stat(filepath.Join(runs, "demo", "steps", "tags.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a process that asks did a step: %v", err)
	}
}

// newStudy opens the study as a notebook's cell does.
func newStudy(t *testing.T) *study.Study {
	t.Helper()
	s, err := study.New(t.Context(), study.Options{Recipe: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// jobs are those of the run.
func jobs(t *testing.T, runs string) []job.Job {
	t.Helper()
	list, err := job.List(filepath.Join(runs, "demo"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestInterruptedAtOnce: a cell that is interrupted as it opens the study does not wait for
// the demo corpus.
func TestInterruptedAtOnce(t *testing.T) {
	runs := noRuns(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := study.New(ctx, study.Options{Recipe: "test"}); !errors.Is(err, context.Canceled) {
		t.Errorf("the study opens with %v", err)
	}
	if _, err := os.Stat(filepath.Join(runs, "demo", "corpus")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a corpus was made: %v", err)
	}
}

// TestStepsByCells: a cell has the program do what is not done, and leaves no job.
func TestStepsByCells(t *testing.T) {
	runs := noRuns(t)
	s := newStudy(t) // for which the demo corpus is made
	loaded, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(loaded.Tweets), s.Recipe.DemoTweets; got != want {
		t.Errorf("%d tweets are loaded, want %d", got, want)
	}
	// What a cell changes of the study the program is told.
	s.Settings.Sides.Right.Label = "Los de acá"
	s.Settings.Sides.Right.Own = []string{"acá"}
	if _, err := s.DataSet(t.Context(), study.Right); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Classifier(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := jobs(t, runs); len(left) > 0 {
		t.Errorf("jobs are left: %v", left)
	}
	s.Settings.Languages = []string{"xx"}
	var failure job.Failure
	if _, err := s.Load(t.Context()); !errors.As(err, &failure) {
		t.Errorf("what cannot be done ends with %v", err)
	}
}

// TestInterruptedCell: a cell that is stopped stops the program, which saves what is done;
// run again, it goes on.
func TestInterruptedCell(t *testing.T) {
	runs := noRuns(t)
	s := newStudy(t)
	release := holdTurn(t, runs)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		for list, err := job.List(s.Dir); len(list) == 0 && err == nil && t.Context().Err() == nil; list, err = job.List(s.Dir) {
			time.Sleep(time.Millisecond)
		}
		interrupt()
	}()
	if _, err := s.Load(ctx); !errors.Is(err, job.ErrStopped) {
		t.Errorf("a cell that is stopped ends with %v", err)
	}
	if _, err := s.Load(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a cell that was stopped goes on with %v", err)
	}
	for _, j := range jobs(t, runs) {
		if busy, err := j.AtWork(); busy || err != nil {
			t.Errorf("the job goes on: %v (%v)", busy, err)
		}
	}
	release()
	if _, err := s.Load(t.Context()); err != nil {
		t.Errorf("run again it ends with %v", err)
	}
}

// holdTurn is a job of the run that lasts until release.
func holdTurn(t *testing.T, runs string) (release func()) {
	t.Helper()
	release, err := home.Lock(t.Context(), filepath.Join(runs, "demo", "jobs", "turn.lock"), func() {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return release
}

// TestStatusAndStop: what is being done in a run is shown from elsewhere, and stopped.
func TestStatusAndStop(t *testing.T) {
	runs := noRuns(t)
	holdTurn(t, runs)
	load := program(t, "study", "--recipe", "test", "load")
	var out strings.Builder
	load.Stdout, load.Stderr = &out, &out
	if err := load.Start(); err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); !strings.Contains(succeeds(t, "study", "status"), "load, espera su turno desde hace"); {
		if time.Since(begin) > 2*time.Minute {
			t.Fatal("the status never says that a job waits")
		}
	}
	if got := succeeds(t, "study", "list"); !strings.Contains(got, "load") {
		t.Errorf("the runs are\n%s", got)
	}
	if got := succeeds(t, "study", "stop"); !strings.Contains(got, "Se detiene load") {
		t.Errorf("stopping says\n%s", got)
	}
	if err := load.Wait(); err == nil || !strings.Contains(out.String(), "interrumpido; lo hecho está guardado") {
		t.Errorf("what was stopped ends with %v:\n%s", err, &out)
	}
	if got := succeeds(t, "study", "status"); !strings.Contains(got, "load: se detuvo hace") {
		t.Errorf("of what was stopped the status is\n%s", got)
	}
}

// TestNohup: a command that is to outlive its terminal does, and still stops when told to; one
// that is not stops with its terminal.
func TestNohup(t *testing.T) {
	// Under nohup these tests would hand the signal down as ignored: a process that handles it
	// does not.
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	defer signal.Stop(hangUps)
	runs := noRuns(t)
	holdTurn(t, runs)
	for _, ignored := range []bool{true, false} {
		load := program(t, "study", "--recipe", "test", "load")
		if ignored {
			load = exec.CommandContext(t.Context(), "nohup", load.Args...)
		}
		var out strings.Builder
		load.Stdout, load.Stderr = &out, &out
		if err := load.Start(); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); !strings.Contains(succeeds(t, "study", "status"), "load, espera"); {
			if time.Since(begin) > 2*time.Minute {
				t.Fatal("no command has the job")
			}
		}
		if err := load.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if ignored {
			if got := succeeds(t, "study", "stop"); !strings.Contains(got, "Se detiene load") {
				t.Errorf("stopping what outlived its terminal says\n%s", got)
			}
		}
		if err := load.Wait(); err == nil || !strings.Contains(out.String(), "interrumpido; lo hecho está guardado") {
			t.Errorf("with the signal ignored (%v) it ends with %v:\n%s", ignored, err, &out)
		}
	}
}

// TestStudyTwice: of commands for the same, given at once, one does it and all see it done.
func TestStudyTwice(t *testing.T) {
	runs := noRuns(t)
	release := holdTurn(t, runs)
	var commands []*exec.Cmd
	outs := make([]strings.Builder, 3)
	for i := range outs {
		c := program(t, "study", "--recipe", "test", "load")
		c.Stdout, c.Stderr = &outs[i], &outs[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		commands = append(commands, c)
	}
	for begin := time.Now(); !strings.Contains(succeeds(t, "study", "status"), "load, espera"); {
		if time.Since(begin) > 2*time.Minute {
			t.Fatal("no command has the job")
		}
	}
	release()
	for i, c := range commands {
		if err := c.Wait(); err != nil || !strings.HasSuffix(outs[i].String(), "Listo: load, en runs/demo.\n") {
			t.Errorf("%v:\n%s", err, &outs[i])
		}
	}
	if left := jobs(t, runs); len(left) > 0 {
		t.Errorf("jobs are left: %v", left)
	}
}

// TestPicturesOfCells: the program draws a cell's charts, each once; one that ends does not
// keep the next picture from being drawn.
func TestPicturesOfCells(t *testing.T) {
	noRuns(t)
	newStudy(t) // for which the demo corpus is made
	broken := t.TempDir()
	err := errors.Join(
		os.MkdirAll(filepath.Join(broken, ".tools", "bin"), 0o755),
		os.Symlink(filepath.Join(built, ".tools", "lib"), filepath.Join(broken, ".tools", "lib")),
		os.WriteFile(filepath.Join(broken, ".tools", "bin", "hemiciclo"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	if err != nil {
		t.Fatal(err)
	}
	study.Open(study.Options{Recipe: "test"})
	bars := func(label string) (string, error) {
		b, err := chart.Bar{Name: "x", ValueName: "y", Items: []chart.BarItem{{Label: label, Value: 1}}}.MIME()
		return b.SVG, err
	}
	t.Setenv(home.Env, broken)
	if _, err := bars("Años"); err == nil {
		t.Error("a program that ends draws")
	}
	t.Setenv(home.Env, built)
	drawn, err := bars("Años")
	if err != nil || !strings.Contains(drawn, "Años") {
		t.Errorf("the chart is drawn as %.80q (%v)", drawn, err)
	}
	// Another cell, whose program does not draw.
	t.Setenv(home.Env, broken)
	study.Open(study.Options{Recipe: "test"})
	if kept, err := bars("Años"); err != nil || kept != drawn {
		t.Errorf("the chart that was kept is drawn as %.80q (%v)", kept, err)
	}
	if _, err := bars("Meses"); err == nil {
		t.Error("a program that ends draws another chart")
	}
}
