package chart

import (
	"math"
	"slices"
)

type rect struct{ x, y, w, h float64 }

// overlap is the area that two rectangles share.
func (a rect) overlap(b rect) float64 {
	w := math.Min(a.x+a.w, b.x+b.w) - math.Max(a.x, b.x)
	h := math.Min(a.y+a.h, b.y+b.h) - math.Max(a.y, b.y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// mark is a point of radius r with a label of width w and height h, all in pixels.
type mark struct{ x, y, r, w, h float64 }

// sides are ECharts' names of where a label can stand, the preferred ones first.
var sides = []string{"right", "left", "top", "bottom"}

// label is the place of the label on one side of the point.
func (m mark) label(side string) rect {
	const gap = 5 // ECharts' distance between a symbol and its label
	switch side {
	case "left":
		return rect{m.x - m.r - gap - m.w, m.y - m.h/2, m.w, m.h}
	case "top":
		return rect{m.x - m.w/2, m.y - m.r - gap - m.h, m.w, m.h}
	case "bottom":
		return rect{m.x - m.w/2, m.y + m.r + gap, m.w, m.h}
	default:
		return rect{m.x + m.r + gap, m.y - m.h/2, m.w, m.h}
	}
}

// placeLabels chooses a side for every label so that labels, points and the edge of the
// box cover each other as little as can be found by improving one label at a time, all
// of them beginning on one side and then on another; the result is "" where a label would
// still lie over another one.
//
// More than 300 labels would be neither legible nor placed in a short time: then there are
// none, and the tooltips name the points.
func placeLabels(marks []mark, box rect) []string {
	out := make([]string, len(marks))
	var labelled, others []mark
	var at []int // of the labelled ones
	for i, m := range marks {
		if m.w > 0 {
			labelled, at = append(labelled, m), append(at, i)
		} else {
			others = append(others, m)
		}
	}
	if len(labelled) > 300 {
		return out
	}
	for i, side := range placeAmong(labelled, slices.Concat(labelled, others), box) {
		out[at[i]] = side
	}
	return out
}

// placeAmong places labels for marks among points, the first of which are the marks' own.
// Where two labels would cover each other, the earlier mark's stands.
func placeAmong(marks, points []mark, box rect) []string {
	chosen := make([]int, len(marks))
	cost := func(i, side int) float64 {
		label := marks[i].label(sides[side])
		c := 0.5 * float64(side)
		// Beside another point a label would be read as that one's, and outside of the box
		// to the left it covers the axis; elsewhere outside there is most often room.
		c += 3 * (label.w*label.h - label.overlap(box))
		c += 13 * label.h * max(0, box.x-label.x)
		for j, other := range points {
			if j != i {
				c += 16 * label.overlap(rect{other.x - other.r, other.y - other.r, 2 * other.r, 2 * other.r})
			}
		}
		for j, other := range marks {
			if j != i {
				c += 3 * label.overlap(other.label(sides[chosen[j]]))
			}
		}
		return c
	}
	improve := func() {
		for range 12 {
			changed := false
			for i := range marks {
				best := chosen[i]
				for side := range sides {
					if cost(i, side) < cost(i, best)-1e-9 {
						best = side
					}
				}
				if best != chosen[i] {
					chosen[i], changed = best, true
				}
			}
			if !changed {
				break
			}
		}
	}
	// Where it ends depends on where it begins.
	var kept []int
	var least float64
	for start := range sides {
		for i := range chosen {
			chosen[i] = start
		}
		improve()
		total := 0.0
		for i, side := range chosen {
			total += cost(i, side)
		}
		if kept == nil || total < least { // a point that is nowhere costs no number
			kept, least = slices.Clone(chosen), total
		}
	}
	chosen = kept

	out := make([]string, len(marks))
	var placed []rect
	for i, m := range marks {
		label := m.label(sides[chosen[i]])
		free := true
		for _, other := range placed {
			if label.overlap(other) > 0.15*math.Min(label.w*label.h, other.w*other.h) {
				free = false
				break
			}
		}
		if free {
			out[i] = sides[chosen[i]]
			placed = append(placed, label)
		}
	}
	return out
}
