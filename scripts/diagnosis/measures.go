package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"
)

type config struct {
	NLayer     int `json:"n_layer"`
	NEmbd      int `json:"n_embd"`
	NHead      int `json:"n_head"`
	NPositions int `json:"n_positions"`
	VocabSize  int `json:"vocab_size"`
}

var models = map[string]config{
	"small": {4, 256, 4, 256, 8000},
	"gpt2":  {12, 768, 12, 1024, 50257},
	// As wide as GPT-2 small: the same products of matrices, and less to compile.
	"gpt2-2": {2, 768, 12, 1024, 50257},
}

// bench lines up what is measured, with random weights, and beside whom.
type bench struct {
	programs, folder string // folder is for files of its own
	platform         string // the engine's
	card             string // the GPU's name
	tf32             bool   // float32 matrices are multiplied in TF32
	python           python

	parts    []part
	contests []contest
	made     map[string]bool // models whose weights are made
}

// training is a step to be measured.
type training struct {
	name         string
	model        string
	rows, tokens int
	compute      string
}

// tolerances are by how much losses may lie apart: the same as in scripts/benchmarks/train.py.
var tolerances = map[string]float64{"float32": 1e-4, "tf32": 1e-2, "bfloat16": 2e-2}

// trainSmall measures the step of a small model, in which a GPU is not at work.
func (b *bench) trainSmall(quick bool) error {
	peers := trainers
	if quick || b.onGPU() {
		peers = nil
	}
	return b.train(training{"4 × 256, 4 × 256 tokens, float32", "small", 4, 256, "float32"}, peers)
}

// trainGPT2 measures a step of the study's size, and on a GPU one as GPUs like them.
func (b *bench) trainGPT2() error {
	err := b.train(training{"GPT-2 small, 2 × 512 tokens, float32", "gpt2", 2, 512, "float32"}, trainers)
	if b.onGPU() {
		err = errors.Join(err, b.train(training{"GPT-2 small, 16 × 1,024 tokens, bfloat16", "gpt2", 16, 1024, "bfloat16"}, trainers))
	}
	return err
}

// trainInHalf measures a step of the study's size in bfloat16.
func (b *bench) trainInHalf() error {
	return b.train(training{"GPT-2 small, 2 × 512 tokens, bfloat16", "gpt2", 2, 512, "bfloat16"}, nil)
}

func (b *bench) onGPU() bool { return b.platform == "cuda" }

// contend lines up ours, the others and ours again, which finds the first one's programs.
func (b *bench) contend(ours part, others []part, tolerance float64) {
	c := contest{name: ours.name, ours: []string{ours.name}, tolerance: tolerance}
	b.parts = append(b.parts, ours)
	for _, p := range others {
		p.name = ours.name + ", " + p.name
		b.parts, c.others = append(b.parts, p), append(c.others, p.name)
	}
	ours.name, ours.after = ours.name+", again", ours.name
	b.parts, c.ours = append(b.parts, ours), append(c.ours, ours.name)
	if others != nil {
		b.contests = append(b.contests, c)
	}
}

// train measures a training step.
func (b *bench) train(t training, peers []peer) error {
	ours, err := b.step(t)
	if err != nil {
		return err
	}
	ours.env = b.keep()
	if t.compute == "float32" && b.tf32 {
		t.compute = "tf32"
	}
	others := b.beside(peers, ours, t.compute)
	if t.compute == "bfloat16" && b.onGPU() {
		steady := ours
		steady.name = "without flash attention"
		others = append([]part{steady}, others...)
		ours.command = append(slices.Clip(ours.command), "--flash")
	}
	b.contend(ours, others, tolerances[t.compute])
	return nil
}

// step is our training step.
func (b *bench) step(t training) (part, error) {
	if err := b.weights(t.model); err != nil {
		return part{}, err
	}
	batch := filepath.Join(b.folder, fmt.Sprintf("%s-%dx%d.json", t.model, t.rows, t.tokens))
	if err := writeJSON(batch, ids(t.rows, t.tokens)); err != nil {
		return part{}, err
	}
	turns, turn := 4, 1
	if b.onGPU() { // which the host need not wait for after each step
		turns, turn = 5, 10
	}
	w := work{tokens: t.rows * t.tokens, turn: turn, flops: models[t.model].flops(t.rows, t.tokens), peak: b.peak(t.compute)}
	return part{
		name: "training step: " + t.name,
		command: []string{
			filepath.Join(b.programs, "step"), "--model", filepath.Join(b.folder, t.model), "--batch", batch,
			"--steps", fmt.Sprint(turns * turn), "--turn", fmt.Sprint(turn), "--compute", t.compute,
		},
		turns: turns, limit: 90 * time.Second, after: weightsOf(t.model), judge: w.judge,
	}, nil
}

// decode measures how texts are continued.
func (b *bench) decode() error {
	if err := b.weights("gpt2"); err != nil {
		return err
	}
	for _, d := range []struct {
		name     string
		settings map[string]any
		tokens   int
	}{
		{"greedy, 100 tokens", map[string]any{"do_sample": false, "min_length": 132, "max_length": 132}, 100},
		{"ten beams, drawn, 60 tokens", map[string]any{"do_sample": true, "num_beams": 10, "num_return_sequences": 10, "top_k": 100, "min_length": 92, "max_length": 92}, 600},
	} {
		file := filepath.Join(b.folder, fmt.Sprintf("work-%d.json", d.tokens))
		if err := writeJSON(file, map[string]any{"prompt": ids(1, 32)[0], "settings": d.settings}); err != nil {
			return err
		}
		ours := part{
			name:    "decoding, GPT-2 small: " + d.name,
			command: []string{filepath.Join(b.programs, "generate"), "--model", filepath.Join(b.folder, "gpt2"), "--work", file},
			env:     b.keep(), turns: 4, limit: 90 * time.Second, after: weightsOf("gpt2"),
			judge: work{tokens: d.tokens, turn: 1}.judge,
		}
		others := b.beside(generators, ours, "float32")
		if b.onGPU() {
			half := ours
			half.name, half.command = "in bfloat16", append(slices.Clip(ours.command), "--compute", "bfloat16")
			others = append([]part{half}, others...)
		}
		b.contend(ours, others, 0)
	}
	return nil
}

// keep has compiled programs kept for as long as the doctor is at work.
func (b *bench) keep() []string {
	return []string{"HEMICICLO_CACHE=" + filepath.Join(b.folder, "cache")}
}

// peak is what the card multiplies matrices at, at most; 0 where that is not known.
func (b *bench) peak(compute string) float64 {
	if !b.onGPU() {
		return 0
	}
	if compute == "float32" && b.tf32 {
		compute = "tf32"
	}
	return peakOf(b.card, compute)
}

func weightsOf(model string) string { return "weights of " + model }

// weights has a model's weights made, at random.
func (b *bench) weights(model string) error {
	if b.made[model] {
		return nil
	}
	if b.made == nil {
		b.made = map[string]bool{}
	}
	b.made[model] = true
	b.parts = append(b.parts, part{
		name:    weightsOf(model),
		command: []string{filepath.Join(b.programs, "step"), "-init", filepath.Join(b.folder, model+".json"), "-model", filepath.Join(b.folder, model)},
		limit:   time.Minute,
		judge:   func([]byte) (string, *figures, error) { return "made at random", nil, nil },
	})
	return writeJSON(filepath.Join(b.folder, model+".json"), models[model])
}

// ids returns rows of token ids that every model here knows; the same ones every time.
func ids(rows, tokens int) [][]int32 {
	dice := rand.New(rand.NewPCG(1, 2))
	list := make([][]int32, rows)
	for i := range list {
		for range tokens {
			list[i] = append(list[i], int32(dice.IntN(models["small"].VocabSize-1)))
		}
	}
	return list
}

func writeJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}
