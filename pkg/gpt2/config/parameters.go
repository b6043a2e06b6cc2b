package gpt2

import (
	"fmt"
)

// prefix stands before every name except the output weights'.
const prefix = "transformer."

// Names of the embeddings.
const (
	tokenEmbedding    = prefix + "wte.weight"
	positionEmbedding = prefix + "wpe.weight"
)

// outputWeights is the name of the output weights when they are not tied.
const outputWeights = "lm_head.weight"

// role of a parameter, which decides its first value.
type role int

const (
	weight   role = iota // drawn from N(0, initializer_range²)
	residual             // the same, scaled down: its product is added to the residual stream
	bias                 // zeros
	gain                 // ones: a layer normalisation's scale
)

// declaration is a parameter that a configuration asks for.
type declaration struct {
	name string
	dims []int
	role role
}

// declarations lists the parameters of a model in the order of its layers.
func (c Config) declarations() []declaration {
	e, inner := c.NEmbd, c.inner()
	list := []declaration{
		{tokenEmbedding, []int{c.VocabSize, e}, weight},
		{positionEmbedding, []int{c.NPositions, e}, weight},
	}
	for layer := range c.NLayer {
		block := blockPrefix(layer)
		list = append(list,
			declaration{block + "ln_1.weight", []int{e}, gain},
			declaration{block + "ln_1.bias", []int{e}, bias},
			declaration{block + "attn.c_attn.weight", []int{e, 3 * e}, weight},
			declaration{block + "attn.c_attn.bias", []int{3 * e}, bias},
			declaration{block + "attn.c_proj.weight", []int{e, e}, residual},
			declaration{block + "attn.c_proj.bias", []int{e}, bias},
			declaration{block + "ln_2.weight", []int{e}, gain},
			declaration{block + "ln_2.bias", []int{e}, bias},
			declaration{block + "mlp.c_fc.weight", []int{e, inner}, weight},
			declaration{block + "mlp.c_fc.bias", []int{inner}, bias},
			declaration{block + "mlp.c_proj.weight", []int{inner, e}, residual},
			declaration{block + "mlp.c_proj.bias", []int{e}, bias},
		)
	}
	list = append(list,
		declaration{prefix + "ln_f.weight", []int{e}, gain},
		declaration{prefix + "ln_f.bias", []int{e}, bias},
	)
	if !c.TieWordEmbeddings {
		list = append(list, declaration{outputWeights, []int{c.VocabSize, e}, weight})
	}
	return list
}

// Count returns the number of trainable values of a model of this configuration.
func (c Config) Count() int {
	total := 0
	for _, d := range c.declarations() {
		total += d.size()
	}
	return total
}

// blockPrefix stands before the names of one block's parameters.
func blockPrefix(layer int) string { return fmt.Sprintf("%sh.%d.", prefix, layer) }

// size returns the number of values of a parameter.
func (d declaration) size() int {
	size := 1
	for _, dim := range d.dims {
		size *= dim
	}
	return size
}
