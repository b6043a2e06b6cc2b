package word2vec

import (
	"math"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// sequential is word2vec as its papers and programs define it, one pair after the
// other: the reference that Train is held against. It draws the same first vectors
// and windows as Train does from the same seed.
func sequential(t testing.TB, sentences [][]string, o Options) *vectors.Model {
	t.Helper()
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	v := countWords(sentences, o.MinCount)
	task, err := newTask(v, sentences, false, o)
	if err != nil {
		t.Fatal(err)
	}
	c, rng := task.corpus, task.rng
	input := firstVectors(len(v.words), o.VectorSize, rng)
	output := make([]float32, len(input))
	total := float64(o.Iterations)*float64(len(c.tokens)) + 1
	rate := o.StepSize
	done, last := 0, 0
	for range o.Iterations {
		begin := 0
		for _, end := range c.ends {
			if done-last > decayEvery {
				last = done
				rate = max(o.StepSize*(1-float64(done)/total), o.StepSize*1e-4)
			}
			sentence := c.tokens[begin:end]
			if c.keep != nil {
				sentence = c.thin(sentence, nil, rng)
			}
			for at, word := range sentence {
				radius := o.Window - rng.IntN(o.Window)
				trainInOrder(sentence, at, min(radius, at), min(radius, len(sentence)-1-at), rate, task.toward(word, rng), input, output, o.VectorSize)
			}
			done += end - begin
			begin = end
		}
	}
	m, err := v.model(input)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// trainInOrder trains the vectors in place on the pairs of one position, one after
// the other.
func trainInOrder(tokens []int32, at, left, right int, rate float64, way path, input, output []float32, size int) {
	change := make([]float32, size)
	for i := at - left; i <= at+right; i++ {
		if i == at {
			continue
		}
		h := input[int(tokens[i])*size:][:size]
		clear(change)
		for i, point := range way.points {
			u := output[int(point)*size:][:size]
			var f float64
			for d := range h {
				f += float64(h[d]) * float64(u[d])
			}
			if math.Abs(f) >= maxLogit {
				continue
			}
			slope := float32((1 - float64(way.codes[i]) - 1/(1+math.Exp(-f))) * rate)
			for d := range h {
				change[d] += slope * u[d]
				u[d] += slope * h[d]
			}
		}
		for d := range h {
			h[d] += change[d]
		}
	}
}
