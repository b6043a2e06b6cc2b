package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// What arrows bind lies closer together than what they do not.
func TestNetworkKeepsClustersTogether(t *testing.T) {
	var arrows []Arrow
	for i := range 12 {
		for j := range 12 {
			if i != j && i%3 == j%3 { // three clusters, mixed in the nodes' order
				arrows = append(arrows, Arrow{From: i, To: j, Weight: float64(1 + j)})
			}
		}
	}
	arrows = append(arrows, Arrow{From: 0, To: 1, Weight: 1}, Arrow{From: 1, To: 2, Weight: 1})
	places := layout(12, arrows)
	var within, between float64
	for i := range 12 {
		for j := range i {
			d := math.Hypot(places[i][0]-places[j][0], places[i][1]-places[j][1])
			if i%3 == j%3 {
				within = max(within, d)
			} else {
				between += d / 48
			}
		}
	}
	if within >= between {
		t.Errorf("a cluster is %.2f wide, nodes of different ones are %.2f apart on average", within, between)
	}
}

// No label covers another one or another node.
func TestNetworkLabelsAreFree(t *testing.T) {
	box := rect{0, 0, 700, 500}
	marks := make([]mark, 40)
	for i := range marks { // in heaps of ten
		marks[i] = mark{x: 100 + 150*float64(i%4), y: 250 + float64(i), r: 12, w: 110, h: 14}
	}
	part(marks, box)
	for i, m := range marks {
		if m.y < box.y || m.y > box.y+box.h {
			t.Errorf("node %d is out of the box", i)
		}
		for j, other := range marks[:i] {
			if math.Hypot(m.x-other.x, m.y-other.y) < m.r+other.r {
				t.Errorf("node %d covers node %d", i, j)
			}
		}
	}
	for i, s := range placeLabels(marks, box, beside) {
		if s.side == "" {
			t.Errorf("node %d has no place for its label", i)
		}
	}
}

func TestNetworkNamesPartiesOnce(t *testing.T) {
	c := Network{Unit: "tweets"}
	for i := range 9 {
		c.Nodes = append(c.Nodes, Node{Label: fmt.Sprint("@", i), Key: fmt.Sprint("Partido ", i/3)})
	}
	c.Arrows = []Arrow{{From: 0, To: 8, Weight: 4}}
	text := svgText(t, render(t, c).SVG)
	for _, want := range []string{"Partido 0", "Partido 1", "Partido 2", "@0", "@8"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q stands %d times in the picture", want, strings.Count(text, want))
		}
	}
	c.Arrows[0].To = 9
	if _, err := c.MIME(); err == nil || !strings.Contains(err.Error(), "to 9") {
		t.Errorf("got %v, want an error that names the arrow", err)
	}
}
