package gpt2

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
)

// Names of the files in a Hugging Face folder.
const (
	configFile  = "config.json"
	weightsFile = "model.safetensors"
)

// Load reads a GPT-2 from a Hugging Face folder: config.json and
// model.safetensors. Weights in float32, float16 or bfloat16 become float32;
// names may lack the prefix "transformer.", as in OpenAI's own "gpt2". A tied
// lm_head.weight, the causal masks and other buffers that old versions saved are
// left out. Any other tensor that is missing, unexpected or of another shape is
// named in the error, all in one.
func Load(dir string) (*Model, error) {
	config, err := readConfig(filepath.Join(dir, configFile))
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %w", err)
	}
	path := filepath.Join(dir, weightsFile)
	m, err := loadWeights(path, config)
	if err != nil {
		return nil, fmt.Errorf("loading a GPT-2: %s: %w", path, err)
	}
	return m, nil
}

// loadWeights makes the model that config describes with the weights at path.
func loadWeights(path string, config Config) (*Model, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	entries, start, err := readHeader(file, info.Size())
	if err != nil {
		return nil, err
	}
	found, err := match(entries, config)
	if err != nil {
		return nil, err
	}
	return newModel(config, func(d declaration) (*tensors.Tensor, error) {
		values, err := readFloats(file, start, found[d.name])
		if err != nil {
			return nil, err
		}
		return tensors.FromFlatDataAndDimensions(values, d.dims...), nil
	})
}

// match finds the entry of every declared parameter, by its full name.
func match(entries map[string]entry, config Config) (map[string]entry, error) {
	named := make(map[string]entry, len(entries))
	var wrong []string
	for name, tensor := range entries {
		full := name
		if name != outputWeights && !strings.HasPrefix(name, prefix) {
			full = prefix + name
		}
		if isBuffer(full) || full == outputWeights && config.TieWordEmbeddings {
			continue
		}
		if _, twice := named[full]; twice {
			wrong = append(wrong, fmt.Sprintf("%s is there with and without the prefix %q", full, prefix))
		}
		named[full] = tensor
	}
	found := make(map[string]entry, len(named))
	for _, d := range config.declarations() {
		tensor, present := named[d.name]
		if !present {
			wrong = append(wrong, d.name+" is missing")
			continue
		}
		delete(named, d.name)
		if !sameDims(tensor.Shape, d.dims) {
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

func sameDims(shape []int64, dims []int) bool {
	return slices.EqualFunc(shape, dims, func(a int64, b int) bool { return a == int64(b) })
}
