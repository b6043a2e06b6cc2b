package int8

import (
	"maps"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// The decoder knows the activations that a configuration may name, and no other.
func TestActivationsAreThoseOfTheConfiguration(t *testing.T) {
	got, want := slices.Sorted(maps.Keys(activations)), slices.Sorted(slices.Values(config.Activations()))
	if !slices.Equal(got, want) {
		t.Errorf("the decoder has %q, configurations %q", got, want)
	}
}
