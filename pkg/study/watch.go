package study

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
)

// watch shows a training in its cell while it runs: a bar and the curves of the
// losses. The curves go when it ends, for the cell then shows them itself.
type watch struct {
	trained *Trained
	track   *chart.Track
	curves  chart.Live
	entries []finetune.Entry
}

func newWatch(t *Trained) *watch {
	return &watch{trained: t, track: chart.NewTrack("Entrenando: "+t.title, "pasos", 0)}
}

func (w *watch) progress(p finetune.Progress) {
	detail := ""
	if p.TokensPerSecond > 0 {
		detail = chart.Number(p.TokensPerSecond, 0) + " tokens por segundo"
	}
	if p.ResumedFrom > 0 {
		w.track.GoOnFrom(int64(p.ResumedFrom))
		detail += fmt.Sprintf(" · continuado desde el paso %d", p.ResumedFrom)
	}
	showing(w.track.Set(int64(p.Step), int64(p.Steps), detail))
	if p.Entry != nil {
		w.entries = append(w.entries, *p.Entry)
		showing(w.curves.Update(w.trained.lossChart(w.entries, p.Steps)))
	}
}

func (w *watch) close(err error) {
	showing(w.track.Close(err))
	showing(w.curves.Clear())
}
