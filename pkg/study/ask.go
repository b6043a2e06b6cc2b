package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// EnvAttached, if it is 1, has workers stop when the cell that asked for them ends; else only
// the stop button stops them.
const EnvAttached = "HEMICICLO_ATTACHED"

// errUndone says that a step is not done, in a process that does none.
var errUndone = errors.New("el paso no está hecho")

// have returns what get reads of the run. In a process that does no steps itself, a worker does
// the named one first if it is not done, and what it rests on.
func have[T any](ctx context.Context, s *Study, get func(context.Context) (T, error), name string, arguments ...string) (T, error) {
	result, err := get(ctx)
	if !errors.Is(err, errUndone) {
		return result, err
	}
	if err := s.ask(ctx, name, arguments); err != nil {
		return result, err
	}
	result, err = get(ctx)
	if errors.Is(err, errUndone) {
		err = fmt.Errorf("lo que hizo el programa de trabajo no es lo que pide este cuaderno: quizá se cambió el código de Hemiciclo; ejecute scripts/setup para compilarlo de nuevo: %w", err)
	}
	return result, err
}

// state is what a worker must know to do the same as this process would.
type state struct {
	Options    Options
	Settings   *Settings   `json:",omitempty"` // those of the corpus folder, if nil
	Recipe     *Recipe     `json:",omitempty"`
	Own        *Recipe     `json:",omitempty"`
	Generation *Generation `json:",omitempty"`
}

func (s *Study) state() state {
	st := state{Options: s.options}
	if s.Settings.Title != "" { // else the corpus is still to be made
		st.Settings, st.Recipe, st.Own, st.Generation = &s.Settings, &s.Recipe, &s.own, &s.generation
	}
	return st
}

// Resume opens the study that a worker was asked about, in the worker.
func Resume(m task.Maker, study json.RawMessage) (*Study, error) {
	var st state
	if err := json.Unmarshal(study, &st); err != nil {
		return nil, err
	}
	s, err := NewWith(m, st.Options)
	if err != nil || st.Settings == nil {
		return s, err
	}
	s.Settings, s.Recipe, s.own, s.generation = *st.Settings, *st.Recipe, *st.Own, *st.Generation
	return s, nil
}

// Request is that of a step for this study, with all that was changed of it.
func (s *Study) Request(name string, arguments []string) (job.Request, error) {
	if st, err := StepByName(name); err == nil && st.Arguments == ofSide && len(arguments) > 0 {
		sides, err := s.sidesNamed(arguments)
		if err != nil {
			return job.Request{}, err
		}
		arguments = sideFolders(sides)
	}
	study, err := json.Marshal(s.state())
	return job.Request{Step: name, Args: arguments, Study: study}, err
}

// ask has a worker do a step, and shows what it shows.
func (s *Study) ask(ctx context.Context, name string, arguments []string) error {
	program, err := Program()
	if err != nil {
		return err
	}
	request, err := s.Request(name, arguments)
	if err != nil {
		return err
	}
	request.Attached = s.Settings.StopWithNotebook || os.Getenv(EnvAttached) == "1"
	for {
		j, err := job.Put(s.Dir, request)
		if err != nil {
			return err
		}
		stopping := j.Stopping()
		if err := j.Start(ctx, program, "do"); err != nil {
			return fmt.Errorf("el paso «%s»: %w", request.Name(), err)
		}
		err = s.watch(ctx, j)
		switch {
		case errors.Is(err, job.ErrStopped) && stopping && ctx.Err() == nil:
			continue // It was asked to before this process asked for it.
		case err == nil:
			return j.Remove()
		}
		return err
	}
}

// Program is the file of the program that works for notebooks.
func Program() (string, error) {
	root, err := home.Dir()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, ".tools", "bin", "hemiciclo")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("falta el programa de trabajo: ejecute scripts/setup: %w", err)
	}
	return program, nil
}

// A kernel that restarts or ends interrupts its cell first, as the stop button does. So a job
// is only stopped when the cell is still there some time later.
const sparing = 1500 * time.Millisecond

// watch shows what a job shows until it ends. When the cell is stopped, so is the job; it is
// shown until it has saved what is done, if the kernel lets the cell live that long.
func (s *Study) watch(ctx context.Context, j job.Job) error {
	kernel := os.Getppid()
	show := mirror()
	err := j.Follow(ctx, show)
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) || errors.Is(err, job.ErrStopped) {
		return err
	}
	time.Sleep(sparing)
	if os.Getppid() != kernel {
		return err
	}
	if err := j.Stop(); err != nil {
		return err
	}
	var note chart.Live
	showing(note.Update(chart.Note{Kind: chart.Warning, Title: "Interrumpido: se guarda lo hecho",
		Text: "El programa de trabajo termina de guardar aunque esta celda acabe antes. Al ejecutarla otra vez se sigue desde ahí."}))
	err = j.Follow(context.WithoutCancel(ctx), show)
	showing(note.Clear())
	if err == nil { // It was done before it could be stopped.
		return ctx.Err()
	}
	return err
}

// mirror shows a job's outputs in this cell, each in a place of its own.
func mirror() func(job.State) error {
	ids := map[string]string{}
	shown := map[string]chart.Bundle{}
	return func(state job.State) error {
		if !chart.InNotebook() && state.Ended.IsZero() {
			return nil // Only the last state of each is printed.
		}
		for _, output := range state.Outputs {
			before, known := shown[output.ID]
			if known && before == output.Bundle || !known && output.Bundle == (chart.Bundle{}) {
				continue
			}
			if !known {
				ids[output.ID] = chart.NewID()
			}
			shown[output.ID] = output.Bundle
			if err := chart.Send(output.Bundle, ids[output.ID]); err != nil {
				return err
			}
		}
		return nil
	}
}
