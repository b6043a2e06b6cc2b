package modelling

import (
	"fmt"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// writing shows in its cell what a model writes while it does: a bar, and the text
// that is being written. The text goes when all are done, for the cell then shows
// them itself.
type writing struct {
	prompts int // to be continued
	done    int // of them
	before  int // tokens of those
	latest  int // of the present one
	track   *chart.Track
	text    chart.Live
}

func newWriting(track *chart.Track, prompts int) *writing {
	w := &writing{prompts: prompts, track: track}
	w.text.Interval = 300 * time.Millisecond
	return w
}

// progress shows how far the present prompt is.
func (w *writing) progress(p generate.Progress) {
	w.latest = p.Tokens
	// The other prompts are supposed to take as long.
	total := w.before + p.MaxTokens*(w.prompts-w.done)
	run.LogUnshown(w.track.Set(int64(w.before+p.Tokens), int64(total),
		fmt.Sprintf("frase %d de %d · %d de %d textos completos", w.done+1, w.prompts, p.Done, p.Total)))
	run.LogUnshown(w.text.Update(chart.Note{
		Title: fmt.Sprintf("Texto generado, en curso (%d de %d)", p.Index+1, p.Total),
		Text:  p.Partial,
	}))
}

// next tells that the present prompt is complete.
func (w *writing) next() {
	w.before, w.latest = w.before+w.latest, 0
	w.done++
}

func (w *writing) close(err error) {
	if err == nil && w.before > 0 {
		run.LogUnshown(w.track.Set(int64(w.before), int64(w.before), chart.Count(w.done, "frase", "frases")))
	}
	run.LogUnshown(w.track.Close(err))
	run.LogUnshown(w.text.Clear())
}
