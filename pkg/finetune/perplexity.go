package finetune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/perplexity"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Perplexity scores ids under m with a sliding window: each window begins Stride tokens
// after the previous one, and only the tokens that no earlier window covered are scored. So
// each token is predicted once, with as much context as the window allows, and all tokens
// have the same weight. The text's first token is never predicted. With Stride = Window the
// same is true of the first token of every window, and a Stride above Window skips tokens.
// This is the procedure of the transformers documentation, "Perplexity of fixed-length
// models".
//
// Results with different windows, strides or vocabularies are not comparable; across
// vocabularies use BitsPerByte.
func Perplexity(ctx context.Context, be compute.Backend, m *gpt2.Model, ids []int32, o perplexity.Options) (perplexity.Result, error) {
	r, err := measure(ctx, be, m, ids, o)
	if err != nil {
		return perplexity.Result{}, fmt.Errorf("perplexity: %w", err)
	}
	return r, nil
}

func measure(ctx context.Context, be compute.Backend, m *gpt2.Model, ids []int32, o perplexity.Options) (perplexity.Result, error) {
	o.Window = cmp.Or(o.Window, m.Config.NPositions)
	o.Stride = cmp.Or(o.Stride, max(1, o.Window/2))
	o.BatchSize = cmp.Or(o.BatchSize, 8)
	switch {
	case o.Window < 2 || o.Window > m.Config.NPositions:
		return perplexity.Result{}, fmt.Errorf("option Window is %d: must be from 2 to the model's %d positions", o.Window, m.Config.NPositions)
	case o.Stride < 1:
		return perplexity.Result{}, fmt.Errorf("option Stride is %d: must be above 0", o.Stride)
	case o.BatchSize < 1:
		return perplexity.Result{}, fmt.Errorf("option BatchSize is %d: must be above 0", o.BatchSize)
	case len(ids) < 2:
		return perplexity.Result{}, errors.New("the text has fewer than 2 tokens")
	}
	if err := checkIDs("scored", ids, m.Config); err != nil {
		return perplexity.Result{}, err
	}
	today, in2020 := windowsToday(len(ids), o), windows2020(len(ids), o)

	// Most windows are the same in both procedures: each is scored once.
	var texts [][]int32
	rowOf := make(map[[2]int]int)
	for _, w := range append(today[:len(today):len(today)], in2020...) {
		if _, known := rowOf[w.span()]; !known && w.end-w.begin > 1 {
			rowOf[w.span()] = len(texts)
			texts = append(texts, ids[w.begin:w.end])
		}
	}
	nll := make([][]float64, len(texts))
	s, err := newScorer(be, m, min(o.BatchSize, len(texts)), o.Window)
	if err != nil {
		return perplexity.Result{}, err
	}
	defer s.close()
	err = s.score(ctx, texts, func(row int, values []float32) {
		nll[row] = make([]float64, len(values))
		for i, v := range values {
			nll[row][i] = float64(v)
		}
	})
	if err != nil {
		return perplexity.Result{}, err
	}
	// predicted returns the scores of a window's targets.
	predicted := func(w window) []float64 {
		if w.end-w.begin < 2 {
			return nil
		}
		all := nll[rowOf[w.span()]] // of the tokens from begin+1 on
		return all[len(all)-min(w.targets, len(all)):]
	}

	r := perplexity.Result{Tokens: len(ids)}
	for _, w := range today {
		scores := predicted(w)
		r.NLL += sum(scores)
		r.Scored += len(scores)
	}
	mean := r.NLL / float64(r.Scored)
	r.Perplexity = math.Exp(mean)
	total := 0.0
	for _, w := range in2020 {
		if scores := predicted(w); len(scores) > 0 {
			total += sum(scores) / float64(len(scores)) * float64(w.targets)
		}
	}
	r.Perplexity2020 = math.Exp(total / float64(len(ids)))
	if o.Bytes > 0 {
		r.BitsPerByte = mean / math.Ln2 * float64(r.Tokens) / float64(o.Bytes)
	}
	return r, nil
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

// window is a stretch of the text whose last targets tokens are scored.
type window struct {
	begin, end int // tokens [begin, end)
	targets    int
}

func (w window) span() [2]int { return [2]int{w.begin, w.end} }

// windowsToday are those of today's transformers documentation.
func windowsToday(n int, o perplexity.Options) []window {
	var list []window
	counted := 0
	for begin := 0; begin < n && counted < n; begin += o.Stride {
		end := min(begin+o.Window, n)
		list = append(list, window{begin, end, end - counted})
		counted = end
	}
	return list
}

// windows2020 are those of the documentation that the study followed, in which
// the first window is only a stride long.
func windows2020(n int, o perplexity.Options) []window {
	var list []window
	for i := 0; i < n; i += o.Stride {
		list = append(list, window{max(i+o.Stride-o.Window, 0), min(i+o.Stride, n), min(i+o.Stride, n) - i})
	}
	return list
}
