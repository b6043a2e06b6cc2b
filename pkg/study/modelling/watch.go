package modelling

import (
	"context"
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// watch shows a training while it runs: a bar and the curves of the losses. The curves go when
// it ends, for the cell then shows them itself.
type watch struct {
	ctx     context.Context
	trained *Trained
	track   *chart.Track
	curves  chart.Live
	forget  func() bool // stops waiting for an interrupt
}

func newWatch(ctx context.Context, t *Trained, track *chart.Track) *watch {
	w := &watch{ctx: ctx, trained: t, track: track}
	w.forget = context.AfterFunc(ctx, func() { run.LogUnshown(track.Say("Interrumpido: se guarda lo hecho")) })
	return w
}

func (w *watch) progress(p training.Progress) {
	if w.ctx.Err() != nil {
		return // what it says of the interrupt stays
	}
	detail := ""
	if p.TokensPerSecond > 0 {
		detail = chart.Number(p.TokensPerSecond, 0) + " tokens por segundo"
	}
	if p.ResumedFrom > 0 {
		w.track.ResumedFrom(int64(p.ResumedFrom))
		detail += fmt.Sprintf(" · continuado desde el paso %d", p.ResumedFrom)
	}
	run.LogUnshown(w.track.Set(int64(p.Step), int64(p.Steps), detail))
	if goesOn := p.ResumedFrom > 0 && p.Step == p.ResumedFrom; p.Entry != nil || goesOn {
		run.LogUnshown(w.curves.Update(w.trained.lossChart(p.Log, p.Steps)))
	}
}

func (w *watch) close(err error) {
	w.forget()
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrumpido; lo hecho está guardado")
	}
	run.LogUnshown(w.track.Close(err))
	run.LogUnshown(w.curves.Clear())
}
