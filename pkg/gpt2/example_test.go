package gpt2_test

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

func ExampleNew() {
	config := gpt2.DefaultConfig() // GPT-2 small
	config.VocabSize, config.NPositions = 4000, 128
	config.NLayer, config.NEmbd, config.NHead = 4, 256, 4
	config.BOSTokenID, config.PadTokenID, config.EOSTokenID = gpt2.TokenID(0), gpt2.TokenID(1), gpt2.TokenID(2)
	m, err := gpt2.New(config, 2020)
	if err != nil {
		fmt.Println(err)
		return
	}
	first := m.Parameters()[0]
	fmt.Println(m.Count(), "values;", first.Name, first.Shape.Dimensions)
	// Output: 4216320 values; transformer.wte.weight [4000 256]
}

// A training step is a graph that takes token ids and the state of the dropout,
// and sets every parameter's new value: here by plain gradient descent.
func ExampleModel_Loss() {
	config := gpt2.DefaultConfig()
	config.VocabSize, config.NPositions, config.NLayer, config.NEmbd, config.NHead = 16, 8, 1, 16, 2
	config.BOSTokenID, config.EOSTokenID = nil, nil
	m, err := gpt2.New(config, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := backend.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	step, err := model.NewExec(engine.Backend, m.Store(), func(_ *model.Scope, ids, state *graph.Node) *graph.Node {
		loss := m.Loss(ids, gpt2.NewDropout(m.Config.Dropout(), state))
		var weights []*graph.Node
		for _, p := range m.Parameters() {
			weights = append(weights, p.Variable.NodeValue(ids))
		}
		for i, gradient := range graph.Gradient(loss, weights...) {
			m.Parameters()[i].Variable.SetNodeValue(graph.Sub(weights[i], graph.MulScalar(gradient, 0.5)))
		}
		return loss
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ids := [][]int32{{1, 2, 3, 4, 5, 6, 7, 8}, {9, 8, 7, 6, 5, 4, 3, 2}}
	for n := range uint64(61) {
		loss, err := step.Call(ids, gpt2.DropoutState(1, n))
		if err != nil {
			fmt.Println(err)
			return
		}
		if n%60 == 0 {
			fmt.Printf("step %d: loss %.0f\n", n, tensors.ToScalar[float32](loss[0]))
		}
	}
	// Output:
	// step 0: loss 3
	// step 60: loss 0
}
