package word2vec

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Train learns a vector for every word that occurs at least o.MinCount times in
// the sentences. It is deterministic for an engine, given the seed. When ctx ends
// it returns ctx's error.
func Train(ctx context.Context, be compute.Backend, sentences [][]string, o Options) (*Model, error) {
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
	paths, err := huffmanPaths(v.counts)
	if err != nil {
		return nil, err
	}
	c := v.encode(sentences, o.MaxSentenceLength)

	rng := rand.New(rand.NewPCG(o.Seed, seedStream))
	vectors := firstVectors(len(v.words), o.VectorSize, rng)
	if len(v.words) > 1 {
		if vectors, err = runBatches(ctx, be, c, paths, vectors, newLayout(len(c.tokens), o), o, rng); err != nil {
			return nil, err
		}
	}
	return newModel(v, o.VectorSize, vectors), nil
}

// seedStream sets this package's random numbers apart from those that others
// draw from the same seed.
const seedStream = 0x776f726432766563

// firstVectors draws every component from (−½, ½) / size.
func firstVectors(words, size int, rng *rand.Rand) []float32 {
	vectors := make([]float32, words*size)
	for i := range vectors {
		vectors[i] = (rng.Float32() - 0.5) / float32(size)
	}
	return vectors
}

// runBatches trains the word vectors [V, D] on the whole corpus and returns them.
func runBatches(ctx context.Context, be compute.Backend, c corpus, paths []path, vectors []float32, l layout, o Options, rng *rand.Rand) ([]float32, error) {
	exec, err := graph.NewExec(be, trainBatch(l))
	if err != nil {
		return nil, fmt.Errorf("word2vec: preparing the training graph: %w", err)
	}
	defer exec.Finalize()

	input := tensors.FromFlatDataAndDimensions(vectors, len(paths), o.VectorSize)
	output := tensors.FromFlatDataAndDimensions(make([]float32, len(vectors)), len(paths), o.VectorSize)
	table := pathTable(paths)
	defer func() { finalize(input, output, table) }()

	progress := Progress{Total: o.Iterations * len(c.tokens)}
	began := time.Now()
	for b := range c.batches(l, o, rng) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		input, output, err = runBatch(be, exec, input, output, table, b, l)
		if err != nil {
			return nil, fmt.Errorf("word2vec: training after %d words: %w", progress.Words, err)
		}
		progress.Words += b.words
		if o.Progress != nil {
			progress.WordsPerSecond = float64(progress.Words) / time.Since(began).Seconds()
			o.Progress(progress)
		}
	}
	trained, err := tensors.CopyFlatData[float32](input)
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

// runBatch trains on one batch. It gives the old vectors to the engine, which may
// work in their place.
func runBatch(be compute.Backend, exec *graph.Exec, input, output, table *tensors.Tensor, b *batch, l layout) (newInput, newOutput *tensors.Tensor, err error) {
	oldInput, err := graph.DonateTensorBuffer(input, be, 0)
	if err != nil {
		return input, output, err
	}
	oldOutput, err := graph.DonateTensorBuffer(output, be, 0)
	if err != nil {
		return input, output, err
	}
	stream := tensors.FromFlatDataAndDimensions(b.stream, l.steps, l.width())
	defer finalize(stream)
	results, err := exec.Call(oldInput, oldOutput, table, stream, int32(b.used), float32(b.rate))
	if err != nil {
		return input, output, err
	}
	return results[0], results[1], nil
}

// finalize gives the memory of tensors back at once. One that cannot be freed is
// left to the garbage collector.
func finalize(ts ...*tensors.Tensor) {
	for _, t := range ts {
		_ = t.FinalizeAll()
	}
}

// pathTable lays the paths out as [V, L] int32, L being the longest: inner node n
// where the code's bit is 0, −1−n where it is 1, and beyond the end of a path the
// node V−1, which does not exist.
func pathTable(paths []path) *tensors.Tensor {
	length := 0
	for _, p := range paths {
		length = max(length, len(p.points))
	}
	table := make([]int32, len(paths)*length)
	for w, p := range paths {
		row := table[w*length : (w+1)*length]
		for i := range row {
			row[i] = int32(len(paths) - 1)
		}
		for i, node := range p.points {
			row[i] = node
			if p.codes[i] == 1 {
				row[i] = -1 - node
			}
		}
	}
	return tensors.FromFlatDataAndDimensions(table, len(paths), length)
}
