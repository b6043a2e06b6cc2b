package score

import (
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/backend/memory"
)

// ErrOutOfMemory says that the device has too little memory to score texts.
var ErrOutOfMemory = errors.New("out of memory: lower the perplexity's BatchSize or Window, or free memory of the device (texts that are scored one by one are read a few at a time already)")

// explained makes [ErrOutOfMemory] of an engine's error, if it is one of memory.
func explained(err error) error {
	if memory.Exhausted(err) {
		return fmt.Errorf("%w: %w", ErrOutOfMemory, err)
	}
	return err
}
