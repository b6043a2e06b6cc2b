package comparing

import "github.com/hemiciclo/hemiciclo/pkg/run"

// Group says which texts something is measured of: a side's generated ones or its test tweets.
type Group struct {
	Side      run.Side `json:"side"`
	Generated bool     `json:"generated"`
}

func (g Group) group() Group { return g }

// name is the group's in figures.json.
func (g Group) name() string {
	if g.Generated {
		return "generated." + g.Side.Folder()
	}
	return "test." + g.Side.Folder()
}

// facing are the groups of a side's generated texts and of its real ones.
func facing[G interface{ group() Group }](groups []G, side run.Side) (written, real G) {
	for _, g := range groups {
		switch g.group() {
		case Group{side, true}:
			written = g
		case Group{side, false}:
			real = g
		}
	}
	return written, real
}
