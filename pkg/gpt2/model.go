package gpt2

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// Model is a GPT-2: a configuration and its weights. Get one from [New], [Load]
// or [Model.Clone]. It is not safe for use by several goroutines at once.
type Model struct {
	Config Config // to be read

	store      *model.Store
	parameters []Parameter
	byName     map[string]*model.Variable
	given      map[string]*graph.Node // see With
	compute    Compute
}

// Parameter is one trainable tensor of a model.
type Parameter struct {
	// Name as in Hugging Face's files, such as "transformer.h.0.attn.c_attn.weight".
	Name string
	// Shape is float32 with the dimensions of Hugging Face's files.
	Shape shapes.Shape
	// Variable holds the value in the model's store.
	Variable *model.Variable
}

// Count returns the number of values.
func (p Parameter) Count() int { return p.Shape.Size() }

// shapeOf returns the shape of a parameter.
func shapeOf(p config.Parameter) shapes.Shape { return shapes.Make(dtypes.Float32, p.Dims...) }

// newModel makes a model whose every parameter has the value that value returns.
func newModel(c Config, value func(config.Parameter) (*tensors.Tensor, error)) (*Model, error) {
	m := &Model{Config: c, store: model.NewStore(), byName: make(map[string]*model.Variable)}
	for _, declared := range c.Parameters() {
		tensor, err := value(declared)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", declared.Name, err)
		}
		if !tensor.Shape().Equal(shapeOf(declared)) {
			return nil, fmt.Errorf("parameter %s has shape %s: must be %s", declared.Name, tensor.Shape(), shapeOf(declared))
		}
		variable := m.store.VariableWithValue(declared.Name, tensor)
		m.byName[declared.Name] = variable
		m.parameters = append(m.parameters, Parameter{declared.Name, shapeOf(declared), variable})
	}
	return m, nil
}

// Store returns the GoMLX store of the weights, each under its own name at the
// root. A trainer may keep more variables in it (optimizer moments): [Model.Save]
// and [Model.Clone] leave those out.
func (m *Model) Store() *model.Store { return m.store }

// Parameters lists the trainable tensors in the order of the layers.
func (m *Model) Parameters() []Parameter { return m.parameters }

// Count returns the number of trainable values.
func (m *Model) Count() int {
	total := 0
	for _, parameter := range m.parameters {
		total += parameter.Count()
	}
	return total
}

// Clone returns an independent copy: training it leaves m as it is.
func (m *Model) Clone() (*Model, error) {
	return newModel(m.Config, func(p config.Parameter) (*tensors.Tensor, error) {
		values, err := m.values(p.Name)
		if err != nil {
			return nil, err
		}
		return tensors.FromFlatDataAndDimensions(values, p.Dims...), nil
	})
}

// values copies a parameter to the host.
func (m *Model) values(name string) ([]float32, error) {
	tensor, err := m.byName[name].Value()
	if err != nil {
		return nil, err
	}
	return tensors.CopyFlatData[float32](tensor)
}

// Computing returns a view of m whose graphs compute as c says; those of m compute in
// float32 throughout.
func (m *Model) Computing(c Compute) *Model {
	view := *m
	view.compute = c
	return &view
}

// With returns a view of m whose graphs take weights, nodes in the order of
// [Model.Parameters], for its parameters.
func (m *Model) With(weights []*graph.Node) *Model {
	view := *m
	view.given = make(map[string]*graph.Node, len(weights))
	for i, parameter := range m.parameters {
		view.given[parameter.Name] = weights[i]
	}
	return &view
}

// weight returns the node of a parameter in g.
func (m *Model) weight(g *graph.Graph, name string) *graph.Node {
	if m.given != nil {
		return m.given[name]
	}
	return m.byName[name].NodeValue(g)
}
