package study

import (
	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Side is one half of the half-circle.
type Side int

// The two sides, in the order in which tables show them.
const (
	Right Side = iota
	Left
)

// Sides are both, for loops.
var Sides = []Side{Right, Left}

// rest is the folder of the tweets on neither side: the base model learns from
// them too.
const rest = "resto"

// Folder is the side's name in files and prose, as in the study.
func (s Side) Folder() string {
	if s == Right {
		return "derecha"
	}
	return "izquierda"
}

// String is the side's name in English.
func (s Side) String() string {
	if s == Right {
		return "right"
	}
	return "left"
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
		list[i].Label, list[i].Own = "", nil
	}
	return list
}

// side returns the tweets' filter of one side of this corpus.
func (s *Study) side(side Side) corpus.Side { return s.sideSettings(side).filter() }

// filter is which tweets the settings pick.
func (s SideSettings) filter() corpus.Side {
	return corpus.Side{Label: s.Label, Partido: s.Partido, Coalicion: s.Coalicion, ScreenName: s.ScreenName}
}

// has tells whether the settings pick an account.
func (s SideSettings) has(a tweets.Account) bool {
	return s.filter().Has(tweets.Tweet{ScreenName: a.ScreenName, Partido: a.Partido, Coalicion: a.Coalicion})
}

// Label is what the corpus calls a side, for titles.
func (s *Study) Label(side Side) string { return s.sideSettings(side).Label }

// named is the label as running text has it. Quoted like a title it needs no article,
// so that a sentence reads right for a label of any gender and number.
func (s *Study) named(side Side) string { return "«" + s.Label(side) + "»" }

// sideColor is a side's colour in every figure.
func sideColor(side Side) string {
	if side == Right {
		return chart.RightColor
	}
	return chart.LeftColor
}
