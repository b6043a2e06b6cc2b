package word2vec

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// Train learns a vector for every word that occurs at least o.MinCount times in
// the sentences. It is deterministic for an engine, given the seed. When ctx ends
// it returns ctx's error.
func Train(ctx context.Context, be compute.Backend, sentences [][]string, o Options) (*vectors.Model, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	v := countWords(sentences, o.MinCount)
	if len(v.words) == 0 {
		return nil, ErrNoWords
	}
	if int64(len(v.words))*int64(o.VectorSize) > math.MaxInt32 {
		return nil, fmt.Errorf("word2vec: %d words of %d dimensions are too many; raise MinCount or lower VectorSize", len(v.words), o.VectorSize)
	}
	t, err := newTask(v, sentences, backend.WholeLoops(be), o)
	if err != nil {
		return nil, err
	}
	learnt := firstVectors(len(v.words), o.VectorSize, t.rng)
	if len(v.words) > 1 {
		if learnt, err = t.run(ctx, be, learnt); err != nil {
			return nil, err
		}
	}
	m, err := v.model(learnt)
	if err != nil {
		return nil, fmt.Errorf("word2vec: %w", err)
	}
	return m, nil
}

// task is what there is to train.
type task struct {
	Options
	corpus corpus
	layout layout
	toward way
	rng    *rand.Rand
}

func newTask(v vocabulary, sentences [][]string, wholeLoops bool, o Options) (*task, error) {
	t := &task{Options: o, corpus: v.encode(sentences, o.MaxSentenceLength), rng: rand.New(rand.NewPCG(o.Seed, seedStream))}
	t.corpus.keep = keepChances(v.counts, o.Sample)
	if o.Negative > 0 {
		t.toward = amongNoise(v.counts, o.Negative)
		t.layout = newLayout(len(t.corpus.tokens), float64(o.Negative+1), o.Negative+1, wholeLoops, o)
		return t, nil
	}
	paths, err := huffmanPaths(v.counts)
	if err != nil {
		return nil, err
	}
	t.toward = pathTo(paths)
	nodes, longest := 0, 0
	for w, p := range paths {
		nodes += len(p.points) * int(v.counts[w])
		longest = max(longest, len(p.points))
	}
	t.layout = newLayout(len(t.corpus.tokens), float64(nodes)/float64(len(t.corpus.tokens)), longest, wholeLoops, o)
	return t, nil
}

// seedStream keeps this package's random numbers independent of others drawn from the same
// seed.
const seedStream = 0x776f726432766563

// firstVectors draws every component from (−½, ½) / size.
func firstVectors(words, size int, rng *rand.Rand) []float32 {
	vectors := make([]float32, words*size)
	for i := range vectors {
		vectors[i] = (rng.Float32() - 0.5) / float32(size)
	}
	return vectors
}

// run trains the word vectors [V, D] on the whole corpus and returns them.
func (t *task) run(ctx context.Context, be compute.Backend, vectors []float32) ([]float32, error) {
	d, err := newDevice(be, t.layout, vectors, make([]float32, len(vectors)), t.VectorSize)
	if err != nil {
		return nil, fmt.Errorf("word2vec: preparing the training graph: %w", err)
	}
	defer d.finalize()

	ctx, stop := context.WithCancel(ctx)
	filled, emptied := t.produce(ctx, len(vectors)/t.VectorSize)
	defer func() {
		stop()
		for range filled { // until the producer has ended
		}
	}()
	progress := Progress{Total: t.Iterations * len(t.corpus.tokens)}
	began := time.Now()
	for b := range filled {
		if err := d.train(b); err != nil {
			return nil, fmt.Errorf("word2vec: training after %d words: %w", progress.Words, err)
		}
		progress.Words += b.words
		emptied <- b
		if t.Progress != nil {
			progress.WordsPerSecond = float64(progress.Words) / time.Since(began).Seconds()
			t.Progress(progress)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	trained, err := d.rows(d.input)
	if err != nil {
		return nil, fmt.Errorf("word2vec: fetching the vectors: %w", err)
	}
	for _, x := range trained {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return nil, errors.New("word2vec: training diverged; lower StepSize")
		}
	}
	return trained, nil
}

// produce fills batches while the device works on earlier ones. It takes them from emptied,
// to which the caller returns them, and closes filled when the corpus or ctx ends.
func (t *task) produce(ctx context.Context, words int) (filled <-chan *batch, emptied chan<- *batch) {
	const ahead = 2 // one at work, one being filled
	full, empty := make(chan *batch, ahead), make(chan *batch, ahead)
	for range ahead - 1 {
		empty <- newBatch(t.layout)
	}
	go func() {
		defer close(full)
		t.corpus.fill(newPacker(t.layout, newBatch(t.layout), words), t.toward, t.Options, t.rng, func(b *batch) *batch {
			full <- b
			select {
			case b = <-empty:
				return b
			case <-ctx.Done():
				return nil
			}
		})
	}()
	return full, empty
}
