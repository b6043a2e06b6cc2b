package corpus

import (
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Side says which tweets speak for one side: those of any of its parties, of
// any of its coalitions, or of any of its accounts. A side that names nothing
// has no tweets.
type Side struct {
	Label      string   // for people
	Partido    []string // as accounts.csv spells them
	Coalicion  []string // as accounts.csv spells them
	ScreenName []string // with or without @, in upper or lower case as one likes
}

// Has tells whether t speaks for the side.
func (s Side) Has(t tweets.Tweet) bool {
	return slices.Contains(s.Partido, t.Partido) ||
		slices.Contains(s.Coalicion, t.Coalicion) ||
		slices.ContainsFunc(s.ScreenName, func(name string) bool {
			return strings.EqualFold(strings.TrimPrefix(name, "@"), t.ScreenName)
		})
}
