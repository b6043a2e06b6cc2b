//go:build !js

package gpt2

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// Int8 rounds the weights, which stay as they are.
func (m *Model) Int8() (*Int8, error) {
	w := &Int8{m.Config, map[string]*vec.Matrix{}, map[string][]float32{}}
	var scratch []float32
	for _, d := range m.Config.declarations() {
		value, err := m.byName[d.name].Value()
		if err == nil {
			err = tensors.ConstFlatData(value, func(values []float32) {
				if d.isLinear() {
					scratch = slices.Grow(scratch[:0], len(values))[:len(values)]
					transpose(scratch, values, d.dims[0], d.dims[1])
					values = scratch
				}
				w.round(d, values)
			})
		}
		if err != nil {
			return nil, fmt.Errorf("rounding a GPT-2 to int8: parameter %s: %w", d.name, err)
		}
	}
	return w, nil
}

// Model returns the float32 model that has the rounded weights.
func (w *Int8) Model() (*Model, error) {
	return newModel(w.Config, func(d declaration) (*tensors.Tensor, error) {
		values := w.vectors[d.name]
		if m := w.matrices[d.name]; m != nil {
			values = make([]float32, m.Rows*m.Cols)
			for row := range m.Rows {
				m.Row(values[row*m.Cols:(row+1)*m.Cols], row)
			}
			if d.isLinear() {
				turned := make([]float32, len(values))
				transpose(turned, values, m.Rows, m.Cols)
				values = turned
			}
		}
		return tensors.FromFlatDataAndDimensions(values, d.dims...), nil
	})
}
