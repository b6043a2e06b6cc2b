package finetune

import (
	"strings"
	"testing"
)

// Tokens of texts short or longer than the model's positions have the scores that make up
// their text's, and each stands at its own place.
func TestTokensAddUpToTheirText(t *testing.T) {
	ref, be, m := readReference(t), openEngine(t, "go"), tiny(t)
	text := ref.Text // of 101 tokens, for a model of 32 positions
	texts := [][]int32{text, text[:20], text[40:42], text[:33], text[:32]}
	tokens, err := ScoreTokens(t.Context(), be, m, texts, nil)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := ScoreTexts(t.Context(), be, m, texts, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the long text's tokens", sumOf(tokens[0]), ref.Perplexity[0].Today.NLL, 1e-5)
	for i, ids := range texts {
		if len(tokens[i]) != len(ids)-1 {
			t.Fatalf("text %d of %d tokens has %d scores", i, len(ids), len(tokens[i]))
		}
		near(t, "a text's tokens", sumOf(tokens[i]), whole[i], 1e-6)
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
