package run

import (
	"fmt"
	"slices"
	"strings"

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

// Rest is the folder of the tweets on neither side: the base model learns from
// them too.
const Rest = "resto"

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

// SideSettings returns whom this corpus puts on a side.
func (r *Run) SideSettings(side Side) SideSettings { return r.Settings.side(side) }

func (s Settings) side(side Side) SideSettings {
	if side == Right {
		return s.Sides.Right
	}
	return s.Sides.Left
}

// SideCriteria returns by what tweets are put on the sides, whatever these are called.
func (r *Run) SideCriteria(sides ...Side) []SideSettings {
	list := make([]SideSettings, len(sides))
	for i, side := range sides {
		list[i] = r.SideSettings(side)
		list[i].Label, list[i].Own = "", nil
	}
	return list
}

// SideFilter returns the filter that picks the tweets of a side of this corpus.
func (r *Run) SideFilter(side Side) corpus.Side { return r.SideSettings(side).filter() }

// filter is which tweets the settings pick.
func (s SideSettings) filter() corpus.Side {
	return corpus.Side{Label: s.Label, Partido: s.Partido, Coalicion: s.Coalicion, ScreenName: s.ScreenName}
}

// Has tells whether the settings pick an account.
func (s SideSettings) Has(a tweets.Account) bool {
	return s.filter().Has(tweets.Tweet{ScreenName: a.ScreenName, Partido: a.Partido, Coalicion: a.Coalicion})
}

// String says whom the side's filter picks.
func (s SideSettings) String() string {
	var parts []string
	for _, part := range []struct {
		one, many string
		values    []string
	}{{"partido", "partidos", s.Partido}, {"coalición", "coaliciones", s.Coalicion}, {"cuenta", "cuentas", s.ScreenName}} {
		name := part.one
		if len(part.values) > 1 {
			name = part.many
		}
		if len(part.values) > 0 {
			parts = append(parts, name+": "+strings.Join(part.values, ", "))
		}
	}
	return fmt.Sprintf("%s (%s)", s.Label, strings.Join(parts, "; "))
}

// Label is what the corpus calls a side, for titles.
func (r *Run) Label(side Side) string { return r.SideSettings(side).Label }

// Named is the label as running text has it. Quoted like a title it needs no article,
// so that a sentence reads right for a label of any gender and number.
func (r *Run) Named(side Side) string { return "«" + r.Label(side) + "»" }

// SideColor is a side's colour in every figure.
func SideColor(side Side) string {
	if side == Right {
		return chart.RightColor
	}
	return chart.LeftColor
}

// SidesNamed are the sides of those names, as the study or the corpus calls them; without any,
// all that the recipe is for.
func (r *Run) SidesNamed(names []string) ([]Side, error) {
	var sides []Side
	for _, side := range Sides {
		if len(names) == 0 && r.Recipe.Has(side) {
			sides = append(sides, side)
		}
	}
	for _, name := range names {
		at := slices.IndexFunc(Sides, func(side Side) bool {
			return strings.EqualFold(name, side.Folder()) || strings.EqualFold(name, r.Label(side)) || strings.EqualFold(name, side.String())
		})
		if at < 0 {
			return nil, fmt.Errorf("no hay un lado «%s»; los lados son %s e %s", name, Right.Folder(), Left.Folder())
		}
		sides = append(sides, Sides[at])
	}
	return sides, nil
}

// SideFolders are the folders' names of sides, by which a worker is told of them.
func SideFolders(sides []Side) []string {
	var names []string
	for _, side := range sides {
		names = append(names, side.Folder())
	}
	return names
}
