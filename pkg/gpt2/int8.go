package gpt2

import (
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// Int8 returns rounded weights; m is not changed.
func (m *Model) Int8() (*int8.Weights, error) {
	return int8.Round(m.Config, func(name string, use func(values []float32)) error {
		value, err := m.byName[name].Value()
		if err != nil {
			return err
		}
		return tensors.ConstFlatData(value, use)
	})
}

// FromInt8 returns the float32 model that has the rounded weights.
func FromInt8(w *int8.Weights) (*Model, error) {
	return newModel(w.Config, func(p config.Parameter) (*tensors.Tensor, error) {
		return tensors.FromFlatDataAndDimensions(w.Float32(p), p.Dims...), nil
	})
}
