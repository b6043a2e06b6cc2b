package config

import "fmt"

// Prefix stands before every parameter's name except the output weights'.
const Prefix = "transformer."

// Names of the embeddings.
const (
	TokenEmbedding    = Prefix + "wte.weight"
	PositionEmbedding = Prefix + "wpe.weight"
)

// OutputWeights is the name of the output weights when they are not tied.
const OutputWeights = "lm_head.weight"

// Role of a parameter, which decides its first value.
type Role int

const (
	Weight   Role = iota // drawn from N(0, initializer_range²)
	Residual             // the same, scaled down: its product is added to the residual stream
	Bias                 // zeros
	Gain                 // ones: a layer normalisation's scale
)

// Parameter is a trainable tensor that a configuration asks for.
type Parameter struct {
	// Name as in Hugging Face's files, such as "transformer.h.0.attn.c_attn.weight".
	Name string
	// Dims as in Hugging Face's files: [in, out] of the weights of linear layers, as
	// GPT-2's Conv1D has them.
	Dims []int
	Role Role
}

// Parameters lists the parameters of a model in the order of its layers.
func (c GPT2) Parameters() []Parameter {
	e, inner := c.NEmbd, c.Inner()
	list := []Parameter{
		{TokenEmbedding, []int{c.VocabSize, e}, Weight},
		{PositionEmbedding, []int{c.NPositions, e}, Weight},
	}
	for layer := range c.NLayer {
		block := BlockPrefix(layer)
		list = append(list,
			Parameter{block + "ln_1.weight", []int{e}, Gain},
			Parameter{block + "ln_1.bias", []int{e}, Bias},
			Parameter{block + "attn.c_attn.weight", []int{e, 3 * e}, Weight},
			Parameter{block + "attn.c_attn.bias", []int{3 * e}, Bias},
			Parameter{block + "attn.c_proj.weight", []int{e, e}, Residual},
			Parameter{block + "attn.c_proj.bias", []int{e}, Bias},
			Parameter{block + "ln_2.weight", []int{e}, Gain},
			Parameter{block + "ln_2.bias", []int{e}, Bias},
			Parameter{block + "mlp.c_fc.weight", []int{e, inner}, Weight},
			Parameter{block + "mlp.c_fc.bias", []int{inner}, Bias},
			Parameter{block + "mlp.c_proj.weight", []int{inner, e}, Residual},
			Parameter{block + "mlp.c_proj.bias", []int{e}, Bias},
		)
	}
	list = append(list,
		Parameter{Prefix + "ln_f.weight", []int{e}, Gain},
		Parameter{Prefix + "ln_f.bias", []int{e}, Bias},
	)
	if !c.TieWordEmbeddings {
		list = append(list, Parameter{OutputWeights, []int{c.VocabSize, e}, Weight})
	}
	return list
}

// Count returns the number of trainable values of a model of this configuration.
func (c GPT2) Count() int {
	total := 0
	for _, p := range c.Parameters() {
		total += p.Count()
	}
	return total
}

// BlockPrefix stands before the names of one block's parameters.
func BlockPrefix(layer int) string { return fmt.Sprintf("%sh.%d.", Prefix, layer) }

// Count returns the number of values.
func (p Parameter) Count() int {
	count := 1
	for _, dim := range p.Dims {
		count *= dim
	}
	return count
}
