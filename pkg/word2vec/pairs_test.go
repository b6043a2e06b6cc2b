package word2vec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// numbered is a corpus of sentences of the given lengths whose words are numbered
// from 1 on.
func numbered(lengths ...int) corpus {
	var c corpus
	for _, n := range lengths {
		for range n {
			c.tokens = append(c.tokens, int32(len(c.tokens)+1))
		}
		c.ends = append(c.ends, len(c.tokens))
	}
	return c
}

func TestBatchesCoverTheCorpusOnce(t *testing.T) {
	c := numbered(3, 1, 7, 12, 2)
	o := Options{Window: 3, Iterations: 2, StepSize: 0.025}
	l := layout{steps: 2, positions: 4, window: 3}
	ends := map[int]int{} // word → number of its sentence
	begin := 0
	for s, end := range c.ends {
		for at := begin; at < end; at++ {
			ends[at+1] = s
		}
		begin = end
	}
	var centers []int32
	reach := map[int32]int{} // widest windows seen
	for b := range c.batches(l, o, rand.New(rand.NewPCG(1, 1))) {
		for at := range b.words {
			row := b.row(l, at/l.positions)
			place := at % l.positions
			center := row[l.window+place]
			centers = append(centers, center)
			left, right := int(row[l.halo()+place]), int(row[l.halo()+l.positions+place])
			if left > l.window || right > l.window || left < 0 || right < 0 {
				t.Fatalf("word %d has a window of %d + %d words", center, left, right)
			}
			for i := -left; i <= right; i++ {
				if got := row[l.window+place+i]; got != center+int32(i) {
					t.Errorf("word %d sees word %d at distance %d", center, got, i)
				} else if ends[int(got)] != ends[int(center)] {
					t.Errorf("word %d sees word %d of another sentence", center, got)
				}
			}
			reach[center] = max(reach[center], left, right)
		}
		for at := b.words; at < b.used*l.positions; at++ {
			row := b.row(l, at/l.positions)
			if place := at % l.positions; row[l.halo()+place] != 0 || row[l.halo()+l.positions+place] != 0 {
				t.Errorf("padding at %d has a window", at)
			}
		}
	}
	if len(centers) != 2*len(c.tokens) {
		t.Fatalf("%d positions in two iterations over %d words", len(centers), len(c.tokens))
	}
	for i, center := range centers {
		if want := c.tokens[i%len(c.tokens)]; center != want {
			t.Errorf("position %d is word %d, want %d", i, center, want)
		}
	}
	if reach[4] != 0 {
		t.Errorf("the sentence of one word has a window of %d", reach[4])
	}
}

func TestWindowsAreDrawnEvenly(t *testing.T) {
	c := numbered(10_000)
	l := layout{steps: 1, positions: stretchLimit, window: 5}
	seen := make([]int, l.window+1)
	for b := range c.batches(l, Options{Iterations: 1, StepSize: 0.025}, rand.New(rand.NewPCG(7, 7))) {
		for at := l.window; at < b.words-l.window; at++ {
			row := b.row(l, 0)
			left, right := row[l.halo()+at], row[l.halo()+l.positions+at]
			if left != right {
				t.Fatalf("word %d: %d words before, %d after", at, left, right)
			}
			seen[left]++
		}
	}
	for radius, n := range seen[1:] {
		if n < 1800 || n > 2200 { // 5 standard deviations around 2,000
			t.Errorf("radius %d was drawn %d times of about 10,000", radius+1, n)
		}
	}
	if seen[0] != 0 {
		t.Errorf("%d empty windows", seen[0])
	}
}

func TestRateFallsAsInSpark(t *testing.T) {
	// The rate is looked at when a sentence begins, and set when more than 10,000
	// words passed since it was last set: after 10,200, 20,400 … words.
	lengths := make([]int, 100)
	for i := range lengths {
		lengths[i] = 300
	}
	c := numbered(lengths...)
	o := Options{Iterations: 2, StepSize: 0.025, Window: 5, MaxSentenceLength: 1000}
	l := newLayout(len(c.tokens), o)
	done := 0
	for b := range c.batches(l, o, rand.New(rand.NewPCG(1, 1))) {
		want := 0.025 * (1 - float64(done/10_200*10_200)/60_001)
		if math.Abs(b.rate-want) > 1e-12 {
			t.Errorf("after %d words the rate is %g, want %g", done, b.rate, want)
		}
		done += b.words
	}
	if done != 60_000 {
		t.Errorf("trained on %d words, want 60,000", done)
	}
}
