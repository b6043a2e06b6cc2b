package finetune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// tokensAtOnce bounds the tokens of one batch of texts, and so the memory that
// their logits take. narrowest is the smallest width that gets a program of its
// own: narrower ones cost more to compile than they save.
const (
	tokensAtOnce = 1024
	narrowest    = 32
)

// ScoreTokens scores each text by itself and returns the negative log-likelihood, in nats,
// of every token except the first, which serves as context only. A text longer than the
// model's positions is read in windows that overlap by half, each token scored once, as in
// [Perplexity]. Progress, when set, is called as texts are done.
func ScoreTokens(ctx context.Context, be compute.Backend, m *gpt2.Model, texts [][]int32, progress func(done, total int)) ([][]float32, error) {
	nll, err := scoreTokens(ctx, be, m, texts, progress)
	if err != nil {
		return nil, fmt.Errorf("score tokens: %w", err)
	}
	return nll, nil
}

func scoreTokens(ctx context.Context, be compute.Backend, m *gpt2.Model, texts [][]int32, progress func(done, total int)) ([][]float32, error) {
	positions := m.Config.NPositions
	// rows are the windows of all texts, the shortest first.
	type row struct {
		text int
		window
	}
	var rows []row
	nll := make([][]float32, len(texts))
	for i, ids := range texts {
		if len(ids) < 2 {
			return nil, fmt.Errorf("text %d has %d tokens: one of context and one to score are the least", i, len(ids))
		}
		if err := checkIDs("scored", ids, m.Config); err != nil {
			return nil, fmt.Errorf("text %d: %w", i, err)
		}
		for _, w := range windowsToday(len(ids), perplexity.Options{Window: positions, Stride: max(1, positions/2)}) {
			rows = append(rows, row{i, w})
		}
		nll[i] = make([]float32, len(ids)-1)
	}
	if len(rows) == 0 {
		return nil, errors.New("there are no texts")
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.end-a.begin, b.end-b.begin) })

	done, total := 0, len(rows)
	for width := min(narrowest, positions); len(rows) > 0; width = min(2*width, positions) {
		n, _ := slices.BinarySearchFunc(rows, width+1, func(r row, length int) int { return cmp.Compare(r.end-r.begin, length) })
		if n == 0 {
			continue
		}
		group := rows[:n]
		rows = rows[n:]
		ids := make([][]int32, n)
		for i, r := range group {
			ids[i] = texts[r.text][r.begin:r.end]
		}
		s, err := newScorer(be, m, max(1, min(tokensAtOnce/width, n)), width)
		if err != nil {
			return nil, err
		}
		err = s.score(ctx, ids, func(i int, values []float32) {
			// Element t of a text's scores is of its token t+1.
			r := group[i]
			targets := min(r.targets, len(values))
			copy(nll[r.text][r.end-1-targets:r.end-1], values[len(values)-targets:])
			if done++; progress != nil {
				progress(done, total)
			}
		})
		s.close()
		if err != nil {
			return nil, err
		}
	}
	return nll, nil
}
