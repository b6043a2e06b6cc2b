package score_test

import (
	"errors"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"

	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
)

// full is an engine whose device has no memory left, as XLA says it of a GPU.
type full struct{ compute.Backend }

var errFull = errors.New("PJRT error (code=8): Allocator (GPU_0_bfc) has no room for 80000000000 bytes")

func (full) HasSharedBuffers() bool { return false }

func (full) BufferFromFlatData(compute.DeviceNum, any, shapes.Shape) (compute.Buffer, error) {
	return nil, errFull
}

func TestOutOfMemoryIsExplained(t *testing.T) {
	be := &full{engine(t)}
	model := trained(t, be, tokenizer(t, 275), "mar", "")
	_, perplexities := score.Perplexities(t.Context(), be, []score.Model{model}, texts, score.PerplexityOptions{})
	_, tokens := score.Tokens(t.Context(), be, model, []string{texts[0].Text}, nil)
	_, rounding := score.Rounding(t.Context(), be, model, []string{"el mar"})
	for name, err := range map[string]error{"Perplexities": perplexities, "Tokens": tokens, "Rounding": rounding} {
		if !errors.Is(err, score.ErrOutOfMemory) || !errors.Is(err, errFull) {
			t.Errorf("%s: error %v, want %v, and the device's", name, err, score.ErrOutOfMemory)
		}
	}
}
