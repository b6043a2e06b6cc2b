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

// holds says whether a place lies within the rectangle.
func (a rect) holds(x, y float64) bool {
	return x > a.x && x < a.x+a.w && y > a.y && y < a.y+a.h
}

// mark is a point of radius r with a label of width w and height h, all in pixels.
type mark struct{ x, y, r, w, h float64 }

// spot is where a label is placed: at one of ECharts' sides of its point, or some pixels
// away from that, connected by a line. A label without a side is hidden.
type spot struct {
	side   string
	dx, dy float64
}

// beside are the spots right next to the point, the preferred ones first.
var beside = []spot{{side: "right"}, {side: "left"}, {side: "top"}, {side: "bottom"}}

// apart are these and, for where points crowd, others around them.
var apart = func() []spot {
	spots := slices.Clone(beside)
	for _, d := range []float64{12, 24, 36} {
		spots = append(spots,
			spot{"right", d / 2, -d}, spot{"right", d / 2, d}, spot{"left", -d / 2, -d}, spot{"left", -d / 2, d},
			spot{"top", 0, -d}, spot{"bottom", 0, d}, spot{"right", d, 0}, spot{"left", -d, 0})
	}
	return spots
}()

// away is how far a spot is from those right at the point.
func (s spot) away() float64 { return math.Abs(s.dx) + math.Abs(s.dy) }

// cost is what a spot costs by itself.
func (s spot) cost() float64 {
	c := 0.5 * float64(slices.Index(beside, spot{side: s.side}))
	if s.away() > 0 {
		c += 4 + 0.3*s.away()
	}
	return c
}

// label is the place of the label at a spot.
func (m mark) label(s spot) rect {
	const gap = 5 // ECharts' distance between a symbol and its label
	r := rect{m.x + m.r + gap, m.y - m.h/2, m.w, m.h}
	switch s.side {
	case "left":
		r.x = m.x - m.r - gap - m.w
	case "top":
		r.x, r.y = m.x-m.w/2, m.y-m.r-gap-m.h
	case "bottom":
		r.x, r.y = m.x-m.w/2, m.y+m.r+gap
	}
	r.x, r.y = r.x+s.dx, r.y+s.dy
	return r
}

// point is what the point itself covers.
func (m mark) point() rect { return rect{m.x - m.r, m.y - m.r, 2 * m.r, 2 * m.r} }

// crosses says whether the line from the point to its label passes through something.
func (m mark) crosses(label, something rect) bool {
	endX := math.Max(label.x, math.Min(m.x, label.x+label.w))
	endY := math.Max(label.y, math.Min(m.y, label.y+label.h))
	const samples = 8
	for i := range samples {
		along := float64(i) / samples
		if something.holds(m.x+along*(endX-m.x), m.y+along*(endY-m.y)) {
			return true
		}
	}
	return false
}

// placeLabels chooses a spot for every label so that labels, points and the edge of the box
// overlap as little as possible, by local search: it improves one label at a time, starting
// with all labels on one side, then on another. A label that would still cover another gets
// a spot without a side.
//
// More than 300 labels would be illegible and slow to place: then there are none, and
// tooltips name the points. If there are more than 60, they are all placed right beside
// their points.
func placeLabels(marks []mark, box rect, spots []spot) []spot {
	out := make([]spot, len(marks))
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
	if len(labelled) > 60 {
		spots = beside
	}
	for i, s := range placeAmong(labelled, slices.Concat(labelled, others), box, spots) {
		out[at[i]] = s
	}
	return out
}

// placeAmong places labels for marks among points, the first of which are the marks' own.
// Where two labels would cover each other, the earlier mark's stands.
func placeAmong(marks, points []mark, box rect, spots []spot) []spot {
	p := &placement{marks: marks, points: points, box: box, chosen: make([]spot, len(marks))}
	// The result depends on the start, so try several.
	var kept []spot
	var least float64
	for _, start := range beside {
		for i := range p.chosen {
			p.chosen[i] = start
		}
		p.improve(spots)
		total := 0.0
		for i, s := range p.chosen {
			total += p.cost(i, s)
		}
		if kept == nil || total < least { // a point at NaN makes the cost NaN
			kept, least = slices.Clone(p.chosen), total
		}
	}
	return withoutOverlaps(marks, kept)
}

// placement is a choice of spots that is being improved.
type placement struct {
	marks, points []mark
	box           rect
	chosen        []spot
}

// improve moves one label after the other to its cheapest spot, until none moves.
func (p *placement) improve(spots []spot) {
	for range 12 {
		changed := false
		for i := range p.marks {
			best, least := p.chosen[i], p.cost(i, p.chosen[i])
			for _, s := range spots {
				if c := p.cost(i, s); c < least-1e-9 {
					best, least = s, c
				}
			}
			if best != p.chosen[i] {
				p.chosen[i], changed = best, true
			}
		}
		if !changed {
			break
		}
	}
}

// cost is that of the i-th label at a spot, given where the others are.
func (p *placement) cost(i int, s spot) float64 {
	const lineCost = 150 // of a line that passes through something: as much as covering 50 pixels of a label
	label := p.marks[i].label(s)
	withLine := s.away() > 0
	c := s.cost()
	// Next to another point a label would be read as that one's, and to the left of the box
	// it would cover the axis; elsewhere outside the box there is usually room.
	c += 3 * (label.w*label.h - label.overlap(p.box))
	c += 13 * label.h * max(0, p.box.x-label.x)
	for j, other := range p.points {
		if j == i {
			continue
		}
		point := other.point()
		c += 16 * label.overlap(point)
		if withLine {
			other.r += 6
			c += 2 * label.overlap(other.point()) // close by, too
			if p.marks[i].crosses(label, point) {
				c += lineCost
			}
		}
	}
	for j, other := range p.marks {
		if j == i {
			continue
		}
		theirs := other.label(p.chosen[j])
		c += 3 * label.overlap(theirs)
		if withLine && p.marks[i].crosses(label, theirs) {
			c += lineCost
		}
		if p.chosen[j].away() > 0 && other.crosses(theirs, label) {
			c += lineCost
		}
	}
	return c
}

// withoutOverlaps keeps the spots of the labels that cover no earlier one.
func withoutOverlaps(marks []mark, spots []spot) []spot {
	out := make([]spot, len(marks))
	var placed []rect
	for i, m := range marks {
		label := m.label(spots[i])
		covers := func(other rect) bool {
			return label.overlap(other) > 0.15*math.Min(label.w*label.h, other.w*other.h)
		}
		if !slices.ContainsFunc(placed, covers) {
			out[i] = spots[i]
			placed = append(placed, label)
		}
	}
	return out
}
