package finetune

import (
	"math"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// clipEpsilon keeps the clipping factor finite, as torch.nn.utils.clip_grad_norm_ does.
const clipEpsilon = 1e-6

// groupValues is how many weights make a group of parameters full: few enough that
// the new values of one group take little memory beside the rest, and enough that
// most models are one group.
const groupValues = 1 << 24

// update is the compiled update of the parameters from first up to end.
type update struct {
	first, end int
	exec       *model.Exec
}

// groups cuts parameters into ranges of neighbours.
func groups(parameters []gpt2.Parameter) [][2]int {
	var all [][2]int
	first, values := 0, 0
	for i, p := range parameters {
		values += p.Count()
		if values >= groupValues || i == len(parameters)-1 {
			all = append(all, [2]int{first, i + 1})
			first, values = i+1, 0
		}
	}
	return all
}

func (st *stepper) newUpdate(be compute.Backend, group [2]int) (*update, error) {
	u := &update{first: group[0], end: group[1]}
	exec, err := model.NewExec(be, st.model.Store(), func(_ *model.Scope, inputs []*graph.Node) {
		st.updateGraph(u, inputs[0], inputs[1], inputs[2:])
	})
	u.exec = exec
	return u, err
}

// updateGraph builds the update of a group by AdamW (Loshchilov and Hutter,
// "Decoupled Weight Decay Regularization", 2019) with torch.optim.AdamW's
// arithmetic, from the step's rates [3] float32, the norm of all gradients and the
// group's summed gradients.
func (st *stepper) updateGraph(u *update, rates, norm *graph.Node, gradients []*graph.Node) {
	g, s := rates.Graph(), st.settings
	clip := graph.OnesLike(norm)
	if s.MaxGradNorm > 0 {
		clip = graph.Min(clip, graph.Div(graph.Scalar(g, norm.DType(), s.MaxGradNorm), graph.AddScalar(norm, clipEpsilon)))
	}
	if s.GradientAccumulation > 1 {
		clip = graph.DivScalar(clip, s.GradientAccumulation)
	}
	rate := func(i int) *graph.Node { return graph.Reshape(graph.Slice(rates, graph.AxisElem(i))) }
	keep, size, spread := rate(0), rate(1), rate(2)
	for i, p := range st.model.Parameters()[u.first:u.end] {
		gradient := graph.Mul(gradients[i], clip)
		m, v := st.moments[0][u.first+i], st.moments[1][u.first+i]
		first := graph.Add(graph.MulScalar(m.NodeValue(g), s.Beta1), graph.MulScalar(gradient, 1-s.Beta1))
		second := graph.Add(graph.MulScalar(v.NodeValue(g), s.Beta2), graph.MulScalar(graph.Square(gradient), 1-s.Beta2))
		m.SetNodeValue(first)
		v.SetNodeValue(second)

		weight := p.Variable.NodeValue(g)
		if s.WeightDecay > 0 && decays(p.Name) {
			weight = graph.Mul(weight, keep)
		}
		root := graph.AddScalar(graph.Mul(graph.Sqrt(second), spread), s.Epsilon)
		p.Variable.SetNodeValue(graph.Sub(weight, graph.Mul(size, graph.Div(first, root))))
	}
}

// rates returns what [stepper.updateGraph] takes in a step, counted from 0.
func (st *stepper) rates(step int, learningRate float64) *tensors.Tensor {
	s, t := st.settings, float64(step+1)
	return tensors.FromFlatDataAndDimensions([]float32{
		float32(1 - learningRate*s.WeightDecay),            // what decay leaves of a weight
		float32(learningRate / (1 - math.Pow(s.Beta1, t))), // step size, first moment's bias corrected
		float32(1 / math.Sqrt(1-math.Pow(s.Beta2, t))),     // second moment's bias correction
	}, 3)
}

// decays tells whether weight decay applies to a parameter: not to biases and
// not to layer normalisation, as in Hugging Face's Trainer.
func decays(name string) bool {
	return !strings.HasSuffix(name, ".bias") && !strings.Contains(name, ".ln_")
}
