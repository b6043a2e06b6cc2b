package word2vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestNegativeSamples(t *testing.T) {
	counts := []int64{10_000, 1_000, 100, 16, 1}
	total := 0.0
	for _, n := range counts {
		total += math.Pow(float64(n), 0.75)
	}
	const draws = 200_000
	rng := rand.New(rand.NewPCG(4, 4))
	toward := amongNoise(counts, 4)
	seen := make([]float64, len(counts))
	for range draws / 4 {
		p := toward(2, rng)
		if p.points[0] != 2 || p.codes[0] != 0 {
			t.Fatalf("the word itself comes as %v with codes %v", p.points, p.codes)
		}
		if slices.Contains(p.points[1:], 2) || slices.Contains(p.codes[1:], 0) {
			t.Fatalf("negative samples %v with codes %v", p.points[1:], p.codes[1:])
		}
		for _, node := range p.points[1:] {
			seen[node]++
		}
		seen[2] += float64(4 - len(p.points[1:])) // left out
	}
	for i, n := range counts {
		want := draws * math.Pow(float64(n), 0.75) / total
		if math.Abs(seen[i]-want) > 5*math.Sqrt(want) {
			t.Errorf("word %d was drawn %g times, want about %.0f", i, seen[i], want)
		}
	}
}

func TestLotteryAtTheEdges(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, weights := range [][]float64{{3}, {1, 1}, {0, 2, 0}} {
		l := newLottery(weights)
		for range 100 {
			if i := l.draw(rng); weights[i] == 0 {
				t.Fatalf("weights %v gave number %d", weights, i)
			}
		}
	}
}
