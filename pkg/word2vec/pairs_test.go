package word2vec

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
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

// itself predicts every word by the node of its own number, odd ones with label 0.
func itself(word int32, _ *rand.Rand) path {
	return path{points: []int32{word}, codes: []uint8{uint8(word % 2)}}
}

// pair is a word and a node that it is to predict, with the bit of its code.
type pair struct {
	word, node int32
	code       uint8
}

// add counts the pairs of a batch.
func (b *batch) add(l layout, to map[pair]int) {
	for step := range b.used {
		indices, counts := b.micro(l, step)
		for i, n := range counts {
			if n > 0 {
				row, place := i/l.nodes, i%l.nodes
				to[pair{indices[row%l.words], indices[l.words+place], uint8(row / l.words)}] += int(n)
			}
		}
	}
}

// filled hands every batch that the corpus fills to look.
func filled(c corpus, l layout, toward way, o Options, words int, look func(*batch)) {
	c.fill(newPacker(l, newBatch(l), words), toward, o, rand.New(rand.NewPCG(1, 1)), func(b *batch) *batch {
		look(b)
		return b
	})
}

func TestBatchesHoldEveryPairOnce(t *testing.T) {
	c := numbered(3, 1, 7, 12, 2)
	o := Options{Window: 3, Iterations: 2, StepSize: 0.025}
	// The same windows, drawn from the same numbers.
	want := map[pair]int{}
	rng := rand.New(rand.NewPCG(1, 1))
	for range o.Iterations {
		begin := 0
		for _, end := range c.ends {
			for at := begin; at < end; at++ {
				radius := o.Window - rng.IntN(o.Window)
				for i := max(begin, at-radius); i <= min(end-1, at+radius); i++ {
					if i != at {
						want[pair{c.tokens[i], c.tokens[at], uint8(c.tokens[at] % 2)}]++
					}
				}
			}
			begin = end
		}
	}
	for _, l := range []layout{
		{steps: 2, positions: 4, words: 8, nodes: 8},
		{steps: 1, positions: 1, words: 6, nodes: 1},
		{steps: 50, positions: 16, words: 8, nodes: 16}, // full by its words
		{steps: 50, positions: 16, words: 32, nodes: 3}, // full by its nodes
	} {
		got, words := map[pair]int{}, 0
		filled(c, l, itself, o, len(c.tokens)+1, func(b *batch) {
			if b.used > l.steps {
				t.Fatalf("%d micro-batches in a batch of %d", b.used, l.steps)
			}
			b.add(l, got)
			words += b.words
		})
		if !maps.Equal(got, want) {
			t.Errorf("%+v: pairs %v, want %v", l, got, want)
		}
		if words != 2*len(c.tokens) {
			t.Errorf("%+v: %d words in two iterations over %d", l, words, len(c.tokens))
		}
	}
}

// TestCountsEndAtTheirLimit has a sample drawn more often than a count can tell.
func TestCountsEndAtTheirLimit(t *testing.T) {
	l := layout{steps: 1, positions: 1, words: 1, nodes: 2}
	b := newBatch(l)
	p := newPacker(l, b, 2)
	p.empty()
	way := path{points: make([]int32, 300), codes: make([]uint8, 300)} // node 0 with label 0, node 1 once with label 1
	way.points[299], way.codes[299] = 1, 1
	if !p.put([2][]int32{{1}, nil}, way) {
		t.Fatal("no room")
	}
	if want := []uint8{255, 0, 0, 1}; !slices.Equal(b.counts, want) {
		t.Errorf("counts %v, want %v", b.counts, want)
	}
}

func TestWindowsAreDrawnEvenly(t *testing.T) {
	c := numbered(10_000)
	o := Options{Window: 5, Iterations: 1, StepSize: 0.025}
	l := newLayout(len(c.tokens), 1, 1, false, o)
	around := map[int32]int{} // words around each position
	filled(c, l, itself, o, len(c.tokens)+1, func(b *batch) {
		pairs := map[pair]int{}
		b.add(l, pairs)
		for p := range pairs {
			around[p.node]++
		}
	})
	seen := make([]int, o.Window+1)
	for at := int32(6); at <= 9995; at++ {
		if around[at]%2 != 0 {
			t.Fatalf("word %d has %d words around it", at, around[at])
		}
		seen[around[at]/2]++
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
	l := newLayout(len(c.tokens), 1, 1, false, o)
	done := 0
	filled(c, l, itself, o, len(c.tokens)+1, func(b *batch) {
		want := 0.025 * (1 - float64(done/10_200*10_200)/60_001)
		if math.Abs(b.rate-want) > 1e-12 {
			t.Errorf("after %d words the rate is %g, want %g", done, b.rate, want)
		}
		done += b.words
	})
	if done != 60_000 {
		t.Errorf("trained on %d words, want 60,000", done)
	}
}

// TestSubsampling keeps words by the formula of word2vec.c and gensim, and closes
// the gaps before windows are laid.
func TestSubsampling(t *testing.T) {
	counts := []int64{80_000, 15_000, 5_000}
	chances := keepChances(counts, 0.01)
	for i, want := range []float64{math.Sqrt(0.01/0.8) + 0.01/0.8, math.Sqrt(0.01/0.15) + 0.01/0.15, math.Sqrt(0.01/0.05) + 0.01/0.05} {
		if math.Abs(chances[i]-want) > 1e-12 {
			t.Errorf("word %d is kept with chance %g, want %g", i, chances[i], want)
		}
	}
	if keepChances(counts, 0) != nil {
		t.Error("without subsampling words have chances to be dropped")
	}
	c := corpus{keep: chances}
	var sentence []int32
	for i := range 30_000 {
		sentence = append(sentence, int32(i%3))
	}
	kept := make([]int, 3)
	for _, word := range c.thin(sentence, nil, rand.New(rand.NewPCG(2, 2))) {
		kept[word]++
	}
	for i, n := range kept {
		if want := 10_000 * min(1, chances[i]); math.Abs(float64(n)-want) > 250 { // 5 standard deviations
			t.Errorf("word %d was kept %d times, want about %.0f", i, n, want)
		}
	}
	// With chance 0 for the words between, their neighbours see each other.
	c = numbered(9)
	c.keep = []float64{0, 1, 0, 0, 0, 1, 0, 0, 0, 1}
	o := Options{Window: 1, Iterations: 1, StepSize: 0.025}
	l := newLayout(9, 1, 1, false, o)
	got, words := map[pair]int{}, 0
	filled(c, l, itself, o, 10, func(b *batch) {
		b.add(l, got)
		words += b.words
	})
	if want := (map[pair]int{{1, 5, 1}: 1, {5, 1, 1}: 1, {5, 9, 1}: 1, {9, 5, 1}: 1}); !maps.Equal(got, want) || words != 9 {
		t.Errorf("pairs %v of %d words, want %v of 9", got, words, want)
	}
}
