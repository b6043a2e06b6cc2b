//go:build !js

package generate

import (
	"context"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// New returns a generator of a model, whose weights must not change while it works.
func New(be compute.Backend, m *gpt2.Model) (*Generator, error) {
	decoder, err := gpt2.NewDecoder(be, m)
	if err != nil {
		return nil, err
	}
	return &Generator{m.Config, func(prompts [][]int32, beams, further int) (decoding, error) {
		return decoder.StartBeams(prompts, beams, further)
	}}, nil
}

// Generate continues every prompt, NumReturnSequences times each; the texts come in
// the order of the prompts. It is a [Generator]'s [Generator.Text] for one call.
func Generate(ctx context.Context, be compute.Backend, m *gpt2.Model, tokenizer Tokenizer, prompts []string, o Options) ([]Text, error) {
	generator, err := New(be, m)
	if err != nil {
		return nil, err
	}
	return generator.Text(ctx, tokenizer, prompts, o)
}
