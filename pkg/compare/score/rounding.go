package score

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gomlx/compute"
	"golang.org/x/sync/errgroup"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// roundingBatch is how many texts are read side by side.
const roundingBatch = 16

// Rounding scores texts with a model's weights and with the same weights in int8. Texts
// longer than the model's positions are left out. The error may be [ErrOutOfMemory].
func Rounding(ctx context.Context, be compute.Backend, m Model, texts []string) (compare.Rounding, error) {
	r, err := rounding(ctx, be, m, texts)
	if err != nil {
		return compare.Rounding{}, fmt.Errorf("score: rounding model %s: %w", m.Name, explained(err))
	}
	return r, nil
}

func rounding(ctx context.Context, be compute.Backend, m Model, texts []string) (compare.Rounding, error) {
	model, encoding, err := m.Open()
	if err != nil {
		return compare.Rounding{}, err
	}
	var ids [][]int32
	bytes := 0
	for _, text := range texts {
		tokens, n := encoding.Tweet(text)
		if len(tokens) > 1 && len(tokens) <= model.Config.NPositions {
			ids, bytes = append(ids, tokens), bytes+n
		}
	}
	if len(ids) == 0 {
		return compare.Rounding{}, errors.New("there are no texts that fit the model's positions")
	}
	// The longest first, so that texts of about one length are read side by side.
	slices.SortStableFunc(ids, func(a, b []int32) int { return len(b) - len(a) })

	decoder, err := gpt2.NewDecoder(be, model)
	if err != nil {
		return compare.Rounding{}, err
	}
	weights, err := model.Int8()
	if err != nil {
		return compare.Rounding{}, err
	}
	var exact, rounded predictions
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		exact, err = predict(ctx, ids, func(prompts [][]int32, further int) (decoding, error) {
			return decoder.Start(prompts, further)
		})
		return err
	})
	group.Go(func() (err error) {
		rounded, err = predict(ctx, ids, func(prompts [][]int32, further int) (decoding, error) {
			return int8.NewDecoder(weights).StartBeams(prompts, 1, further)
		})
		return err
	})
	if err := group.Wait(); err != nil {
		return compare.Rounding{}, err
	}
	same := 0
	for i, token := range exact.likeliest {
		if token == rounded.likeliest[i] {
			same++
		}
	}
	perByte := func(p predictions) float64 { return p.nats / math.Ln2 / float64(bytes) }
	return compare.Rounding{
		Texts: len(ids), Tokens: len(exact.likeliest), SameLikeliest: float64(same) / float64(len(exact.likeliest)),
		Float32: perByte(exact), Int8: perByte(rounded),
	}, nil
}

// decoding is what both decoders start.
type decoding interface {
	Logits() ([][]float32, error)
	Append(tokens []int32) error
	Close() error
}

// predictions are those of the tokens of texts, but for the first of each.
type predictions struct {
	nats      float64 // sum of the negative log-likelihoods
	likeliest []int32
}

// predict scores texts in batches.
func predict(ctx context.Context, texts [][]int32, start func(prompts [][]int32, further int) (decoding, error)) (p predictions, err error) {
	for batch := range slices.Chunk(texts, roundingBatch) {
		if err := ctx.Err(); err != nil {
			return p, err
		}
		prompts := make([][]int32, len(batch))
		for row, ids := range batch {
			prompts[row] = ids[:1]
		}
		d, err := start(prompts, len(batch[0])-1)
		if err != nil {
			return p, err
		}
		if err := errors.Join(p.read(d, batch), d.Close()); err != nil {
			return p, err
		}
	}
	return p, nil
}

// read adds the predictions of texts of which a decoding has read the first tokens. The
// longest text is the first.
func (p *predictions) read(d decoding, texts [][]int32) error {
	for place := 1; place < len(texts[0]); place++ {
		scores, err := d.Logits()
		if err != nil {
			return err
		}
		next := make([]int32, len(texts))
		for row, ids := range texts {
			if next[row] = gpt2.NoToken; place < len(ids) {
				next[row] = ids[place]
				p.add(scores[row], ids[place])
			}
		}
		if err := d.Append(next); err != nil {
			return err
		}
	}
	return nil
}

// add adds the prediction of a token.
func (p *predictions) add(scores []float32, token int32) {
	likeliest := 0
	for i, score := range scores {
		if score > scores[likeliest] {
			likeliest = i
		}
	}
	p.nats += math.Log(vec.SumExp(scores, scores[likeliest])) - float64(scores[token]-scores[likeliest])
	p.likeliest = append(p.likeliest, int32(likeliest))
}
