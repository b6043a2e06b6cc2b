// Package gpt2test makes the models of tests whose reference values come from
// PyTorch: their weights are not stored, for scripts/fixtures/parity.py computes the
// same ones from the same hash.
//
// In: a configuration as Hugging Face writes it. Out: a model with weights in it.
package gpt2test

import (
	"hash/crc32"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Noise returns n numbers in [-1, 1) that depend on the name and on their place alone,
// as parity.py's noise does.
func Noise(name string, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		x := uint32(i)*0x9e3779b1 + crc32.ChecksumIEEE([]byte(name))
		x = (x ^ x>>15) * 0x85ebca6b
		x = (x ^ x>>13) * 0xc2b2ae35
		values[i] = float64(x^x>>16)/(1<<31) - 1
	}
	return values
}

// Model makes a model of the configuration (config.json) in which every weight is
// scale times the [Noise] of its parameter's name, and 1 more for the weights of layer
// normalisation, as parity.py's fill does.
func Model(config []byte, scale float64) (*gpt2.Model, error) {
	parsed, err := gpt2.ParseConfig(config)
	if err != nil {
		return nil, err
	}
	m, err := gpt2.New(parsed, 1)
	if err != nil {
		return nil, err
	}
	for _, p := range m.Parameters() {
		values := make([]float32, p.Count())
		for i, v := range Noise(p.Name, len(values)) {
			v *= scale
			if strings.Contains(p.Name, ".ln_") && strings.HasSuffix(p.Name, ".weight") {
				v++
			}
			values[i] = float32(v)
		}
		if err := p.Variable.SetValue(tensors.FromFlatDataAndDimensions(values, p.Shape.Dimensions...)); err != nil {
			return nil, err
		}
	}
	return m, nil
}
