package word2vec

import "math/rand/v2"

// way returns the nodes that a word is predicted by, with their labels. It is valid
// until the next call.
type way func(word int32, rng *rand.Rand) path

// fill cuts all iterations over the corpus into batches, drawing windows and everything
// else that is random from rng. When a batch is full, or the learning rate changes, next
// takes it and returns an empty one, or nil to stop.
//
// The learning rate is set anew at the first sentence that begins after more
// than decayEvery words, from the words processed over all iterations. (Spark
// goes back to the full step size for the first words of every iteration but
// the first, an accident that this does not repeat.)
func (c corpus) fill(p *packer, toward way, o Options, rng *rand.Rand, next func(*batch) *batch) {
	total := float64(o.Iterations)*float64(len(c.tokens)) + 1
	rate := o.StepSize
	flush := func() bool {
		if p.b.used > 0 || p.b.words > 0 {
			p.b.rate = rate
			if p.b = next(p.b); p.b == nil {
				return false
			}
		}
		p.empty()
		return true
	}
	done, last := 0, 0
	var kept []int32
	for range o.Iterations {
		begin := 0
		for _, end := range c.ends {
			if done-last > decayEvery {
				if !flush() {
					return
				}
				last = done
				rate = max(o.StepSize*(1-float64(done)/total), o.StepSize*1e-4)
			}
			sentence := c.tokens[begin:end]
			if c.keep != nil {
				kept = c.thin(sentence, kept[:0], rng)
				sentence = kept
			}
			for at, word := range sentence {
				radius := o.Window - rng.IntN(o.Window)
				around := [2][]int32{sentence[max(0, at-radius):at], sentence[at+1 : min(len(sentence), at+1+radius)]}
				points := toward(word, rng)
				for !p.put(around, points) {
					if !flush() {
						return
					}
				}
			}
			p.b.words += end - begin
			done += end - begin
			begin = end
		}
	}
	flush()
}

// thin appends to kept the words of the sentence that subsampling leaves.
func (c corpus) thin(sentence, kept []int32, rng *rand.Rand) []int32 {
	for _, word := range sentence {
		if p := c.keep[word]; p >= 1 || rng.Float64() < p {
			kept = append(kept, word)
		}
	}
	return kept
}
