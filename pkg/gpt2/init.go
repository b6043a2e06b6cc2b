package gpt2

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// New returns a model with fresh weights drawn from seed, as transformers
// initialises GPT-2: weights and embeddings from N(0, initializer_range²), the
// projections back into the residual stream from a normal narrower by
// 1/√(2·n_layer), biases 0, layer normalisations 1.
//
// Weights are drawn on the host, each tensor from its own stream, so they are the
// same on every engine.
func New(c Config, seed uint64) (*Model, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return newModel(c, func(p config.Parameter) (*tensors.Tensor, error) {
		return tensors.FromFlatDataAndDimensions(fresh(c, p, seed), p.Dims...), nil
	})
}

// fresh returns the first values of a parameter.
func fresh(c Config, p config.Parameter, seed uint64) []float32 {
	values := make([]float32, p.Count())
	deviation := c.InitializerRange
	switch p.Role {
	case config.Bias:
		return values
	case config.Gain:
		for i := range values {
			values[i] = 1
		}
		return values
	case config.Residual:
		deviation /= math.Sqrt(2 * float64(c.NLayer))
	}
	stream := fnv.New64a()
	_, _ = stream.Write([]byte(p.Name))
	random := rand.New(rand.NewPCG(seed, stream.Sum64()))
	for i := range values {
		values[i] = float32(random.NormFloat64() * deviation)
	}
	return values
}
