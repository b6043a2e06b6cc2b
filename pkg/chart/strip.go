package chart

import "maps"

// Strip is a low panel below the curves of [Lines], over the same x, for one line of
// another unit.
type Strip struct {
	YName string
	Line  Line // Right has no effect
}

const (
	stripHeight = 64 // pixels of its plot
	stripGap    = 22 // between it and the curves
)

// room is the height that a strip takes below the curves.
func (s *Strip) room() int {
	if s == nil {
		return 0
	}
	return stripHeight + stripGap
}

// shareAxis makes the x axes of curves and strip of the one that both have: its
// numbers and its name stand below the strip alone.
func (s *Strip) shareAxis(x object) []any {
	below := maps.Clone(x)
	below["gridIndex"] = 1
	above := maps.Clone(x)
	above["name"] = ""
	above["axisLabel"] = object{"show": false}
	return []any{above, below}
}

// axis is the strip's own, from 0 and with few ticks.
func (s *Strip) axis() object {
	lo, hi := extent(s.Line.Y)
	return valueAxis(1, s.YName, niceScale(min(lo, 0), hi, 2), 44, labelSize)
}
