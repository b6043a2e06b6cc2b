package finetune

import (
	"math"
	"strings"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// clipEpsilon keeps the clipping factor finite, as torch.nn.utils.clip_grad_norm_ does.
const clipEpsilon = 1e-6

// updateGraph builds AdamW's update (Loshchilov and Hutter, "Decoupled Weight Decay
// Regularization", 2019) with torch.optim.AdamW's arithmetic: weights, first moments,
// second moments and gradients of all parameters, the gradients summed over the batches of
// a step, and the step's rates [3] → updated weights, first moments and second moments, and
// the global norm of the gradients.
func (st *stepper) updateGraph(inputs []*graph.Node) []*graph.Node {
	parameters, s := st.model.Parameters(), st.settings
	n := len(parameters)
	weights, firsts, seconds, gradients := inputs[:n], inputs[n:2*n], inputs[2*n:3*n], inputs[3*n:4*n]
	rates := inputs[4*n]
	rate := func(i int) *graph.Node { return graph.Reshape(graph.Slice(rates, graph.AxisElem(i))) }
	keep, size, spread := rate(0), rate(1), rate(2)
	norm := st.norm(gradients)
	clip := st.clip(norm)
	outputs := make([]*graph.Node, 3*n+1)
	for i, p := range parameters {
		gradient := graph.Mul(gradients[i], clip)
		first := graph.Add(graph.MulScalar(firsts[i], s.Beta1), graph.MulScalar(gradient, 1-s.Beta1))
		second := graph.Add(graph.MulScalar(seconds[i], s.Beta2), graph.MulScalar(graph.Square(gradient), 1-s.Beta2))

		weight := weights[i]
		if s.WeightDecay > 0 && decays(p.Name) {
			weight = graph.Mul(weight, keep)
		}
		root := graph.AddScalar(graph.Mul(graph.Sqrt(second), spread), s.Epsilon)
		outputs[i] = graph.Sub(weight, graph.Mul(size, graph.Div(first, root)))
		outputs[n+i], outputs[2*n+i] = first, second
	}
	outputs[3*n] = norm
	return outputs
}

// norm builds the global norm of the gradients, a scalar, from their sums over the batches
// of a step.
func (st *stepper) norm(gradients []*graph.Node) *graph.Node {
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

// clip builds the scalar factor that turns the gradients summed over a step's batches into
// their mean, clipped to MaxGradNorm.
func (st *stepper) clip(norm *graph.Node) *graph.Node {
	s, factor := st.settings, graph.OnesLike(norm)
	if s.MaxGradNorm > 0 {
		longest := graph.Scalar(norm.Graph(), norm.DType(), s.MaxGradNorm)
		factor = graph.Min(factor, graph.Div(longest, graph.AddScalar(norm, clipEpsilon)))
	}
	if s.GradientAccumulation > 1 {
		factor = graph.DivScalar(factor, s.GradientAccumulation)
	}
	return factor
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
