package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// WriteJSON writes a value for people to read too.
func WriteJSON(path string, value any) error {
	return home.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	})
}

// ReadJSON reads a value; the error names the file and the mend.
func ReadJSON(path string, value any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("leer %s: %w; bórrelo para rehacer ese paso", path, err)
	}
	return nil
}

// Decoded is the value that a JSON file holds.
func Decoded[T any](path string) (value T, err error) {
	err = ReadJSON(path, &value)
	return value, err
}

// ReadText reads a text file of the run folder.
func ReadText(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("leer el texto: %w", err)
	}
	return string(data), nil
}

// IsMissing tells a file that is not there from one that cannot be read.
func IsMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
