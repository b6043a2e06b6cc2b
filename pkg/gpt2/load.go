package gpt2

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

const configFile = "config.json"

// Load reads a GPT-2 from a Hugging Face folder: config.json, and the weights from the
// first of model.safetensors, model.safetensors.index.json with its shards, and PyTorch's
// pytorch_model.bin (either of its formats) that is there. Weights in float32, float16 or
// bfloat16 become float32; names may lack the prefix "transformer.", as in OpenAI's own
// "gpt2". A tied lm_head.weight, the causal masks and other buffers that old versions saved
// are left out. Every other tensor that is missing, unexpected or of the wrong shape is
// named in one joint error, and so is the first that holds NaN or an infinity.
//
// Tensors are read one by one in small pieces, so peak memory is little more than the
// weights themselves. Nothing in a file is ever executed: a PyTorch file that names
// anything but tensors is refused.
func Load(dir string) (*Model, error) {
	c, err := config.Read(filepath.Join(dir, configFile))
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %w", err)
	}
	weights, err := tensorfile.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %w", err)
	}
	defer weights.Close()
	m, err := fromTensors(c, weights.Tensors)
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %s: %w", weights.Path, err)
	}
	return m, nil
}

// fromTensors makes the model that c describes with the weights in a file.
func fromTensors(c Config, inFile map[string]tensorfile.Tensor) (*Model, error) {
	found, err := match(inFile, c)
	if err != nil {
		return nil, err
	}
	return newModel(c, func(p config.Parameter) (*tensors.Tensor, error) {
		tensor := tensors.FromShape(shapeOf(p))
		var failed error
		err := tensors.MutableFlatData(tensor, func(values []float32) {
			failed = found[p.Name].ReadFinite(values)
		})
		return tensor, errors.Join(failed, err)
	})
}

// match finds the tensor of every declared parameter, by its full name.
func match(inFile map[string]tensorfile.Tensor, c Config) (map[string]tensorfile.Tensor, error) {
	named := make(map[string]tensorfile.Tensor, len(inFile))
	var wrong []string
	for name, tensor := range inFile {
		full := name
		if name != config.OutputWeights && !strings.HasPrefix(name, config.Prefix) {
			full = config.Prefix + name
		}
		if isBuffer(full) {
			continue
		}
		if _, twice := named[full]; twice {
			wrong = append(wrong, fmt.Sprintf("%s is there with and without the prefix %q", full, config.Prefix))
		}
		named[full] = tensor
	}
	declared := c.Parameters()
	if _, present := named[config.OutputWeights]; present && c.TieWordEmbeddings {
		// Its values are those of the token embedding, which transformers takes too.
		declared = append(declared, config.Parameter{Name: config.OutputWeights, Dims: []int{c.VocabSize, c.NEmbd}})
	}
	found := make(map[string]tensorfile.Tensor, len(named))
	for _, p := range declared {
		tensor, present := named[p.Name]
		if !present {
			wrong = append(wrong, p.Name+" is missing")
			continue
		}
		delete(named, p.Name)
		if !slices.Equal(tensor.Shape, p.Dims) {
			wrong = append(wrong, fmt.Sprintf("%s has shape %v where %s asks for %v", p.Name, tensor.Shape, configFile, p.Dims))
		}
		found[p.Name] = tensor
	}
	for name := range named {
		wrong = append(wrong, name+" is unexpected")
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return nil, errors.New("tensors do not fit the configuration: " + strings.Join(wrong, "; "))
	}
	return found, nil
}

// isBuffer tells whether a tensor is one of the constants that old versions of
// transformers saved with the weights: the causal mask and its fill value.
func isBuffer(name string) bool {
	return strings.HasSuffix(name, ".attn.bias") || strings.HasSuffix(name, ".attn.masked_bias")
}
