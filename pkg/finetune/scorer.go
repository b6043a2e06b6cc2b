package finetune

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// scorer gives the negative log-likelihood of tokens, many rows at once, in one
// compiled shape.
type scorer struct {
	exec  *model.Exec
	batch int // rows at once
	width int // tokens in a row
}

func newScorer(be compute.Backend, m *gpt2.Model, batch, width int) (*scorer, error) {
	exec, err := model.NewExec(be, m.Store(), func(_ *model.Scope, ids *graph.Node) *graph.Node {
		return m.TokenNLL(ids)
	})
	if err != nil {
		return nil, err
	}
	return &scorer{exec, batch, width}, nil
}

func (s *scorer) close() { s.exec.Finalize() }

// score calls each with the index of a row of texts and the negative log-likelihoods (in
// nats) of its tokens but the first. Rows may be shorter than the width: the padding after
// them does not affect them.
func (s *scorer) score(ctx context.Context, texts [][]int32, each func(row int, nll []float32)) error {
	flat := make([]int32, s.batch*s.width)
	for start := 0; start < len(texts); start += s.batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		group := texts[start:min(start+s.batch, len(texts))]
		clear(flat)
		for i, row := range group {
			copy(flat[i*s.width:(i+1)*s.width], row)
		}
		ids := tensors.FromFlatDataAndDimensions(flat, s.batch, s.width)
		out, err := s.exec.Call(ids)
		_ = ids.FinalizeAll()
		if err != nil {
			return fmt.Errorf("scoring: %w", err)
		}
		values, err := tensors.CopyFlatData[float32](out[0]) // [B·(T−1)]
		if err != nil {
			return fmt.Errorf("scoring: %w", err)
		}
		_ = out[0].FinalizeAll()
		for i, row := range group {
			first := i * (s.width - 1)
			each(start+i, values[first:first+max(0, len(row)-1)])
		}
	}
	return nil
}

// meanLoss returns the mean negative log-likelihood over all scored tokens of
// texts, each with the same weight, and their number.
func (s *scorer) meanLoss(ctx context.Context, texts [][]int32) (loss float64, tokens int, err error) {
	sum := 0.0
	err = s.score(ctx, texts, func(_ int, nll []float32) {
		for _, v := range nll {
			sum += float64(v)
		}
		tokens += len(nll)
	})
	return sum / float64(max(1, tokens)), tokens, err
}
