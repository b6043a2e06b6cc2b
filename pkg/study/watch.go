package study

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
)

// watch shows a training in its cell while it runs: a bar and the curves of the
// losses. The curves go when it ends, for the cell then shows them itself.
type watch struct {
	ctx     context.Context
	trained *Trained
	track   *chart.Track
	curves  chart.Live
	saved   atomic.Int64 // the step of the last checkpoint; 0 before the first
	forget  func() bool  // stops waiting for an interrupt
}

func newWatch(ctx context.Context, t *Trained) *watch {
	w := &watch{ctx: ctx, trained: t, track: engineTrack("Entrenando: "+t.title, "pasos", 0)}
	w.forget = context.AfterFunc(ctx, w.interrupted)
	return w
}

// interrupted tells at once what becomes of the work. Jupyter's kernel kills the cell
// five seconds after it was interrupted: a large model is not written in that time,
// and the cell ends without a word.
func (w *watch) interrupted() {
	showing(w.track.Say(w.afterInterrupt()))
}

func (w *watch) afterInterrupt() string {
	next := "empezará de nuevo"
	if step := w.saved.Load(); step > 0 {
		next = "seguirá desde el último punto guardado, el del paso " + chart.Integer(step)
	}
	return "Interrumpido: se guarda lo hecho. Si la celda termina antes de lograrlo, como ocurre con un modelo grande, al ejecutarla otra vez " + next + "."
}

func (w *watch) progress(p finetune.Progress) {
	if p.ResumedFrom > 0 {
		w.saved.CompareAndSwap(0, int64(p.ResumedFrom))
	}
	if p.Saved != "" {
		w.saved.Store(int64(p.Step))
	}
	if w.ctx.Err() != nil {
		return // what it says of the interrupt stays
	}
	detail := ""
	if p.TokensPerSecond > 0 {
		detail = chart.Number(p.TokensPerSecond, 0) + " tokens por segundo"
	}
	if p.ResumedFrom > 0 {
		w.track.GoOnFrom(int64(p.ResumedFrom))
		detail += fmt.Sprintf(" · continuado desde el paso %d", p.ResumedFrom)
	}
	showing(w.track.Set(int64(p.Step), int64(p.Steps), detail))
	if goesOn := p.ResumedFrom > 0 && p.Step == p.ResumedFrom; p.Entry != nil || goesOn {
		showing(w.curves.Update(w.trained.lossChart(p.Log, p.Steps)))
	}
}

func (w *watch) close(err error) {
	w.forget()
	showing(w.track.Close(err))
	showing(w.curves.Clear())
}
