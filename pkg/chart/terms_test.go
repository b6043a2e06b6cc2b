package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// Ticks stand where asinh puts round frequencies, and 0 has its place.
func TestTermsAxes(t *testing.T) {
	c := Terms{XName: "x", YName: "y", HighColor: RightColor, LowColor: LeftColor, Terms: []Term{
		{Label: "arriba", X: 0, Y: 1200, Value: -9}, {Label: "abajo", X: 30, Y: 0, Value: 4},
	}}
	text := svgText(t, render(t, c).SVG)
	for _, want := range []string{"0\n", "1\n", "2\n", "5\n", "500\n", "1.000\n", "arriba", "abajo"} {
		if !strings.Contains(text, want) {
			t.Errorf("the chart lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "2.000") {
		t.Error("there is a tick beyond the greatest frequency")
	}
}

// Terms of equal frequencies do not hide each other; alone, a term stands where it belongs.
func TestTermsSpread(t *testing.T) {
	terms := []Term{{Label: "sola", X: 1, Y: 2}}
	for i := range 40 {
		terms = append(terms, Term{Label: fmt.Sprintf("w%02d", i), X: 3})
	}
	at := spread(terms)
	if at[0] != [2]float64{} || at[1] != [2]float64{} {
		t.Errorf("the first of each place stand at %v and %v", at[0], at[1])
	}
	for i := 1; i < len(at); i++ {
		for j := range i {
			if terms[i].X == terms[j].X && math.Hypot(at[i][0]-at[j][0], at[i][1]-at[j][1]) < 1.5*termRadius {
				t.Errorf("%s and %s stand at %v and %v", terms[j].Label, terms[i].Label, at[j], at[i])
			}
		}
	}
	if far := math.Hypot(at[40][0], at[40][1]); far > 45 {
		t.Errorf("the fortieth stands %.0f pixels from its place", far)
	}
}

func TestTermsLabelTheMostTelling(t *testing.T) {
	var terms []Term
	for i := range 500 {
		terms = append(terms, Term{Label: fmt.Sprintf("palabra%03d", i), X: float64(i % 23), Y: float64(i % 19), Value: float64(500 - i)})
	}
	text := svgText(t, render(t, Terms{Terms: terms, Labels: 20, HighColor: RightColor, LowColor: LeftColor}).SVG)
	shown := strings.Count(text, "palabra")
	if shown == 0 || shown > 20 || !strings.Contains(text, "palabra000") || strings.Contains(text, "palabra020") {
		t.Errorf("%d words are labelled:\n%s", shown, text)
	}
}
