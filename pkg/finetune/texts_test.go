package finetune

import (
	"strings"
	"testing"
)

// Alone or among others, short or longer than the model's positions, a text has
// the score that transformers gives it.
func TestTextsScoredAloneAreTransformers(t *testing.T) {
	ref, be, m := readReference(t), openEngine(t, "go"), tiny(t)
	text := ref.Text // of 101 tokens, for a model of 32 positions
	texts := [][]int32{text, text[:20], text[40:42], text[:33], text[:32]}
	calls := 0
	got, err := ScoreTexts(t.Context(), be, m, texts, func(done, total int) {
		if calls++; done != calls || total != 6+1+1+2+1 {
			t.Errorf("progress %d of %d at call %d", done, total, calls)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if today := ref.Perplexity[0]; today.Window != 32 || today.Stride != 16 {
		t.Fatalf("the first reference has window %d and stride %d", today.Window, today.Stride)
	}
	near(t, "the long text's score", got[0], ref.Perplexity[0].Today.NLL, 1e-5)
	for i, ids := range texts {
		want, err := Perplexity(t.Context(), be, m, ids, PerplexityOptions{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "a text's score", got[i], want.NLL, 1e-5)
	}
	if _, err := ScoreTexts(t.Context(), be, m, [][]int32{text, text[:1]}, nil); err == nil || !strings.Contains(err.Error(), "text 1") {
		t.Errorf("a text of one token: %v", err)
	}
}
