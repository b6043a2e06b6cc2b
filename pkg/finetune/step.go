package finetune

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// momentScope is where AdamW's moments stand in the model's store while it trains.
const momentScope = "finetune/"

// clipEpsilon keeps the clipping factor finite, as torch.nn.utils.clip_grad_norm_ does.
const clipEpsilon = 1e-6

// stepper runs training steps on the device.
type stepper struct {
	model    *gpt2.Model
	settings Settings
	moments  [2][]*model.Variable // first and second, in the order of the parameters
	exec     *model.Exec
}

// newStepper puts zero moments beside the model's weights. The graph is compiled
// at the first step.
func newStepper(be compute.Backend, m *gpt2.Model, s Settings) (*stepper, error) {
	st := &stepper{model: m, settings: s}
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
	exec, err := model.NewExec(be, m.Store(), st.graph)
	if err != nil {
		return nil, err
	}
	st.exec = exec
	return st, nil
}

// close frees the compiled step and the moments.
func (st *stepper) close() {
	st.exec.Finalize()
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

// graph builds one step of AdamW (Loshchilov and Hutter, "Decoupled Weight Decay
// Regularization", 2019) with torch.optim.AdamW's arithmetic: ids [B,T] int32,
// dropout state [2] uint32 and rates [3] float32 → loss and norm of all
// gradients before clipping, both scalars.
func (st *stepper) graph(_ *model.Scope, ids, state, rates *graph.Node) (loss, norm *graph.Node) {
	g := ids.Graph()
	s := st.settings
	parameters := st.model.Parameters()
	weights := make([]*graph.Node, len(parameters))
	for i, p := range parameters {
		weights[i] = p.Variable.NodeValue(g)
	}
	loss = st.model.Loss(ids, gpt2.NewDropout(state))
	gradients := graph.Gradient(loss, weights...)

	var squares *graph.Node
	for _, gradient := range gradients {
		sum := graph.ReduceAllSum(graph.Square(gradient))
		if squares == nil {
			squares = sum
		} else {
			squares = graph.Add(squares, sum)
		}
	}
	norm = graph.Sqrt(squares)
	clip := graph.OnesLike(norm)
	if s.MaxGradNorm > 0 {
		clip = graph.Min(clip, graph.Div(graph.Scalar(g, norm.DType(), s.MaxGradNorm), graph.AddScalar(norm, clipEpsilon)))
	}

	rate := func(i int) *graph.Node { return graph.Reshape(graph.Slice(rates, graph.AxisElem(i))) }
	keep, size, spread := rate(0), rate(1), rate(2)
	for i, p := range parameters {
		gradient := graph.Mul(gradients[i], clip)
		first := st.moments[0][i].NodeValue(g)
		second := st.moments[1][i].NodeValue(g)
		first = graph.Add(graph.MulScalar(first, s.Beta1), graph.MulScalar(gradient, 1-s.Beta1))
		second = graph.Add(graph.MulScalar(second, s.Beta2), graph.MulScalar(graph.Square(gradient), 1-s.Beta2))
		st.moments[0][i].SetNodeValue(first)
		st.moments[1][i].SetNodeValue(second)

		weight := weights[i]
		if s.WeightDecay > 0 && decays(p.Name) {
			weight = graph.Mul(weight, keep)
		}
		root := graph.AddScalar(graph.Mul(graph.Sqrt(second), spread), s.Epsilon)
		p.Variable.SetNodeValue(graph.Sub(weight, graph.Mul(size, graph.Div(first, root))))
	}
	return loss, norm
}

// decays tells whether weight decay applies to a parameter: not to biases and
// not to layer normalisation, as in Hugging Face's Trainer.
func decays(name string) bool {
	return !strings.HasSuffix(name, ".bias") && !strings.Contains(name, ".ln_")
}

// stepResult holds what a step computed, on the device until it is read.
type stepResult struct {
	loss, norm *tensors.Tensor
}

// run starts one step: batch is [B][T], step is counted from 0.
func (st *stepper) run(batch [][]int32, step int, learningRate float64) (stepResult, error) {
	s := st.settings
	t := float64(step + 1)
	rates := tensors.FromFlatDataAndDimensions([]float32{
		float32(1 - learningRate*s.WeightDecay),            // what decay leaves of a weight
		float32(learningRate / (1 - math.Pow(s.Beta1, t))), // step size, first moment's bias corrected
		float32(1 / math.Sqrt(1-math.Pow(s.Beta2, t))),     // second moment's bias correction
	}, 3)
	ids, state := rows(batch, len(batch)), gpt2.DropoutState(s.Seed, uint64(step))
	out, err := st.exec.Call(ids, state, rates)
	for _, input := range []*tensors.Tensor{ids, state, rates} {
		_ = input.FinalizeAll() // frees memory sooner than the garbage collector; a failure costs nothing
	}
	if err != nil {
		return stepResult{}, fmt.Errorf("training step %d: %w", step+1, err)
	}
	return stepResult{out[0], out[1]}, nil
}

// read waits for the step and returns its numbers.
func (r stepResult) read() (loss, norm float64, err error) {
	values := [2]float64{}
	for i, t := range []*tensors.Tensor{r.loss, r.norm} {
		flat, err := tensors.CopyFlatData[float32](t)
		if err != nil {
			return 0, 0, err
		}
		values[i] = float64(flat[0])
		_ = t.FinalizeAll()
	}
	return values[0], values[1], nil
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
