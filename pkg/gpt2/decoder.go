package gpt2

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Every new shape is compiled anew, so shapes come in steps.
const (
	// promptStep is what the length of the longest prompt is rounded up to.
	promptStep = 32
	// cacheStep is what the number of cache slots is rounded up to.
	cacheStep = 64
)

// NoToken given to [Decoding.Append] ends a row.
const NoToken int32 = -1

// Decoder scores texts token by token on one engine, keeping the keys and values
// of earlier tokens on the device. It compiles one graph for a prompt and one for
// a further token, for each number of rows and (rounded up) length. It is not safe
// for use by several goroutines at once.
type Decoder struct {
	model   *Model
	backend compute.Backend
	step    *model.Exec
	reorder *model.Exec

	prefills map[int]*model.Exec // by the number of cache slots
}

// NewDecoder returns a decoder of m on an engine. The weights of m must not change
// while a [Decoding] is under way.
func NewDecoder(backend compute.Backend, m *Model) (*Decoder, error) {
	d := &Decoder{model: m, backend: backend, prefills: make(map[int]*model.Exec)}
	step, err := model.NewExec(backend, m.store, func(_ *model.Scope, inputs []*graph.Node) []*graph.Node {
		return m.stepGraph(inputs[0], inputs[1], inputs[2], inputs[3:])
	})
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	d.step = step.SetMaxCache(-1)
	reorder, err := model.NewExec(backend, m.store, func(_ *model.Scope, inputs []*graph.Node) []*graph.Node {
		return takeRows(inputs[0], inputs[1:])
	})
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	d.reorder = reorder.SetMaxCache(-1)
	return d, nil
}

// prefill returns the executor that reads prompts into a cache of that many slots.
func (d *Decoder) prefill(slots int) (*model.Exec, error) {
	if exec, made := d.prefills[slots]; made {
		return exec, nil
	}
	m := d.model
	exec, err := model.NewExec(d.backend, m.store, func(_ *model.Scope, ids, start *graph.Node) []*graph.Node {
		return m.prefillGraph(ids, start, slots)
	})
	if err != nil {
		return nil, err
	}
	d.prefills[slots] = exec.SetMaxCache(-1)
	return exec, nil
}

// Decoding is a number of rows under way: prompts and what was appended to them.
// All rows grow together. It is not safe for use by several goroutines at once.
type Decoding struct {
	decoder *Decoder
	start   *tensors.Tensor   // [R] int32: the slot of the first token of each row of the cache
	cache   []*tensors.Tensor // keys and values of each layer in turn, [R,H,C,D]
	logits  *tensors.Tensor   // [R,V]
	places  []int32           // [B]: where each row stands in the cache
	beams   int               // rows of each prompt
	slot    int               // the slot of the next token
	left    int               // how many more tokens fit
	lengths []int             // of each row, in tokens
}

// Start reads prompts, one a row, and makes room for further tokens in each. No
// prompt may be empty or longer than the model's positions. A row's
// results do not depend on the other rows, but for rounding where their number or
// greatest length differs.
func (d *Decoder) Start(prompts [][]int32, further int) (*Decoding, error) {
	return d.StartBeams(prompts, 1, further)
}

// StartBeams is [Decoder.Start] with several rows for each prompt: row p·beams+b is
// beam b of prompt p. Beams of a prompt may take over from each other with
// [Decoding.AppendFrom].
func (d *Decoder) StartBeams(prompts [][]int32, beams, further int) (*Decoding, error) {
	if beams < 1 {
		return nil, fmt.Errorf("GPT-2 decoder: %d beams", beams)
	}
	longest, err := d.check(prompts, further)
	if err != nil {
		return nil, err
	}
	// Prompts end at the same slot; shorter ones begin later.
	length := roundUp(longest, promptStep)
	slots := roundUp(length+further, cacheStep)
	ids := make([]int32, len(prompts)*length)
	starts := make([]int32, len(prompts))
	s := &Decoding{decoder: d, beams: beams, slot: length, left: further}
	for p, prompt := range prompts {
		starts[p] = int32(length - len(prompt))
		copy(ids[(p+1)*length-len(prompt):], prompt)
		for range beams {
			s.places = append(s.places, int32(p))
			s.lengths = append(s.lengths, len(prompt))
		}
	}
	exec, err := d.prefill(slots)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: %w", err)
	}
	s.start = tensors.FromFlatDataAndDimensions(starts, len(prompts))
	outputs, err := exec.Call(tensors.FromFlatDataAndDimensions(ids, len(prompts), length), s.start)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: reading prompts: %w", err)
	}
	s.logits, s.cache = outputs[0], outputs[1:]
	return s, nil
}

// check refuses prompts that cannot be decoded and returns the longest's length.
func (d *Decoder) check(prompts [][]int32, further int) (longest int, err error) {
	if len(prompts) == 0 {
		return 0, errors.New("GPT-2 decoder: no prompts")
	}
	if further < 0 {
		return 0, fmt.Errorf("GPT-2 decoder: %d further tokens", further)
	}
	config := d.model.Config
	for row, prompt := range prompts {
		if len(prompt) == 0 {
			return 0, fmt.Errorf("GPT-2 decoder: prompt %d is empty", row)
		}
		if len(prompt) > config.NPositions {
			return 0, fmt.Errorf("GPT-2 decoder: prompt %d has %d tokens: the model has %d positions", row, len(prompt), config.NPositions)
		}
		for _, id := range prompt {
			if err := config.checkToken(id); err != nil {
				return 0, fmt.Errorf("GPT-2 decoder: prompt %d: %w", row, err)
			}
		}
		longest = max(longest, len(prompt))
	}
	return longest, nil
}

// checkToken tells whether id is a token of the vocabulary.
func (c Config) checkToken(id int32) error {
	if id < 0 || int(id) >= c.VocabSize {
		return fmt.Errorf("token %d is not in the vocabulary of %d", id, c.VocabSize)
	}
	return nil
}

// Logits returns a copy of each row's scores of the next token: [B][V]. They are
// the caller's to change.
func (s *Decoding) Logits() ([][]float32, error) {
	flat, err := tensors.CopyFlatData[float32](s.logits)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 decoder: reading logits: %w", err)
	}
	vocabulary := s.decoder.model.Config.VocabSize
	rows := make([][]float32, len(s.places))
	for row, place := range s.places {
		scores := flat[int(place)*vocabulary : (int(place)+1)*vocabulary : (int(place)+1)*vocabulary]
		if row > 0 && place == s.places[row-1] { // beams that stand where the prompt ended
			scores = slices.Clone(scores)
		}
		rows[row] = scores
	}
	return rows, nil
}

// Append adds one token to every row and scores the next. A row that is given
// [NoToken] ends: its logits mean nothing from then on.
func (s *Decoding) Append(tokens []int32) error {
	parents := make([]int, len(s.places))
	for row := range parents {
		parents[row] = row
	}
	return s.AppendFrom(parents, tokens)
}

// AppendFrom replaces every row by what row parents[row] held, a beam of the same
// prompt, with one token more, and scores the next. A row that is given [NoToken]
// ends: its logits mean nothing from then on, nor do those of rows that take over
// from it.
func (s *Decoding) AppendFrom(parents []int, tokens []int32) error {
	rows := len(s.places)
	if len(tokens) != rows || len(parents) != rows {
		return fmt.Errorf("GPT-2 decoder: %d tokens and %d parents for %d rows", len(tokens), len(parents), rows)
	}
	if s.left == 0 {
		return errors.New("GPT-2 decoder: no room for a further token")
	}
	tokens = slices.Clone(tokens)
	places, lengths := make([]int32, rows), make([]int, rows)
	for row, parent := range parents {
		if parent < 0 || parent >= rows || parent/s.beams != row/s.beams {
			return fmt.Errorf("GPT-2 decoder: row %d cannot take over from row %d: it is no beam of the same prompt", row, parent)
		}
		places[row], lengths[row] = s.places[parent], s.lengths[parent]
		if tokens[row] == NoToken {
			tokens[row] = 0
			continue
		}
		if err := s.decoder.model.Config.checkToken(tokens[row]); err != nil {
			return fmt.Errorf("GPT-2 decoder: row %d: %w", row, err)
		}
		if lengths[row]++; lengths[row] > s.decoder.model.Config.NPositions {
			return fmt.Errorf("GPT-2 decoder: row %d has no position left for a further token", row)
		}
	}
	if err := s.take(places); err != nil {
		return fmt.Errorf("GPT-2 decoder: beams: %w", err)
	}
	s.lengths = lengths
	inputs := []any{tensors.FromFlatDataAndDimensions(tokens, rows), tensors.FromScalar(int32(s.slot)), s.start}
	for _, part := range s.cache {
		donated, err := graph.DonateTensorBuffer(part, s.decoder.backend, 0)
		if err != nil {
			return fmt.Errorf("GPT-2 decoder: %w", err)
		}
		inputs = append(inputs, donated)
	}
	outputs, err := s.decoder.step.Call(inputs...)
	if err != nil {
		return fmt.Errorf("GPT-2 decoder: a further token: %w", err)
	}
	if err := s.logits.FinalizeAll(); err != nil {
		return fmt.Errorf("GPT-2 decoder: %w", err)
	}
	s.logits, s.cache = outputs[0], outputs[1:]
	s.slot++
	s.left--
	return nil
}

// take reorders the cache: row i of it becomes what row places[i] was.
func (s *Decoding) take(places []int32) error {
	same := s.start.Shape().Dimensions[0] == len(places)
	for row := range places {
		same = same && int(places[row]) == row
		s.places[row] = int32(row)
	}
	if same {
		return nil
	}
	inputs := []any{tensors.FromFlatDataAndDimensions(places, len(places)), s.start}
	for _, part := range s.cache {
		inputs = append(inputs, part)
	}
	outputs, err := s.decoder.reorder.Call(inputs...)
	if err != nil {
		return err
	}
	freed := []error{s.start.FinalizeAll()}
	for _, part := range s.cache {
		freed = append(freed, part.FinalizeAll())
	}
	s.start, s.cache = outputs[0], outputs[1:]
	return errors.Join(freed...)
}

// Close frees what the rows hold on the device.
func (s *Decoding) Close() error {
	freed := []error{s.logits.FinalizeAll(), s.start.FinalizeAll()}
	for _, part := range s.cache {
		freed = append(freed, part.FinalizeAll())
	}
	return errors.Join(freed...)
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }
