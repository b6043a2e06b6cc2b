package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// contest is the same work done by us and by others, in processes that came in turn: ours
// first, then the others, then, where there is time, ours again.
type contest struct {
	name      string
	ours      []string // names of parts
	others    []string
	tolerance float64 // by how much losses may differ, relative to the other's; 0: there are none
}

// standing is one side of a contest.
type standing struct {
	Name    string   `json:"name"`
	Ratio   float64  `json:"ratio"` // its time by ours: above 1 ours is faster
	Figures *figures `json:"figures"`
}

// stand puts the sides beside each other that went well, ours first. Its error says whose
// losses differ from ours.
func (c contest) stand(outcomes map[string]outcome) ([]standing, error) {
	var sides []standing
	var ours float64
	for _, name := range c.ours {
		if f := outcomes[name].Figures; f != nil {
			sides, ours = append(sides, standing{Name: name, Figures: f}), ours+f.Seconds
		}
	}
	if len(sides) == 0 {
		return nil, nil
	}
	ours /= float64(len(sides))
	for i := range sides { // how far apart ours are is how far figures are to be trusted
		sides[i].Ratio = sides[i].Figures.Seconds / ours
	}
	var differing []string
	for _, name := range c.others {
		f := outcomes[name].Figures
		if f == nil {
			continue
		}
		sides = append(sides, standing{name, f.Seconds / ours, f})
		if difference := differ(sides[0].Figures.Losses, f.Losses, c.tolerance); difference != "" {
			differing = append(differing, name+": "+difference)
		}
	}
	if differing != nil {
		return sides, errors.New(strings.Join(differing, "; "))
	}
	return sides, nil
}

// differ says in which of the turns that both took the losses lie too far apart.
func differ(ours, theirs []float64, tolerance float64) string {
	for i := range min(len(ours), len(theirs)) {
		if math.Abs(ours[i]-theirs[i]) > tolerance*theirs[i] {
			return fmt.Sprintf("the loss of turn %d is %.6f, ours %.6f", i+1, theirs[i], ours[i])
		}
	}
	return ""
}
