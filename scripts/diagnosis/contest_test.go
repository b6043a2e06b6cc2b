package main

import (
	"strings"
	"testing"
)

func TestSidesOfAContest(t *testing.T) {
	c := contest{name: "step", ours: []string{"step", "step, again"}, others: []string{"step, A", "step, B", "step, C"}, tolerance: 1e-3}
	outcomes := map[string]outcome{
		"step":        {Figures: &figures{Seconds: 1, Losses: []float64{5, 4, 3}}},
		"step, again": {Figures: &figures{Seconds: 3, Losses: []float64{5, 4, 3}}},
		"step, A":     {Figures: &figures{Seconds: 4, Losses: []float64{5.004, 4.003}}},
		"step, B":     {LeftOut: "no time"},
	}
	sides, err := c.stand(outcomes)
	if err != nil || len(sides) != 3 || sides[2].Name != "step, A" || sides[2].Ratio != 2 || sides[0].Ratio != 0.5 || sides[1].Ratio != 1.5 {
		t.Errorf("%+v, %v", sides, err)
	}
	outcomes["step, C"] = outcome{Figures: &figures{Seconds: 1, Losses: []float64{5, 4.005, 3}}}
	sides, err = c.stand(outcomes)
	if err == nil || !strings.Contains(err.Error(), "step, C: the loss of turn 2") || strings.Contains(err.Error(), "step, A") || len(sides) != 4 || sides[3].Ratio != 0.5 {
		t.Errorf("%+v, %v", sides, err)
	}
	// Where ours was not measured there is nothing to compare.
	delete(outcomes, "step")
	delete(outcomes, "step, again")
	if sides, err := c.stand(outcomes); sides != nil || err != nil {
		t.Errorf("%+v, %v", sides, err)
	}
}
