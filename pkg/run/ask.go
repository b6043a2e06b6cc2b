package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// envAttached, if it is 1, has workers stop when the cell that asked for them ends; else only
// the stop button stops them.
const envAttached = "HEMICICLO_ATTACHED"

// errUndone says that a step is not done, in a process that does none.
var errUndone = errors.New("el paso no está hecho")

// Have returns what get reads of the run. In a process that does no steps itself, a worker does
// the named one first if it is not done, and what it rests on.
func Have[T any](ctx context.Context, r *Run, get func(context.Context, *Run) (T, error), name string, arguments ...string) (T, error) {
	result, err := get(ctx, r)
	if !errors.Is(err, errUndone) {
		return result, err
	}
	if err := r.ask(ctx, name, arguments); err != nil {
		return result, err
	}
	result, err = get(ctx, r)
	if errors.Is(err, errUndone) {
		err = fmt.Errorf("lo que hizo el programa de trabajo no es lo que pide este cuaderno: quizá se cambió el código de Hemiciclo; ejecute scripts/setup para compilarlo de nuevo: %w", err)
	}
	return result, err
}

// state is what a worker must know of a run to do the same as this process would.
type state struct {
	Options    Options
	Settings   *Settings   `json:",omitempty"` // those of the corpus folder, if nil
	Recipe     *Recipe     `json:",omitempty"`
	Own        *Recipe     `json:",omitempty"`
	Generation *Generation `json:",omitempty"`
	// OwnNames are what the sides call their own, by Side: settings keep them out of JSON, since
	// no fingerprint of the sides may depend on them.
	OwnNames [2][]string
}

func (r *Run) state() state {
	st := state{Options: r.options}
	if r.Settings.Title != "" { // else the corpus is still to be made
		st.Settings, st.Recipe, st.Own, st.Generation = &r.Settings, &r.Recipe, &r.Own, &r.Generation
		st.OwnNames = [2][]string{r.Settings.Sides.Right.Own, r.Settings.Sides.Left.Own}
	}
	return st
}

// set makes the run what the state says.
func (st state) set(r *Run) {
	r.Settings, r.Recipe, r.Own, r.Generation = *st.Settings, *st.Recipe, *st.Own, *st.Generation
	r.Settings.Sides.Right.Own, r.Settings.Sides.Left.Own = st.OwnNames[Right], st.OwnNames[Left]
}

// Resume opens the run that a worker was asked about, in the worker.
func Resume(ctx context.Context, m task.Maker, asked json.RawMessage) (*Run, error) {
	var st state
	if err := json.Unmarshal(asked, &st); err != nil {
		return nil, err
	}
	r, err := NewWith(ctx, m, st.Options)
	if err != nil || st.Settings == nil {
		return r, err
	}
	if st.Recipe == nil || st.Own == nil || st.Generation == nil {
		return nil, errors.New("a request says how a study is set, but not all of it")
	}
	st.set(r)
	return r, nil
}

// Request is that of a step of this run, with all that was changed of it.
func (r *Run) Request(name string, arguments []string) (job.Request, error) {
	state, err := json.Marshal(r.state())
	return job.Request{Step: name, Args: arguments, Study: state}, err
}

// ask has a worker do a step, and shows what it shows.
func (r *Run) ask(ctx context.Context, name string, arguments []string) error {
	program, err := WorkerProgram()
	if err != nil {
		return err
	}
	request, err := r.Request(name, arguments)
	if err != nil {
		return err
	}
	request.Attached = r.Settings.StopWithNotebook || os.Getenv(envAttached) == "1"
	m := &mirror{}
	for {
		j, stopping, err := job.Start(ctx, r.Dir, request, program, "do")
		if err == nil {
			err = r.watch(ctx, j, m)
		}
		again := errors.Is(err, job.ErrStopped) && stopping || // It was asked to before this process asked for it.
			errors.Is(err, job.ErrGone) // Another who watched saw to it; the step may be done.
		switch {
		case again && ctx.Err() == nil:
			continue
		case err == nil:
			return j.Remove()
		}
		return JobError(request.Name(), err)
	}
}

// JobError is the error with which a job ended, for people: what package job says of a process
// that ended without saying how is for programmers.
func JobError(step string, err error) error {
	var crash job.Crash
	if !errors.As(err, &crash) {
		return err
	}
	text := fmt.Sprintf("el programa de trabajo que hacía el paso «%s» terminó sin decir por qué", step)
	if crash.Status != "" {
		text += " (" + crash.Status + ")"
	}
	text += ". Si lo terminó el sistema, quizá no alcanzó la memoria. Pídalo otra vez: sigue desde lo guardado."
	if crash.Words != "" {
		text += "\nLo último que escribió:\n" + crash.Words
	}
	return errors.New(text)
}

// WorkerProgram is the file of the program that works for notebooks.
func WorkerProgram() (string, error) {
	root, err := home.Dir()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, ".tools", "bin", "hemiciclo")
	if _, err := exec.LookPath(program); err != nil {
		return "", fmt.Errorf("falta el programa de trabajo, o no se puede ejecutar; ejecute scripts/setup: %w", err)
	}
	return program, nil
}

// sparing is how long a cell must outlive an interrupt for its job to be stopped: a kernel that
// restarts or ends interrupts its cell first, as the stop button does.
const sparing = 1500 * time.Millisecond

// watch shows what a job shows until it ends. When the cell is stopped, so is the job; it is
// shown until it has saved what is done, if the kernel lets the cell live that long.
func (r *Run) watch(ctx context.Context, j job.Job, m *mirror) error {
	kernel := os.Getppid()
	err := j.Follow(ctx, m.show)
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) || errors.Is(err, job.ErrStopped) {
		return err
	}
	var note chart.Live
	LogUnshown(note.Update(chart.Note{Kind: chart.Warning, Title: "Interrumpido: se guarda lo hecho",
		Text: "El programa de trabajo termina de guardar aunque esta celda acabe antes. Al ejecutarla otra vez se sigue desde ahí."}))
	time.Sleep(sparing)
	if os.Getppid() != kernel {
		return err
	}
	if err := j.Stop(); err != nil {
		return err
	}
	err = j.Follow(context.WithoutCancel(ctx), m.show)
	LogUnshown(note.Clear())
	if err == nil || errors.Is(err, job.ErrGone) { // It was done before it could be stopped.
		return ctx.Err()
	}
	return err
}

// mirror shows a job's outputs in this cell, each in a place of its own.
type mirror struct {
	of     job.State // the process whose outputs are shown
	places []place   // in the order in which they came up
}

// place is where an output of the job is shown.
type place struct {
	output job.Output // as it is shown
	id     string
}

// show shows what has changed. What another process showed that had the job before goes.
func (m *mirror) show(state job.State) error {
	if !chart.InNotebook() && state.Ended.IsZero() {
		return nil // Only the last state of each is printed.
	}
	if !state.SameProcess(m.of) {
		for _, p := range m.places {
			if err := chart.Send(chart.Bundle{}, p.id); err != nil {
				return err
			}
		}
		m.of, m.places = state, nil
	}
	for _, output := range state.Outputs {
		at := slices.IndexFunc(m.places, func(p place) bool { return p.output.ID == output.ID })
		switch {
		case at < 0 && output.Bundle == (chart.Bundle{}), at >= 0 && m.places[at].output == output:
			continue
		case at < 0:
			at = len(m.places)
			m.places = append(m.places, place{id: chart.NewID()})
		}
		m.places[at].output = output
		if err := chart.Send(output.Bundle, m.places[at].id); err != nil {
			return err
		}
	}
	return nil
}
