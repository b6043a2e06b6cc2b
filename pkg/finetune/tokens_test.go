package finetune

import (
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
)

// Alone or among others, short or longer than the model's positions, the tokens of a text add
// up to the score that transformers gives it, and each stands at its own place.
func TestTokensAddUpToTransformers(t *testing.T) {
	ref, be, m := readReference(t), openEngine(t, "go"), tiny(t)
	text := ref.Text // of 101 tokens, for a model of 32 positions
	texts := [][]int32{text, text[:20], text[40:42], text[:33], text[:32]}
	calls := 0
	tokens, err := ScoreTokens(t.Context(), be, m, texts, func(done, total int) {
		if calls++; done != calls || total != 6+1+1+2+1 {
			t.Errorf("progress %d of %d at call %d", done, total, calls)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the long text's tokens", sumOf(tokens[0]), ref.Perplexity[0].Today.NLL, 1e-5)
	for i, ids := range texts {
		if len(tokens[i]) != len(ids)-1 {
			t.Fatalf("text %d of %d tokens has %d scores", i, len(ids), len(tokens[i]))
		}
		want, err := Perplexity(t.Context(), be, m, ids, perplexity.Options{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "a text's tokens", sumOf(tokens[i]), want.NLL, 1e-5)
	}
	// All but the first begin alike, and so do their scores.
	for i := range tokens[1] {
		for _, other := range []int{0, 3, 4} {
			near(t, "a token's score", float64(tokens[other][i]), float64(tokens[1][i]), 1e-5)
		}
	}
	if _, err := ScoreTokens(t.Context(), be, m, [][]int32{text, text[:1]}, nil); err == nil || !strings.Contains(err.Error(), "text 1") {
		t.Errorf("a text of one token: %v", err)
	}
}

func sumOf(values []float32) float64 {
	total := 0.0
	for _, v := range values {
		total += float64(v)
	}
	return total
}
