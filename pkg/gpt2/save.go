package gpt2

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// Save writes the model to a folder as transformers does: config.json and
// model.safetensors in float32, without lm_head.weight where it is tied. Each file
// is replaced whole; the weights come first, so that a folder with a config.json
// has weights too.
func (m *Model) Save(dir string) error {
	config, err := m.Config.marshal()
	if err != nil {
		return fmt.Errorf("saving a GPT-2: %w", err)
	}
	list := make([]namedTensor, 0, len(m.parameters))
	for _, parameter := range m.parameters {
		list = append(list, namedTensor{parameter.Name, "F32", parameter.Shape.Dimensions, func(w io.Writer) error {
			values, err := m.values(parameter.Name)
			if err != nil {
				return err
			}
			return writeFloats(w, values)
		}})
	}
	err = home.WriteFile(filepath.Join(dir, weightsFile), func(w io.Writer) error {
		return writeSafetensors(w, list)
	})
	if err != nil {
		return fmt.Errorf("saving a GPT-2: %w", err)
	}
	err = home.WriteFile(filepath.Join(dir, configFile), func(w io.Writer) error {
		_, err := w.Write(config)
		return err
	})
	if err != nil {
		return fmt.Errorf("saving a GPT-2: %w", err)
	}
	return nil
}
