//go:build !js

package gpt2

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

const configFile = "config.json"

// Load reads a GPT-2 from a Hugging Face folder: config.json, and the weights from
// the first of model.safetensors, model.safetensors.index.json with its shards, and
// PyTorch's pytorch_model.bin (either of its formats) that is there. Weights in
// float32, float16 or bfloat16 become float32; names may lack the prefix
// "transformer.", as in OpenAI's own "gpt2". A tied lm_head.weight, the causal masks
// and other buffers that old versions saved are left out. Any other tensor that is
// missing, unexpected or of another shape is named in the error, all in one; so is
// the first that holds NaN or an infinity.
//
// Tensors are read one by one in small pieces: the peak of memory is little above
// the weights themselves. Nothing in a file is ever executed: a PyTorch file that
// names anything but tensors is refused.
func Load(dir string) (*Model, error) {
	config, err := readConfig(filepath.Join(dir, configFile))
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %w", err)
	}
	weights, err := tensorfile.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %w", err)
	}
	defer weights.Close()
	m, err := fromTensors(config, weights.Tensors)
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %s: %w", weights.Path, err)
	}
	return m, nil
}

// fromTensors makes the model that config describes with the weights in a file.
func fromTensors(config Config, inFile map[string]tensorfile.Tensor) (*Model, error) {
	found, err := match(inFile, config)
	if err != nil {
		return nil, err
	}
	return newModel(config, func(d declaration) (*tensors.Tensor, error) {
		tensor := tensors.FromShape(d.shape())
		var failed error
		err := tensors.MutableFlatData(tensor, func(values []float32) {
			if failed = found[d.name].ReadFloat32(values); failed == nil {
				failed = checkFinite(values)
			}
		})
		return tensor, errors.Join(failed, err)
	})
}

// match finds the tensor of every declared parameter, by its full name.
func match(inFile map[string]tensorfile.Tensor, config Config) (map[string]tensorfile.Tensor, error) {
	named := make(map[string]tensorfile.Tensor, len(inFile))
	var wrong []string
	for name, tensor := range inFile {
		full := name
		if name != outputWeights && !strings.HasPrefix(name, prefix) {
			full = prefix + name
		}
		if isBuffer(full) {
			continue
		}
		if _, twice := named[full]; twice {
			wrong = append(wrong, fmt.Sprintf("%s is there with and without the prefix %q", full, prefix))
		}
		named[full] = tensor
	}
	declared := config.declarations()
	if _, present := named[outputWeights]; present && config.TieWordEmbeddings {
		// Its values are those of the token embedding, which transformers takes too.
		declared = append(declared, declaration{outputWeights, []int{config.VocabSize, config.NEmbd}, weight})
	}
	found := make(map[string]tensorfile.Tensor, len(named))
	for _, d := range declared {
		tensor, present := named[d.name]
		if !present {
			wrong = append(wrong, d.name+" is missing")
			continue
		}
		delete(named, d.name)
		if !slices.Equal(tensor.Shape, d.dims) {
			wrong = append(wrong, fmt.Sprintf("%s has shape %v where %s asks for %v", d.name, tensor.Shape, configFile, d.dims))
		}
		found[d.name] = tensor
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
