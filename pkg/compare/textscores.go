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

// TokenScores is how well a model predicts each token of one text.
type TokenScores struct {
	TextScore
	Pieces []string  // the bytes of each scored token, see [lean.Words]
	NLLs   []float32 // of each, in nats: they add up to NLL
}

// ScoreTexts gives each text's score under the model, each text alone, after the one token
// that stands before a tweet ([corpus.Encoding.Tweet]): all the context that it gets.
// Nothing is said of where a text ends. Scores of two models are comparable where they
// share an encoding, and their difference is the logarithm of the likelihood ratio.
func ScoreTexts(ctx context.Context, be compute.Backend, m Model, texts []string, progress func(done, total int)) ([]TextScore, error) {
	tokens, err := ScoreTokens(ctx, be, m, texts, progress)
	if err != nil {
		return nil, err
	}
	scores := make([]TextScore, len(texts))
	for i, t := range tokens {
		scores[i] = t.TextScore
	}
	return scores, nil
}

// ScoreTokens is [ScoreTexts] with the score of each token.
func ScoreTokens(ctx context.Context, be compute.Backend, m Model, texts []string, progress func(done, total int)) ([]TokenScores, error) {
	model, encoding, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("compare: model %s: %w", m.Name, err)
	}
	ids := make([][]int32, len(texts))
	scores := make([]TokenScores, len(texts))
	for i, s := range texts {
		ids[i], scores[i].Bytes = encoding.Tweet(s)
		scores[i].Tokens = len(ids[i]) - 1
		scores[i].Pieces = encoding.Pieces(ids[i])[1:]
	}
	nll, err := finetune.ScoreTokens(ctx, be, model, ids, progress)
	if err != nil {
		return nil, fmt.Errorf("compare: model %s: %w", m.Name, err)
	}
	for i := range scores {
		scores[i].NLLs = nll[i]
		for _, v := range nll[i] {
			scores[i].NLL += float64(v)
		}
	}
	return scores, nil
}
