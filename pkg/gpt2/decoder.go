package gpt2

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
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
	weights []*tensors.Tensor // of the model's parameters, on the device
	prefill *graph.Exec
	step    *graph.Exec
	put     *graph.Exec
}

// NewDecoder returns a decoder of m on an engine. Where m computes in bfloat16 (see
// [Model.Computing]), the decoder has matrices rounded to it, in half the memory. The
// weights of m must not change from then on.
func NewDecoder(be compute.Backend, m *Model) (*Decoder, error) {
	weights, err := m.weightsOn(be)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: weights: %w", err)
	}
	n := len(weights)
	prefill, err := graph.NewExec(be, func(inputs []*graph.Node) []*graph.Node {
		return m.With(inputs[:n]).prefillGraph(inputs[n], inputs[n+1])
	})
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	step, err := graph.NewExec(be, func(inputs []*graph.Node) []*graph.Node {
		logits, fresh := m.With(inputs[:n]).stepGraph(inputs[n], inputs[n+1], inputs[n+2], inputs[n+3:])
		return []*graph.Node{logits, fresh}
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
		model: m, backend: be, weights: weights,
		prefill: prefill.SetMaxCache(-1), step: step.SetMaxCache(-1),
		put: put.SetMaxCache(-1).WithName(backend.InPlace("gpt2_cache", 2, 2*m.Config.NLayer)),
	}, nil
}

// weightsOn returns the parameters' values on an engine: matrices in bfloat16 where the model
// computes in it. They are moved part by part, since the first program would hold all of
// them twice for a while.
func (m *Model) weightsOn(be compute.Backend) ([]*tensors.Tensor, error) {
	const part = 128 << 20 // bytes
	var list []*tensors.Tensor
	var moved uintptr
	for _, p := range m.parameters {
		value, err := p.Variable.Value()
		if err != nil {
			return nil, err
		}
		if m.compute.BFloat16 && p.Shape.Rank() == 2 && p.Name != config.PositionEmbedding {
			if value, err = rounded(value); err != nil {
				return nil, err
			}
		}
		if err := value.ToDevice(be, 0); err != nil {
			return nil, fmt.Errorf("parameter %s: %w", p.Name, err)
		}
		list = append(list, value)
		if moved += uintptr(value.Shape().ByteSize()); moved >= part {
			debug.FreeOSMemory()
			moved = 0
		}
	}
	return list, nil
}

// rounded returns a copy in bfloat16.
func rounded(t *tensors.Tensor) (r *tensors.Tensor, err error) {
	err = tensors.ConstFlatData(t, func(flat []float32) {
		r = tensors.FromFlatDataAndDimensions(bfloat16.FromFloat32s(flat...), t.Shape().Dimensions...)
	})
	return r, err
}

// run runs a program on the weights and further inputs.
func (d *Decoder) run(program *graph.Exec, further ...*tensors.Tensor) ([]*tensors.Tensor, error) {
	inputs := make([]any, 0, len(d.weights)+len(further))
	for _, t := range d.weights {
		inputs = append(inputs, t)
	}
	for _, t := range further {
		inputs = append(inputs, t)
	}
	return program.Call(inputs...)
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
	read, err := d.run(d.prefill,
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
