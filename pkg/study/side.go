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

// whom returns what puts tweets on the sides, whatever these are called.
func (s *Study) whom(sides ...Side) []SideSettings {
	list := make([]SideSettings, len(sides))
	for i, side := range sides {
		list[i] = s.sideSettings(side)
		list[i].Label = ""
	}
	return list
}

// side returns the tweets' filter of one side of this corpus.
func (s *Study) side(side Side) corpus.Side { return corpus.Side(s.sideSettings(side)) }

// Label is what the corpus calls a side, for titles.
func (s *Study) Label(side Side) string { return s.sideSettings(side).Label }
