package finetune

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// momentScope is where AdamW's moments stand in the model's store while it trains.
const momentScope = "finetune/"

// stepper runs training steps on the device. A step is more than one compiled
// graph: one for the gradients, one for their norm, and one for the update of
// each group of parameters. For XLA on the CPU writes what a graph returns beside
// what it was given, even where that is given up: in one graph all weights and
// moments would be held twice while the activations are, too.
type stepper struct {
	model    *gpt2.Model
	settings Settings
	moments  [2][]*model.Variable // first and second, in the order of the parameters

	backward *model.Exec
	add      *graph.Exec
	norm     *graph.Exec
	updates  []*update
}

// newStepper puts zero moments beside the model's weights. The graphs are compiled
// at the first step.
func newStepper(be compute.Backend, m *gpt2.Model, s Settings) (st *stepper, err error) {
	st = &stepper{model: m, settings: s}
	st.dropMoments()
	for i := range st.moments {
		for _, p := range m.Parameters() {
			v, err := m.Store().CreateVariable(fmt.Sprintf("%sm%d/%s", momentScope, i+1, p.Name), tensors.FromShape(p.Shape))
			if err != nil {
				return nil, fmt.Errorf("moments of %s: %w", p.Name, err)
			}
			st.moments[i] = append(st.moments[i], v.SetTrainable(false))
		}
	}
	if st.backward, err = model.NewExec(be, m.Store(), st.backwardGraph); err != nil {
		return nil, err
	}
	if st.add, err = graph.NewExec(be, addGraph); err != nil {
		return nil, err
	}
	if st.norm, err = graph.NewExec(be, st.normGraph); err != nil {
		return nil, err
	}
	for _, group := range groups(m.Parameters()) {
		u, err := st.newUpdate(be, group)
		if err != nil {
			return nil, err
		}
		st.updates = append(st.updates, u)
	}
	keep(!st.large())
	return st, nil
}

// large tells whether the model is so large that the holes matter which new weights
// beside the old ones leave in memory.
func (st *stepper) large() bool { return len(st.updates) > 1 }

// close frees the compiled graphs and the moments.
func (st *stepper) close() {
	st.backward.Finalize()
	st.add.Finalize()
	st.norm.Finalize()
	for _, u := range st.updates {
		u.exec.Finalize()
	}
	st.dropMoments()
}

func (st *stepper) dropMoments() {
	var names []string
	for v := range st.model.Store().IterVariables() {
		if strings.HasPrefix(strings.TrimPrefix(v.Path(), "/"), momentScope) {
			names = append(names, v.Path())
		}
	}
	for _, name := range names {
		_ = st.model.Store().DeleteVariable(name) // fails only through a loader, which there is not
	}
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
	loss := st.model.Loss(ids, gpt2.NewDropout(state))
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

// normGraph builds the norm of all gradients together, a scalar, from their sums
// over the batches of a step.
func (st *stepper) normGraph(gradients []*graph.Node) *graph.Node {
	var squares *graph.Node
	for _, gradient := range gradients {
		sum := graph.ReduceAllSum(graph.Square(gradient))
		if squares == nil {
			squares = sum
		} else {
			squares = graph.Add(squares, sum)
		}
	}
	norm := graph.Sqrt(squares)
	if n := st.settings.GradientAccumulation; n > 1 {
		norm = graph.DivScalar(norm, n)
	}
	return norm
}

// stepResult holds what a step computed, on the device until it is read: the loss
// of each of its batches, and the norm of its gradients before clipping.
type stepResult struct {
	losses []*tensors.Tensor
	norm   *tensors.Tensor
}

// run starts one step: rows is [B·GradientAccumulation][T], step is counted from 0.
func (st *stepper) run(rows [][]int32, step int, learningRate float64) (stepResult, error) {
	result, err := st.start(rows, step, learningRate)
	if err != nil {
		return stepResult{}, fmt.Errorf("training step %d: %w", step+1, err)
	}
	return result, nil
}

func (st *stepper) start(rows [][]int32, step int, learningRate float64) (result stepResult, err error) {
	var sums []*tensors.Tensor
	n := st.settings.GradientAccumulation
	for i := range n {
		batch := rows[i*len(rows)/n : (i+1)*len(rows)/n]
		loss, gradients, err := st.differentiate(batch, uint64(step*n+i))
		if err != nil {
			return result, err
		}
		result.losses = append(result.losses, loss)
		if sums, err = st.accumulate(sums, gradients); err != nil {
			return result, err
		}
	}
	norm, err := st.norm.Call(anySlice(sums)...)
	if err != nil {
		return result, err
	}
	result.norm = norm[0]
	rates := st.rates(step, learningRate)
	defer free(rates)
	for _, u := range st.updates {
		group := sums[u.first:u.end]
		if _, err := u.exec.Call(append([]any{rates, result.norm}, anySlice(group)...)...); err != nil {
			return result, err
		}
		free(group...)
	}
	if st.large() {
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

// accumulate adds gradients to sums, group by group, and frees what it was given.
func (st *stepper) accumulate(sums, gradients []*tensors.Tensor) ([]*tensors.Tensor, error) {
	if sums == nil {
		return gradients, nil
	}
	for _, u := range st.updates {
		terms := slices.Concat(sums[u.first:u.end], gradients[u.first:u.end])
		added, err := st.add.Call(anySlice(terms)...)
		if err != nil {
			return nil, err
		}
		free(terms...)
		copy(sums[u.first:], added)
	}
	return sums, nil
}

// free gives memory back sooner than the garbage collector; a failure costs nothing.
func free(list ...*tensors.Tensor) {
	for _, t := range list {
		_ = t.FinalizeAll()
	}
}

func anySlice(list []*tensors.Tensor) []any {
	all := make([]any, len(list))
	for i, t := range list {
		all[i] = t
	}
	return all
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

// rows makes a tensor [n, T] of at most n rows of at most T tokens, where T is
// the length of the first; what is missing is 0.
func rows(batch [][]int32, n int) *tensors.Tensor {
	width := len(batch[0])
	flat := make([]int32, n*width)
	for i, row := range batch {
		copy(flat[i*width:(i+1)*width], row)
	}
	return tensors.FromFlatDataAndDimensions(flat, n, width)
}
