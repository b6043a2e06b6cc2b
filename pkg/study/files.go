package study

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// How the files of the run folder are written and read.

// writeJSON writes a value for people to read too.
func writeJSON(path string, value any) error {
	return home.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	})
}

func readJSON(path string, value any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("leer %s: %w; bórrelo para rehacer ese paso", path, err)
	}
	return nil
}

// decoded is what a JSON file holds.
func decoded[T any](path string) (value T, err error) {
	err = readJSON(path, &value)
	return value, err
}

// readText reads a text file of the run folder.
func readText(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("leer el texto: %w", err)
	}
	return string(data), nil
}

// isMissing tells a file that is not there from one that cannot be read.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
