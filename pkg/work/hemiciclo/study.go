package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// usage is what scripts/study -h shows, before there is a program too.
//
//go:embed usage.txt
var usage string

// studyCommand is scripts/study.
func studyCommand(ctx context.Context, args []string) error {
	var o study.Options
	flags := flag.NewFlagSet("study", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.Corpus, "corpus", "", "")
	flags.StringVar(&o.Name, "name", "", "")
	flags.StringVar(&o.Recipe, "recipe", "", "")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w\n\n%s", err, strings.TrimSpace(usage))
	}
	if flags.NArg() == 0 {
		return errors.New("falta el paso\n\n" + strings.TrimSpace(usage))
	}
	name, rest := flags.Arg(0), flags.Args()[1:]
	command := map[string]func() error{
		"list":   list,
		"steps":  steps,
		"status": func() error { return status(o) },
		"stop":   func() error { return stop(ctx, o) },
		"report": func() error { return errors.New("report es de scripts/study, no de hemiciclo study") },
	}[name]
	switch {
	case command == nil:
		return doStep(ctx, o, name, rest)
	case len(rest) > 0: // An option, perhaps: without it, it would be another run's.
		return fmt.Errorf("después de %s sobra «%s»; las opciones van antes", name, strings.Join(rest, " "))
	}
	return command()
}

// doStep does a step in this process, in sight of the notebooks. Where another process is at it
// already, it is watched.
func doStep(ctx context.Context, o study.Options, name string, arguments []string) error {
	if _, err := study.StepByName(name); err != nil {
		return err
	}
	if err := withHeapsFor(name); err != nil {
		return err
	}
	s, err := study.NewWith(ctx, work.New(), o)
	if err != nil {
		return err
	}
	request, err := s.Request(name, arguments)
	if err != nil {
		return err
	}
	if err := s.KeepInfo(); err != nil {
		return err
	}
	screen := newTerminal(os.Stdout)
	j, err := job.Do(ctx, s.Dir, request, screen.display, doRequest)
	if errors.Is(err, job.ErrTaken) {
		fmt.Println("Otro programa ya está haciendo este paso. Se muestra hasta que termine; Ctrl+C deja de mostrarlo, y scripts/study stop lo detiene.")
		err = j.Follow(ctx, screen.mirror)
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) && !errors.Is(err, job.ErrStopped) {
			screen.end()
			return nil
		}
		if errors.Is(err, job.ErrGone) { // Whoever else watched it has seen it done.
			err = nil
		}
	}
	screen.end()
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrumpido; lo hecho está guardado: repita la orden para seguir")
	case err != nil:
		return run.JobError(request.Name(), err)
	}
	say(os.Stdout, "Listo: %s, en runs/%s.\n", request.Name(), s.Name)
	return j.Remove()
}

// list shows the runs that there are.
func list() error {
	runs, err := run.Folders()
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		fmt.Println("Todavía no hay corridas.")
		return nil
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "CORRIDA\tRECETA\tPASOS HECHOS\tAHORA\tCORPUS")
	for _, folder := range runs {
		var info struct{ Title, Recipe string }
		if data, err := os.ReadFile(filepath.Join(folder, "run.json")); err == nil {
			_ = json.Unmarshal(data, &info) // What cannot be read is not shown.
		}
		records, err := os.ReadDir(filepath.Join(folder, "steps"))
		if err != nil {
			return err
		}
		done := 0
		for _, record := range records {
			if name := record.Name(); strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".hashes.json") {
				done++
			}
		}
		now, err := working(folder)
		if err != nil {
			return err
		}
		var names []string
		for _, w := range now {
			names = append(names, w.request.Name())
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", filepath.Base(folder), info.Recipe, done, chart.Clean(cmp.Or(strings.Join(names, ", "), "-")), chart.Clean(info.Title))
	}
	return table.Flush()
}

// steps shows the steps that there are.
func steps() error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, st := range study.Steps {
		_, _ = fmt.Fprintf(table, "%s %s\t%s\n", st.Name, st.Arguments, st.What)
	}
	return table.Flush()
}

// atWork is a job that a process has.
type atWork struct {
	job     job.Job
	request job.Request
	state   job.State
}

// working are the jobs of a run that processes have.
func working(folder string) ([]atWork, error) {
	jobs, err := job.List(folder)
	if err != nil {
		return nil, err
	}
	var list []atWork
	for _, j := range jobs {
		busy, err := j.AtWork()
		if err != nil {
			return nil, err
		}
		request, unread := j.Request()
		state, unknown := j.State()
		if busy && unread == nil && unknown == nil {
			list = append(list, atWork{j, request, state})
		}
	}
	return list, nil
}

// status shows what a run is at.
func status(o study.Options) error {
	folder, err := run.Folder(o)
	if err != nil {
		return err
	}
	list, err := working(folder)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		say(os.Stdout, "La corrida %s no está haciendo nada.\n", filepath.Base(folder))
		return ended(folder)
	}
	for _, w := range list {
		doing := "desde hace"
		if w.state.Waiting {
			doing = "espera su turno desde hace"
		}
		say(os.Stdout, "%s, %s %s (proceso %d en %s)\n", w.request.Name(), doing, chart.Duration(time.Since(w.state.Started)), w.state.PID, w.state.Host)
		for _, output := range w.state.Outputs {
			if line := line(output.Bundle); line != "" {
				say(os.Stdout, "  %s\n", line)
			}
		}
	}
	return nil
}

// ended shows how the jobs ended that nobody watched.
func ended(folder string) error {
	jobs, err := job.List(folder)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		request, unread := j.Request()
		state, unknown := j.State()
		switch {
		case unread != nil || unknown != nil:
		case state.Ended.IsZero():
			say(os.Stdout, "%s: su proceso terminó sin decir por qué; pídalo otra vez.\n", request.Name())
		case state.Stopped:
			say(os.Stdout, "%s: se detuvo hace %s.\n", request.Name(), chart.Duration(time.Since(state.Ended)))
		case state.Failure != "":
			say(os.Stdout, "%s: falló hace %s: %s\n", request.Name(), chart.Duration(time.Since(state.Ended)), state.Failure)
		default:
			say(os.Stdout, "%s: terminó hace %s.\n", request.Name(), chart.Duration(time.Since(state.Ended)))
		}
	}
	return nil
}

// stop stops what a run is at, and waits until all is saved.
func stop(ctx context.Context, o study.Options) error {
	folder, err := run.Folder(o)
	if err != nil {
		return err
	}
	list, err := working(folder)
	if err != nil {
		return err
	}
	for _, w := range list {
		if err := w.job.Stop(); err != nil {
			return err
		}
	}
	var failed error
	for _, w := range list {
		say(os.Stdout, "Se detiene %s; se espera a que guarde lo hecho…\n", w.request.Name())
		err := w.job.Follow(ctx, func(job.State) error { return nil })
		if err != nil && !errors.Is(err, job.ErrStopped) && !errors.Is(err, job.ErrGone) {
			failed = errors.Join(failed, run.JobError(w.request.Name(), err))
		}
	}
	if len(list) == 0 {
		say(os.Stdout, "La corrida %s no está haciendo nada.\n", filepath.Base(folder))
	}
	return failed
}
