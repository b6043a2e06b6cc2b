package comparing

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// playgroundVersion is raised when the page becomes another of the same models.
const playgroundVersion = 2

// PlaygroundOptions say what page [PlaygroundOf] makes; the zero value is sensible.
type PlaygroundOptions struct {
	// MostMB is how large a page may be, in millions of bytes, to be made; 0 is 15, what
	// still goes by mail.
	MostMB float64
	// Names shows the accounts that models name in what they write. Without it they are
	// hidden, but in an invented corpus.
	Names bool
}

// Arguments are the options as a worker is given them.
func (o PlaygroundOptions) Arguments() []string {
	return []string{strconv.FormatFloat(o.MostMB, 'g', -1, 64), strconv.FormatBool(o.Names)}
}

// ReadPlaygroundOptions are those of arguments.
func ReadPlaygroundOptions(arguments []string) (o PlaygroundOptions, err error) {
	if len(arguments) == 0 {
		return o, nil
	}
	if len(arguments) != 2 {
		return o, fmt.Errorf("playground toma dos argumentos, MostMB y Names, y no %d", len(arguments))
	}
	if o.MostMB, err = strconv.ParseFloat(arguments[0], 64); err == nil {
		o.Names, err = strconv.ParseBool(arguments[1])
	}
	return o, err
}

// PlaygroundFile is where the page lies in the run folder.
const PlaygroundFile = "probar.html"

// Playground is the page in which a reader tries the models.
type Playground struct {
	MB   float64 // its size, or what it would be
	Made bool    // else the models are too large for it

	limit float64
	run   *run.Run
	step  run.Record
}

// PlaygroundOf makes a page that runs the sides' models and the base: see package
// playground. It is not made of models that are too large.
func PlaygroundOf(ctx context.Context, r *run.Run, o PlaygroundOptions) (*Playground, error) {
	mostMB, hide := cmp.Or(o.MostMB, 15), !o.Names && !r.Settings.Synthetic
	base, err := modelling.Base(ctx, r)
	if err != nil {
		return nil, err
	}
	config, err := base.Config()
	if err != nil {
		return nil, err
	}
	p := &Playground{run: r, limit: mostMB, MB: pageMB(config, 1+len(run.Sides))}
	if p.MB > mostMB {
		if r.Redo == nil { // else steps are only asked about
			err = home.Remove(r.Path(PlaygroundFile)) // of smaller models
		}
		return p, err
	}
	l, err := LeanOf(ctx, r)
	if err != nil {
		return nil, err
	}
	preference, err := PreferenceOf(ctx, r)
	if err != nil {
		return nil, err
	}
	var models []*modelling.Trained
	inputs := []any{
		l.Record.Fingerprint, preference.Record.Fingerprint, runtime.Version(), hide, r.Name, r.Settings.Title, r.Settings.Language,
		r.Settings.Synthetic, r.Settings.DateText(), r.Settings.MinTokens, r.Settings.Resample, r.SplitName(), r.Label(run.Right), r.Label(run.Left),
		r.Recipe.Name, r.Recipe.Title, r.Recipe.Seed, r.Recipe.Generation, r.Recipe.Generation.Given(r.Settings.Prompts),
	}
	for _, side := range run.Sides {
		trained, err := modelling.FineTune(ctx, r, side)
		if err != nil {
			return nil, err
		}
		models = append(models, trained)
	}
	models = append(models, base)
	rounding, err := rounding(ctx, r, models, l.Scores)
	if err != nil {
		return nil, err
	}
	p.step, err = r.Do(ctx, run.Step{
		Name: "playground", Version: playgroundVersion, Inputs: inputs, Artifacts: []string{PlaygroundFile},
	}, func() error { return writePlayground(ctx, r, models, l, preference, rounding, hide) })
	if err != nil {
		return nil, err
	}
	p.Made = true
	if info, err := os.Stat(r.Path(PlaygroundFile)); err == nil { // absent where steps are only asked about
		p.MB = float64(info.Size()) / 1e6
	}
	return p, nil
}

// programMB is about what the program is of a page.
const programMB = 2

// pageMB is about how large a page with so many models of a configuration is: a byte a
// weight, in base64.
func pageMB(c config.GPT2, models int) float64 {
	return programMB + float64(models)*float64(c.Count())*4/3/1e6
}
