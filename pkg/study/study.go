package study

import (
	"context"
	"encoding/json"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Study is a run and its steps.
type Study struct{ run.Run }

// What cells name.
type (
	Options           = run.Options
	Settings          = run.Settings
	Recipe            = run.Recipe
	Generation        = run.Generation
	Side              = run.Side
	PlaygroundOptions = comparing.PlaygroundOptions
)

// Generation2020 is how the models of the study of 2020 wrote: see [run.Generation2020].
func Generation2020() Generation { return run.Generation2020() }

// The two sides.
const (
	Right = run.Right
	Left  = run.Left
)

// New opens a study in a process that shows it: steps that are not done are done by workers,
// processes of their own.
func New(ctx context.Context, o Options) (*Study, error) { return of(run.New(ctx, o)) }

// NewWith opens a study in the process that does its steps.
func NewWith(ctx context.Context, m task.Maker, o Options) (*Study, error) {
	return of(run.NewWith(ctx, m, o))
}

// Resume opens the study that a worker was asked about, in the worker.
func Resume(ctx context.Context, m task.Maker, study json.RawMessage) (*Study, error) {
	return of(run.Resume(ctx, m, study))
}

// of is the study of a run.
func of(r *run.Run, err error) (*Study, error) {
	if err != nil {
		return nil, err
	}
	return &Study{*r}, nil
}

// With returns the same run with one of the study's four recipes. Split and seed stay those of
// the run; the prompts are the study's, where study.toml names none.
func (s *Study) With(name string) (*Study, error) { return of(s.Run.With(name)) }

// Request is that of a step of this study, with all that was changed of it.
func (s *Study) Request(name string, arguments []string) (job.Request, error) {
	st, err := StepByName(name)
	if err != nil {
		return job.Request{}, err
	}
	if st.Arguments == ofSide && len(arguments) > 0 {
		sides, err := s.SidesNamed(arguments)
		if err != nil {
			return job.Request{}, err
		}
		arguments = run.SideFolders(sides)
	}
	return s.Run.Request(name, arguments)
}

// Accounts shows the first n rows of accounts.csv.
func (s *Study) Accounts(n int) (chart.Element, error) { return loading.AccountsTable(&s.Run, n) }

// CheckInputs says what a run of the study would stumble over: see [loading.CheckInputs].
func (s *Study) CheckInputs(ctx context.Context) (loading.InputReport, error) {
	return loading.CheckInputs(ctx, &s.Run)
}

// PublishedLosses shows the losses that the study of 2020 published, where the corpus asks for
// its figures.
func (s *Study) PublishedLosses() chart.Element { return modelling.PublishedLosses(&s.Run) }

// PublishedPerplexities shows the perplexities that the study of 2020 published, where the
// corpus asks for its figures.
func (s *Study) PublishedPerplexities() chart.Element { return comparing.PublishedPerplexities(&s.Run) }
