package finetune

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// stepper runs training steps on the device, each as two programs: one computes the
// gradients, which may be summed over several batches, and one applies AdamW's update,
// writing weights and moments in place. On a GPU, which can start the update while the last
// gradients are still being computed, a step of a single batch is one program.
type stepper struct {
	model    *gpt2.Model
	settings training.Settings
	backend  compute.Backend
	moments  [2][]*tensors.Tensor // first and second, in the order of the parameters

	backward *model.Exec
	add      *graph.Exec
	update   *graph.Exec
	whole    *graph.Exec // a whole step
	atOnce   bool        // steps are run by whole
}

// largeModel is the number of weights from which a model is too large for freed memory to
// be retained between steps: see [keep].
const largeModel = 1 << 24

// newStepper begins with moments of zero. The programs are compiled at the first step.
func newStepper(be compute.Backend, m *gpt2.Model, s training.Settings) (st *stepper, err error) {
	if backend.FewHeaps() { // Elsewhere XLA may compute on a GPU, with memory of its own.
		keep(m.Count() < largeModel)
	}
	st = &stepper{model: m.Computing(computing(s)), settings: s, backend: be, atOnce: backend.OnCUDA(be) && s.GradientAccumulation == 1}
	n := len(m.Parameters())
	for i := range st.moments {
		for _, p := range m.Parameters() {
			st.moments[i] = append(st.moments[i], tensors.FromShape(p.Shape))
		}
	}
	if st.backward, err = model.NewExec(be, m.Store(), st.backwardGraph); err != nil {
		return nil, err
	}
	if st.add, err = graph.NewExec(be, addGraph); err != nil {
		return nil, err
	}
	if st.update, err = graph.NewExec(be, st.updateGraph); err != nil {
		return nil, err
	}
	if st.whole, err = graph.NewExec(be, st.wholeGraph); err != nil {
		return nil, err
	}
	st.whole.WithName(backend.InPlace("finetune_step", 0, 3*n))
	st.add.WithName(backend.InPlace("finetune_add", 0, n))
	st.update.WithName(backend.InPlace("finetune_update", 0, 3*n))
	return st, nil
}

// close frees the compiled programs and the moments.
func (st *stepper) close() {
	st.backward.Finalize()
	st.add.Finalize()
	st.update.Finalize()
	st.whole.Finalize()
	free(slices.Concat(st.moments[:]...)...)
}

// backwardGraph builds the loss and its gradients: ids [B,T] int32 and dropout
// state [2] uint32 → loss, a scalar, and the gradient of each parameter.
func (st *stepper) backwardGraph(_ *model.Scope, inputs []*graph.Node) []*graph.Node {
	ids, state := inputs[0], inputs[1]
	parameters := st.model.Parameters()
	weights := make([]*graph.Node, len(parameters))
	for i, p := range parameters {
		weights[i] = p.Variable.NodeValue(ids)
	}
	loss := st.model.Loss(ids, gpt2.NewDropout(dropoutRates(st.settings, st.model.Config), state))
	return append([]*graph.Node{loss}, graph.Gradient(loss, weights...)...)
}

// addGraph builds the sums of the first half of its inputs and the second.
func addGraph(inputs []*graph.Node) []*graph.Node {
	half := len(inputs) / 2
	sums := make([]*graph.Node, half)
	for i := range sums {
		sums[i] = graph.Add(inputs[i], inputs[half+i])
	}
	return sums
}

// wholeGraph builds a whole step: weights, first moments and second moments of all
// parameters, the step's rates [3], ids [B,T] int32 and dropout state [2] uint32 → the
// weights and moments after the step, the norm of the gradients, and the loss.
func (st *stepper) wholeGraph(inputs []*graph.Node) []*graph.Node {
	n := len(st.model.Parameters())
	state, rates, ids, dropout := inputs[:3*n], inputs[3*n], inputs[3*n+1], inputs[3*n+2]
	weights := state[:n]
	loss := st.model.With(weights).Loss(ids, gpt2.NewDropout(dropoutRates(st.settings, st.model.Config), dropout))
	gradients := graph.Gradient(loss, weights...)
	return append(st.updateGraph(slices.Concat(state, gradients, []*graph.Node{rates})), loss)
}

// stepResult holds what a step computed, on the device until it is read: the loss
// of each of its batches, and the norm of its gradients before clipping.
type stepResult struct {
	losses []*tensors.Tensor
	norm   *tensors.Tensor
}

// run starts one step: batches is [B·GradientAccumulation][T], step is counted from 0.
func (st *stepper) run(batches [][]int32, step int, learningRate float64) (result stepResult, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("training step %d: %w", step+1, err)
		}
	}()
	rates := st.rates(step, learningRate)
	if st.atOnce {
		ids, dropout := rows(batches, len(batches)), gpt2.DropoutState(st.settings.Seed, uint64(step))
		out, err := st.advance(st.whole, rates, ids, dropout)
		if err != nil {
			return result, err
		}
		return stepResult{norm: out[0], losses: out[1:]}, nil
	}
	var sums []*tensors.Tensor
	n := st.settings.GradientAccumulation
	for i := range n {
		batch := batches[i*len(batches)/n : (i+1)*len(batches)/n]
		loss, gradients, err := st.differentiate(batch, uint64(step*n+i))
		if err != nil {
			return result, err
		}
		result.losses = append(result.losses, loss)
		if sums == nil {
			sums = gradients
		} else if sums, err = st.replace(st.add, slices.Concat(sums, gradients)); err != nil {
			return result, err
		}
	}
	out, err := st.advance(st.update, append(sums, rates)...)
	if err != nil {
		return result, err
	}
	result.norm = out[0]
	if backend.FewHeaps() && st.model.Count() >= largeModel {
		trim()
	}
	return result, nil
}

// differentiate returns the loss of a batch [B][T] and its gradients.
func (st *stepper) differentiate(batch [][]int32, number uint64) (loss *tensors.Tensor, gradients []*tensors.Tensor, err error) {
	ids, state := rows(batch, len(batch)), gpt2.DropoutState(st.settings.Seed, number)
	defer free(ids, state)
	out, err := st.backward.Call(ids, state)
	if err != nil {
		return nil, nil, err
	}
	return out[0], out[1:], nil
}

// advance runs a program that takes the weights, the moments and further inputs, and
// replaces weights and moments by the first of its outputs. The remaining outputs are
// returned to the caller.
func (st *stepper) advance(program *graph.Exec, others ...*tensors.Tensor) ([]*tensors.Tensor, error) {
	parameters := st.model.Parameters()
	n := len(parameters)
	inputs := make([]*tensors.Tensor, n)
	for i, p := range parameters {
		var err error
		if inputs[i], err = p.Variable.Value(); err != nil {
			return nil, err
		}
	}
	inputs = slices.Concat(inputs, st.moments[0], st.moments[1], others)
	out, err := st.replace(program, inputs)
	if err != nil {
		return nil, err
	}
	for i, p := range parameters {
		if err := p.Variable.SetValue(out[i]); err != nil {
			return nil, err
		}
	}
	st.moments = [2][]*tensors.Tensor{out[n : 2*n], out[2*n : 3*n]}
	return out[3*n:], nil
}

// replace runs a program on tensors that are given up to it.
func (st *stepper) replace(program *graph.Exec, inputs []*tensors.Tensor) ([]*tensors.Tensor, error) {
	given := make([]any, len(inputs))
	for i, t := range inputs {
		buffer, err := graph.DonateTensorBuffer(t, st.backend, 0)
		if err != nil {
			return nil, err
		}
		given[i] = buffer
		free(t) // the host's remaining copy
	}
	return program.Call(given...)
}

// free releases memory sooner than the garbage collector would; a failure is harmless.
func free(list ...*tensors.Tensor) {
	for _, t := range list {
		_ = t.FinalizeAll()
	}
}

// read waits for the step and returns its numbers; the loss is the mean of its
// batches' losses.
func (r stepResult) read() (loss, norm float64, err error) {
	for _, t := range r.losses {
		value, err := readScalar(t)
		if err != nil {
			return 0, 0, err
		}
		loss += value / float64(len(r.losses))
	}
	norm, err = readScalar(r.norm)
	return loss, norm, err
}

// readScalar returns a scalar's value and frees it.
func readScalar(t *tensors.Tensor) (float64, error) {
	flat, err := tensors.CopyFlatData[float32](t)
	if err != nil {
		return 0, err
	}
	free(t)
	return float64(flat[0]), nil
}

// rows makes a tensor [n, T] from at most n rows of at most T tokens, where T is the length
// of the first row, padded with zeros.
func rows(batch [][]int32, n int) *tensors.Tensor {
	width := len(batch[0])
	flat := make([]int32, n*width)
	for i, row := range batch {
		copy(flat[i*width:(i+1)*width], row)
	}
	return tensors.FromFlatDataAndDimensions(flat, n, width)
}
