package score

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
)

// Texts scores each text under the model by itself, with only the token that precedes every
// tweet ([corpus.Encoding.Tweet]) as context. The end of a text is not scored. Scores of
// two models are comparable if they share an encoding, and their difference is the
// logarithm of the likelihood ratio. The error may be [ErrOutOfMemory].
func Texts(ctx context.Context, be compute.Backend, m Model, texts []string, progress func(done, total int)) ([]compare.TextScore, error) {
	tokens, err := Tokens(ctx, be, m, texts, progress)
	if err != nil {
		return nil, err
	}
	scores := make([]compare.TextScore, len(texts))
	for i, t := range tokens {
		scores[i] = t.TextScore
	}
	return scores, nil
}

// Tokens is [Texts] with the score of each token.
func Tokens(ctx context.Context, be compute.Backend, m Model, texts []string, progress func(done, total int)) ([]compare.TokenScores, error) {
	model, encoding, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("score: model %s: %w", m.Name, err)
	}
	ids := make([][]int32, len(texts))
	scores := make([]compare.TokenScores, len(texts))
	for i, s := range texts {
		ids[i], scores[i].Bytes = encoding.Tweet(s)
		scores[i].Tokens = len(ids[i]) - 1
		scores[i].Pieces = encoding.Pieces(ids[i])[1:]
	}
	nll, err := finetune.ScoreTokens(ctx, be, model, ids, progress)
	if err != nil {
		return nil, fmt.Errorf("score: model %s: %w", m.Name, explained(err))
	}
	for i := range scores {
		scores[i].NLLs = nll[i]
		for _, v := range nll[i] {
			scores[i].NLL += float64(v)
		}
	}
	return scores, nil
}
