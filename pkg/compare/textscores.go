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

// ScoreTexts gives each text's score under the model, each text alone, after the one token
// that stands before a tweet ([corpus.Encoding.Tweet]): all the context that it gets.
// Nothing is said of where a text ends. Scores of two models are comparable where they
// share an encoding, and their difference is the logarithm of the likelihood ratio.
func ScoreTexts(ctx context.Context, be compute.Backend, m Model, texts []string, progress func(done, total int)) ([]TextScore, error) {
	model, encoding, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("compare: model %s: %w", m.Name, err)
	}
	ids := make([][]int32, len(texts))
	scores := make([]TextScore, len(texts))
	for i, s := range texts {
		ids[i], scores[i].Bytes = encoding.Tweet(s)
		scores[i].Tokens = len(ids[i]) - 1
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
