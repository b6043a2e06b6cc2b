package modelling

import (
	"math"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
)

// TestCoarse: of a long log the chart shows what a rarer log would have said, up to the last
// step, and every evaluation.
func TestCoarse(t *testing.T) {
	var log []training.Entry
	number := func(x float64) *float64 { return &x }
	for i := 1; i <= 10; i++ {
		log = append(log, training.Entry{Step: 20 * i, Loss: number(float64(i)), LearningRate: number(float64(-i)), TokensPerSecond: 100 * float64(i)})
		if i%5 == 0 {
			log = append(log, training.Entry{Step: 20 * i, EvalLoss: number(float64(i))})
		}
	}
	log = append(log, training.Entry{Step: 205, Loss: number(19), LearningRate: number(-11), TokensPerSecond: 100})
	if got := coarse(log, 11); len(got) != len(log) {
		t.Errorf("of %d entries %d are left, though they are not too many", len(log), len(got))
	}
	type point struct{ step, loss, rate, speed, eval float64 }
	value := func(x *float64) float64 {
		if x == nil {
			return 0
		}
		return *x
	}
	var got []point
	for _, e := range coarse(log, 3) { // four in a row
		got = append(got, point{float64(e.Step), value(e.Loss), value(e.LearningRate), e.TokensPerSecond, value(e.EvalLoss)})
	}
	want := []point{
		{80, 2.5, -4, 4 / (1/100. + 1/200. + 1/300. + 1/400.), 0},
		{100, 0, 0, 0, 5},
		{160, 6.5, -8, 4 / (1/500. + 1/600. + 1/700. + 1/800.), 0},
		{200, 0, 0, 0, 10},
		{205, (20*9 + 20*10 + 5*19) / 45., -11, 45 / (20/900. + 20/1000. + 5/100.), 0},
	}
	if len(got) != len(want) {
		t.Fatalf("the entries are %v, want %v", got, want)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) }
	for i, w := range want {
		if g := got[i]; g.step != w.step || g.rate != w.rate || g.eval != w.eval || !near(g.loss, w.loss) || !near(g.speed, w.speed) {
			t.Errorf("entry %d is %v, want %v", i, g, w)
		}
	}
}
