package study

import "github.com/hemiciclo/hemiciclo/pkg/corpus"

// Side is one half of the half-circle.
type Side int

// The two sides, in the order in which tables show them.
const (
	Right Side = iota
	Left
)

// Sides are both, for loops.
var Sides = []Side{Right, Left}

// Folder is the side's name in files and prose, as in the study.
func (s Side) Folder() string {
	if s == Right {
		return "derecha"
	}
	return "izquierda"
}

// sideSettings returns whom this corpus puts on a side.
func (s *Study) sideSettings(side Side) SideSettings {
	if side == Right {
		return s.Settings.Sides.Right
	}
	return s.Settings.Sides.Left
}

// side returns the tweets' filter of one side of this corpus.
func (s *Study) side(side Side) corpus.Side {
	o := s.sideSettings(side)
	return corpus.Side{Label: o.Label, Partido: o.Partido, Coalicion: o.Coalicion, ScreenName: o.ScreenName}
}

// Label is what the corpus calls a side, for titles.
func (s *Study) Label(side Side) string { return s.sideSettings(side).Label }
