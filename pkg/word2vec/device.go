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
	size            int             // dimensions of a vector
	input, output   *tensors.Tensor // [V, D] vectors of words and of nodes, D the width of size dimensions
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
	d := &device{be: be, layout: l, exec: exec, size: size}
	indices, counts := shapes.Make(dtypes.Int32, l.steps, l.indices()), shapes.Make(dtypes.Uint8, l.steps, 2, l.words, l.nodes)
	vectors := shapes.Make(dtypes.Float32, len(input)/size, width(size))
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
	d.input = tensors.FromFlatDataAndDimensions(resized(input, size, width(size)), vectors.Dimensions...)
	d.output = tensors.FromFlatDataAndDimensions(resized(output, size, width(size)), vectors.Dimensions...)
	return d, nil
}

// resized returns the rows, each cut or filled up with zeros to another size.
func resized(rows []float32, size, to int) []float32 {
	if size == to {
		return rows
	}
	others := make([]float32, len(rows)/size*to)
	for i := range len(rows) / size {
		copy(others[i*to:][:to], rows[i*size:][:size])
	}
	return others
}

// vectors returns the vectors of words as trained so far.
func (d *device) vectors() ([]float32, error) {
	rows, err := tensors.CopyFlatData[float32](d.input)
	if err != nil {
		return nil, err
	}
	return resized(rows, width(d.size), d.size), nil
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
