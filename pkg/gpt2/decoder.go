package gpt2

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/internal/rows"
)

// Every new shape is compiled, so shapes are rounded up in steps.
const (
	// promptStep is what the length of the longest prompt is rounded up to.
	promptStep = 32
	// slotStep is what the number of cache slots is rounded up to.
	slotStep = 64
	// spareSlots is how many cache slots each beam gets at first for tokens that it does
	// not share with all other beams of its prompt. The beams of a search soon descend from
	// a common branch; where they do not, the cache grows.
	spareSlots = 8
)

// Decoder scores texts token by token on one engine, keeping the keys and values
// of earlier tokens on the device. It compiles one graph for a prompt and one for
// a further token, for each number of rows and (rounded up) length. It is not safe
// for use by several goroutines at once.
type Decoder struct {
	model   *Model
	backend compute.Backend
	prefill *model.Exec
	step    *model.Exec
	put     *graph.Exec
}

// NewDecoder returns a decoder of m on an engine. The weights of m must not change
// while a [Decoding] is under way.
func NewDecoder(be compute.Backend, m *Model) (*Decoder, error) {
	if err := m.toDevice(be); err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: weights: %w", err)
	}
	prefill, err := model.NewExec(be, m.store, func(_ *model.Scope, ids, last *graph.Node) []*graph.Node {
		return m.prefillGraph(ids, last)
	})
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	step, err := model.NewExec(be, m.store, func(_ *model.Scope, inputs []*graph.Node) (logits, fresh *graph.Node) {
		return m.stepGraph(inputs[0], inputs[1], inputs[2], inputs[3:])
	})
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	put, err := graph.NewExec(be, func(inputs []*graph.Node) []*graph.Node {
		return putGraph(inputs[0], inputs[1], inputs[2:])
	})
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	return &Decoder{
		model: m, backend: be,
		prefill: prefill.SetMaxCache(-1), step: step.SetMaxCache(-1),
		put: put.SetMaxCache(-1).WithName(backend.InPlace("gpt2_cache", 2, 2*m.Config.NLayer)),
	}, nil
}

// Start reads prompts, one a row, and makes room for further tokens in each. No prompt may
// be empty or longer than the model's positions. A row's results do not depend on the other
// rows, except for rounding if their number or greatest length differs.
func (d *Decoder) Start(prompts [][]int32, further int) (*Decoding, error) {
	return d.StartBeams(prompts, 1, further)
}

// StartBeams is [Decoder.Start] with several rows for each prompt: row p·beams+b is
// beam b of prompt p. Beams of a prompt may take over from each other with
// [Decoding.AppendFrom]. A prompt that is given several times is read once.
func (d *Decoder) StartBeams(prompts [][]int32, beams, further int) (*Decoding, error) {
	begun, err := rows.New(d.model.Config, prompts, beams, further)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	unique, which := rows.Distinct(prompts)
	longest, lengths := 0, make([]int, len(prompts))
	for p, prompt := range prompts {
		longest, lengths[p] = max(longest, len(prompt)), len(prompt)
	}
	length := roundUp(longest, promptStep)
	ids, last := make([]int32, len(unique)*length), make([]int32, len(unique))
	for u, prompt := range unique {
		last[u] = int32(u*length + len(prompt) - 1)
		copy(ids[u*length:], prompt)
	}
	read, err := d.prefill.Call(
		tensors.FromFlatDataAndDimensions(ids, len(unique), length),
		tensors.FromFlatDataAndDimensions(last, len(unique)))
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: reading prompts: %w", err)
	}
	logits, parts := read[0], read[1:]
	slots := longest + further
	if beams > 1 {
		slots += beams * spareSlots
	}
	cache, err := newCache(d, parts, which, lengths, beams, roundUp(slots, slotStep))
	for _, part := range parts {
		err = errors.Join(err, part.FinalizeAll())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("GPT-2 decoder: keeping prompts: %w", err), logits.FinalizeAll())
	}
	s := &Decoding{decoder: d, cache: cache, logits: logits, rows: begun}
	for row := range len(prompts) * beams {
		s.scored = append(s.scored, which[row/beams])
	}
	return s, nil
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }
