package study

import (
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// engineTrack starts the bar of work that the engine does. Until the next such bar, it also
// says when a program is compiled.
func engineTrack(label, unit string, total int64) *chart.Track {
	track := chart.NewTrack(label, unit, total)
	sayCompiling(track.Say)
	return track
}

// sayCompiling has say told when a program is compiled, which can take many seconds in
// which nothing else moves.
func sayCompiling(say func(string) error) {
	backend.OnCompile(func(string) (done func()) {
		begin := time.Now()
		showing(say("compilando el programa para este equipo"))
		return func() { showing(say("compilado en " + chart.Duration(time.Since(begin)))) }
	})
}
