package word2vec

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// device is what the engine holds: the compiled training program and its data.
type device struct {
	be              compute.Backend
	layout          layout
	exec            *graph.Exec
	words, size     int             // how many vectors there are, and their dimensions
	input, output   *tensors.Tensor // [height of words, width of size] vectors of words and of nodes
	indices, counts *tensors.Tensor // of the batch at work: memory that is filled anew for each
}

// newDevice compiles the training of vectors with the given number of dimensions and sends
// the initial ones to the engine.
func newDevice(be compute.Backend, l layout, input, output []float32, size int) (*device, error) {
	exec, err := graph.NewExec(be, trainBatch(l))
	if err != nil {
		return nil, err
	}
	exec.WithName(backend.InPlace("word2vec", 0, 2))
	d := &device{be: be, layout: l, exec: exec, words: len(input) / size, size: size}
	indices, counts := shapes.Make(dtypes.Int32, l.steps, l.indices()), shapes.Make(dtypes.Uint8, l.steps, 2, l.words, l.nodes)
	vectors := shapes.Make(dtypes.Float32, height(d.words), width(size))
	err = backend.ForOneThread(func() error {
		_, err := exec.Compile(vectors, vectors, indices, counts, shapes.Make(dtypes.Int32), shapes.Make(dtypes.Float32))
		return err
	})
	if err == nil {
		d.indices, err = tensors.FromShapeForBackend(be, 0, indices)
	}
	if err == nil {
		d.counts, err = tensors.FromShapeForBackend(be, 0, counts)
	}
	if err != nil {
		d.finalize()
		return nil, err
	}
	d.input = tensors.FromFlatDataAndDimensions(resized(input, d.words, height(d.words), width(size)), vectors.Dimensions...)
	d.output = tensors.FromFlatDataAndDimensions(resized(output, d.words, height(d.words), width(size)), vectors.Dimensions...)
	return d, nil
}

// resized copies a table of rows into one of the given height and width: it is cut where it is
// larger, and padded with zeros where it is smaller.
func resized(table []float32, rows, height, width int) []float32 {
	size := len(table) / rows
	other := make([]float32, height*width)
	for i := range min(rows, height) {
		copy(other[i*width:][:width], table[i*size:][:size])
	}
	return other
}

// rows returns a table as trained so far, without its padding.
func (d *device) rows(table *tensors.Tensor) ([]float32, error) {
	rows, err := tensors.CopyFlatData[float32](table)
	if err != nil {
		return nil, err
	}
	return resized(rows, height(d.words), d.words, d.size), nil
}

// train trains on one batch. It donates the old vectors to the engine, which may overwrite
// them.
func (d *device) train(b *batch) error {
	indices, counts := b.inUse(d.layout)
	if err := tensors.MutableFlatData(d.indices, func(all []int32) { copy(all, indices) }); err != nil {
		return err
	}
	if err := tensors.MutableFlatData(d.counts, func(all []uint8) { copy(all, counts) }); err != nil {
		return err
	}
	input, err := graph.DonateTensorBuffer(d.input, d.be, 0)
	if err != nil {
		return err
	}
	output, err := graph.DonateTensorBuffer(d.output, d.be, 0)
	if err != nil {
		return err
	}
	results, err := d.exec.Call(input, output, d.indices, d.counts, int32(b.used), float32(b.rate))
	if err != nil {
		return err
	}
	d.input, d.output = results[0], results[1]
	return nil
}

// finalize frees all memory at once. What cannot be freed is left to the garbage collector.
func (d *device) finalize() {
	d.exec.Finalize()
	for _, t := range []*tensors.Tensor{d.input, d.output, d.indices, d.counts} {
		if t != nil {
			_ = t.FinalizeAll()
		}
	}
}
