package gpt2

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

// Save writes the model to a folder as transformers does: config.json and model.safetensors
// in float32, without lm_head.weight where it is tied. Each file is replaced atomically,
// the weights first, so that a folder with a config.json always has weights.
func (m *Model) Save(dir string) error {
	config, err := m.Config.File()
	if err != nil {
		return fmt.Errorf("saving a GPT-2: %w", err)
	}
	list := make([]tensorfile.Output, 0, len(m.parameters))
	for _, parameter := range m.parameters {
		list = append(list, tensorfile.Output{Name: parameter.Name, DType: "F32", Shape: parameter.Shape.Dimensions, Write: func(w io.Writer) error {
			values, err := m.values(parameter.Name)
			if err != nil {
				return err
			}
			return tensorfile.WriteFloat32(w, values)
		}})
	}
	err = home.WriteFile(filepath.Join(dir, tensorfile.SafetensorsFile), func(w io.Writer) error {
		return tensorfile.WriteSafetensors(w, list)
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
