package finetune

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// stepper runs training steps on the device, each as two programs: one computes the
// gradients, or adds those of one more batch to their sums, and one applies AdamW's update.
// Both write over what they replace. On a GPU, which can start the update while the last
// gradients are still being computed, a step of a single batch is one program.
type stepper struct {
	model    *gpt2.Model
	settings training.Settings
	backend  compute.Backend
	moments  [2][]*tensors.Tensor // first and second, in the order of the parameters
	// gradients of the step under way, summed over its batches so far. Where a step has
	// several, their memory is kept for the next step.
	gradients []*tensors.Tensor

	backward   *graph.Exec
	accumulate *graph.Exec
	update     *graph.Exec
	whole      *graph.Exec // a whole step
	atOnce     bool        // steps are run by whole
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
	for i := range st.moments {
		st.moments[i] = zeros(m)
	}
	if s.GradientAccumulation > 1 {
		st.gradients = zeros(m)
	}
	n := len(m.Parameters())
	for _, program := range []struct {
		exec  **graph.Exec
		name  string
		build func(inputs []*graph.Node) []*graph.Node
	}{
		{&st.backward, "finetune_backward", st.backwardGraph},
		{&st.accumulate, backend.InPlace("finetune_accumulate", 0, n), st.accumulateGraph},
		{&st.update, backend.InPlace("finetune_update", 0, 3*n), st.updateGraph},
		{&st.whole, backend.InPlace("finetune_step", 0, 3*n), st.wholeGraph},
	} {
		exec, err := graph.NewExec(be, program.build)
		if err != nil {
			return nil, err
		}
		*program.exec = exec.WithName(program.name)
	}
	return st, nil
}

// zeros makes a tensor of zeros for each parameter of m.
func zeros(m *gpt2.Model) []*tensors.Tensor {
	var list []*tensors.Tensor
	for _, p := range m.Parameters() {
		list = append(list, tensors.FromShape(p.Shape))
	}
	return list
}

// close frees the compiled programs, the moments and the gradients.
func (st *stepper) close() {
	for _, program := range []*graph.Exec{st.backward, st.accumulate, st.update, st.whole} {
		program.Finalize()
	}
	free(slices.Concat(st.moments[0], st.moments[1], st.gradients)...)
}

// lossGraph builds the loss, a scalar, and its gradients, given the weights of all
// parameters, ids [B,T] int32 and dropout state [2] uint32.
func (st *stepper) lossGraph(weights []*graph.Node, ids, dropout *graph.Node) (loss *graph.Node, gradients []*graph.Node) {
	loss = st.model.With(weights).Loss(ids, gpt2.NewDropout(dropoutRates(st.settings, st.model.Config), dropout))
	return loss, graph.Gradient(loss, weights...)
}

// backwardGraph builds the gradients of a batch: weights, ids and dropout state → the
// gradient of each parameter, and the loss.
func (st *stepper) backwardGraph(inputs []*graph.Node) []*graph.Node {
	n := len(st.model.Parameters())
	loss, gradients := st.lossGraph(inputs[:n], inputs[n], inputs[n+1])
	return append(gradients, loss)
}

// accumulateGraph builds backwardGraph with sums: sums of gradients, which count unless this
// is the first batch, a bool, then weights, ids and dropout state → the sums with this
// batch's gradients, and its loss.
func (st *stepper) accumulateGraph(inputs []*graph.Node) []*graph.Node {
	n := len(st.model.Parameters())
	sums, first := inputs[:n], inputs[n]
	outputs := st.backwardGraph(inputs[n+1:])
	for i, sum := range sums {
		outputs[i] = graph.Add(outputs[i], graph.Where(first, graph.ZerosLike(sum), sum))
	}
	return outputs
}

// wholeGraph builds a whole step: weights, first moments and second moments of all
// parameters, the step's rates [3], ids and dropout state → the weights and moments after
// the step, the norm of the gradients, and the loss.
func (st *stepper) wholeGraph(inputs []*graph.Node) []*graph.Node {
	n := len(st.model.Parameters())
	state, rates := inputs[:3*n], inputs[3*n]
	loss, gradients := st.lossGraph(state[:n], inputs[3*n+1], inputs[3*n+2])
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
	defer free(rates)
	if st.atOnce {
		ids, dropout := rows(batches, len(batches)), gpt2.DropoutState(st.settings.Seed, uint64(step))
		defer free(ids, dropout)
		out, err := st.advance(st.whole, nil, []*tensors.Tensor{rates, ids, dropout})
		if err != nil {
			return result, err
		}
		return stepResult{norm: out[0], losses: out[1:]}, nil
	}
	n := st.settings.GradientAccumulation
	for i := range n {
		loss, err := st.differentiate(batches[i*len(batches)/n:(i+1)*len(batches)/n], uint64(step*n+i), i == 0)
		if err != nil {
			return result, err
		}
		result.losses = append(result.losses, loss)
	}
	given, lent := []*tensors.Tensor(nil), []*tensors.Tensor{rates}
	if n > 1 {
		lent = append(st.gradients, rates)
	} else {
		given, st.gradients = st.gradients, nil
	}
	out, err := st.advance(st.update, given, lent)
	if err != nil {
		return result, err
	}
	result.norm = out[0]
	if backend.FewHeaps() && st.model.Count() >= largeModel {
		trim()
	}
	return result, nil
}

// differentiate computes the gradients of a batch [B][T], which are added to the step's
// unless it is the first, and returns its loss.
func (st *stepper) differentiate(batch [][]int32, number uint64, first bool) (loss *tensors.Tensor, err error) {
	lent, err := st.weights()
	if err != nil {
		return nil, err
	}
	n := len(lent)
	ids, dropout, begins := rows(batch, len(batch)), gpt2.DropoutState(st.settings.Seed, number), tensors.FromScalar(first)
	defer free(ids, dropout, begins)
	lent = append(lent, ids, dropout)
	var out []*tensors.Tensor
	if st.settings.GradientAccumulation == 1 {
		out, err = st.replace(st.backward, nil, lent)
	} else {
		out, err = st.replace(st.accumulate, st.gradients, slices.Insert(lent, 0, begins))
	}
	if err != nil {
		return nil, err
	}
	st.gradients = out[:n:n]
	return out[n], nil
}

// weights lists the values of the parameters.
func (st *stepper) weights() ([]*tensors.Tensor, error) {
	var list []*tensors.Tensor
	for _, p := range st.model.Parameters() {
		value, err := p.Variable.Value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

// advance runs a program that takes the weights, the moments and further inputs, and
// replaces weights and moments by the first of its outputs. The remaining outputs are
// returned to the caller. Inputs are given or lent as with replace.
func (st *stepper) advance(program *graph.Exec, given, lent []*tensors.Tensor) ([]*tensors.Tensor, error) {
	weights, err := st.weights()
	if err != nil {
		return nil, err
	}
	out, err := st.replace(program, slices.Concat(weights, st.moments[0], st.moments[1], given), lent)
	if err != nil {
		return nil, err
	}
	n := len(weights)
	for i, p := range st.model.Parameters() {
		if err := p.Variable.SetValue(out[i]); err != nil {
			return nil, err
		}
	}
	st.moments = [2][]*tensors.Tensor{out[n : 2*n], out[2*n : 3*n]}
	return out[3*n:], nil
}

// replace runs a program on tensors that are given up to it, followed by some that stay.
func (st *stepper) replace(program *graph.Exec, given, lent []*tensors.Tensor) ([]*tensors.Tensor, error) {
	var inputs []any
	for _, t := range given {
		buffer, err := graph.DonateTensorBuffer(t, st.backend, 0)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, buffer)
		free(t) // the host's remaining copy
	}
	for _, t := range lent {
		inputs = append(inputs, t)
	}
	return program.Call(inputs...)
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
