package compare

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/finetune"
)

// TextScore is how well a model predicts one text.
type TextScore struct {
	Tokens int     `json:"tokens"` // scored
	Bytes  int     `json:"bytes"`  // of the scored tokens
	NLL    float64 `json:"nll"`    // sum of their negative log-likelihoods, in nats
}

// opening stands before a text that is scored alone, as it does where tweets
// follow each other in the text that the models learnt from: two blanks. In a
// byte-level BPE the first is a token of its own, which is all the context that
// the text gets; the second belongs to the text's first word.
const opening = "  "

// ScoreTexts gives each text's score under the model, each text alone, after the
// two blanks that part tweets. (The other context that offers itself, the token
// that begins a text, does not occur in the study's training text, so that the
// models know nothing of what follows it.) Nothing is said of where a text ends.
// Scores of two models are comparable where they share a tokenizer, and their
// difference is the logarithm of the likelihood ratio.
func ScoreTexts(ctx context.Context, be compute.Backend, m Model, texts []string, progress func(done, total int)) ([]TextScore, error) {
	model, tokenizer, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("compare: model %s: %w", m.Name, err)
	}
	ids := make([][]int32, len(texts))
	scores := make([]TextScore, len(texts))
	for i, s := range texts {
		ids[i] = tokenizer.Encode(opening + s)
		scores[i].Tokens = len(ids[i]) - 1
		scores[i].Bytes = len(opening+s) - len(tokenizer.Decode(ids[i][:1]))
	}
	nll, err := finetune.ScoreTexts(ctx, be, model, ids, progress)
	if err != nil {
		return nil, fmt.Errorf("compare: model %s: %w", m.Name, err)
	}
	for i := range scores {
		scores[i].NLL = nll[i]
	}
	return scores, nil
}
