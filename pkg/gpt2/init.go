//go:build !js

package gpt2

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/tensors"
)

// New returns a model with fresh weights drawn from seed, as transformers
// initialises GPT-2: weights and embeddings from N(0, initializer_range²), the
// projections back into the residual stream from a normal narrower by
// 1/√(2·n_layer), biases 0, layer normalisations 1.
//
// Weights are drawn on the host, each tensor from its own stream, so they are the
// same on every engine.
func New(config Config, seed uint64) (*Model, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	return newModel(config, func(d declaration) (*tensors.Tensor, error) {
		return tensors.FromFlatDataAndDimensions(config.fresh(d, seed), d.dims...), nil
	})
}

// fresh returns the first values of a parameter.
func (c Config) fresh(d declaration, seed uint64) []float32 {
	values := make([]float32, d.size())
	deviation := c.InitializerRange
	switch d.role {
	case bias:
		return values
	case gain:
		for i := range values {
			values[i] = 1
		}
		return values
	case residual:
		deviation /= math.Sqrt(2 * float64(c.NLayer))
	}
	stream := fnv.New64a()
	_, _ = stream.Write([]byte(d.name))
	random := rand.New(rand.NewPCG(seed, stream.Sum64()))
	for i := range values {
		values[i] = float32(random.NormFloat64() * deviation)
	}
	return values
}
