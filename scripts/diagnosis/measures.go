package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
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

var (
	small = config{4, 256, 4, 256, 8000}
	gpt2  = config{12, 768, 12, 1024, 50257}
)

// measures times training steps and decoding with random weights, in a folder of its own.
// Each is measured in two processes, of which the second finds the first one's programs.
func measures(programs, folder string, quick, gpu bool) ([]part, error) {
	type training struct {
		name         string
		model        string
		rows, tokens int
		compute      string
		slow         bool
	}
	for name, c := range map[string]config{"small": small, "gpt2": gpt2} {
		if err := writeJSON(filepath.Join(folder, name+".json"), c); err != nil {
			return nil, err
		}
	}
	var parts []part
	made := map[string]bool{}
	makeModel := func(name string) {
		if made[name] {
			return
		}
		made[name] = true
		parts = append(parts, part{
			name:    "weights of " + name,
			command: []string{filepath.Join(programs, "step"), "-init", filepath.Join(folder, name+".json"), "-model", filepath.Join(folder, name)},
			limit:   time.Minute,
			judge:   func([]byte) (string, map[string]float64, error) { return "made at random", nil, nil },
		})
	}
	kept := []string{"HEMICICLO_CACHE=" + filepath.Join(folder, "cache")}
	if gpu {
		kept = []string{"HEMICICLO_CACHE=cuda:" + filepath.Join(folder, "cache")}
	}
	steps, texts := 5, 3
	if gpu {
		steps, texts = 30, 5
	}
	for _, t := range []training{
		{"4 × 256, 4 × 256 tokens, float32", "small", 4, 256, "float32", false},
		{"GPT-2 small, 2 × 512 tokens, float32", "gpt2", 2, 512, "float32", true},
		{"GPT-2 small, 2 × 512 tokens, bfloat16", "gpt2", 2, 512, "bfloat16", true},
		{"GPT-2 small, 16 × 1,024 tokens, bfloat16", "gpt2", 16, 1024, "bfloat16", true},
	} {
		if t.slow && quick || t.rows > 4 && !gpu {
			continue
		}
		makeModel(t.model)
		batch := filepath.Join(folder, fmt.Sprintf("%s-%dx%d.json", t.model, t.rows, t.tokens))
		if err := writeJSON(batch, ids(t.rows, t.tokens)); err != nil {
			return nil, err
		}
		for _, again := range []string{"", ", again"} {
			parts = append(parts, part{
				name: "training step: " + t.name + again,
				command: []string{
					filepath.Join(programs, "step"), "-model", filepath.Join(folder, t.model), "-batch", batch,
					"-steps", fmt.Sprint(steps), "-compute", t.compute,
				},
				env: kept, turns: steps, limit: 90 * time.Second,
				judge: judgeTurns(t.rows * t.tokens),
			})
		}
	}
	if quick {
		return parts, nil
	}
	makeModel("gpt2")
	for _, d := range []struct {
		name     string
		settings map[string]any
		tokens   int
	}{
		{"greedy, 100 tokens", map[string]any{"do_sample": false, "min_length": 132, "max_length": 132}, 100},
		{"ten beams, drawn, 60 tokens", map[string]any{"do_sample": true, "num_beams": 10, "num_return_sequences": 10, "top_k": 100, "min_length": 92, "max_length": 92}, 600},
	} {
		work := filepath.Join(folder, fmt.Sprintf("work-%d.json", d.tokens))
		if err := writeJSON(work, map[string]any{"prompt": ids(1, 32)[0], "settings": d.settings}); err != nil {
			return nil, err
		}
		parts = append(parts, part{
			name:    "decoding, GPT-2 small: " + d.name,
			command: []string{filepath.Join(programs, "generate"), "-model", filepath.Join(folder, "gpt2"), "-work", work},
			env:     kept, turns: texts, limit: 90 * time.Second,
			judge: judgeTurns(d.tokens),
		})
	}
	return parts, nil
}

// ids returns rows of token ids that every model here knows; the same ones every time.
func ids(rows, tokens int) [][]int32 {
	dice := rand.New(rand.NewPCG(1, 2))
	list := make([][]int32, rows)
	for i := range list {
		for range tokens {
			list[i] = append(list[i], int32(dice.IntN(small.VocabSize-1)))
		}
	}
	return list
}

// judgeTurns reads what a program of scripts/benchmarks answers to each turn: the first
// compiles, the others are measured.
func judgeTurns(tokens int) func([]byte) (string, map[string]float64, error) {
	return func(output []byte) (string, map[string]float64, error) {
		var seconds []float64
		var peak, loss float64
		lines := bufio.NewScanner(bytes.NewReader(output))
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var turn struct{ Seconds, Peak, Loss float64 }
			if err := json.Unmarshal(lines.Bytes(), &turn); err != nil {
				return "", nil, fmt.Errorf("turn %d: %w", len(seconds)+1, err)
			}
			if math.IsNaN(turn.Loss) || math.IsInf(turn.Loss, 0) {
				return "", nil, fmt.Errorf("the loss of turn %d is %v", len(seconds)+1, turn.Loss)
			}
			seconds, peak, loss = append(seconds, turn.Seconds), turn.Peak, turn.Loss
		}
		if err := lines.Err(); err != nil {
			return "", nil, err
		}
		if len(seconds) < 2 {
			return "", nil, errors.New("it ended before its second turn")
		}
		usual := slices.Sorted(slices.Values(seconds[1:]))[(len(seconds)-1)/2]
		figures := map[string]float64{
			"first_seconds": seconds[0], "seconds": usual, "tokens_per_second": float64(tokens) / usual, "peak_bytes": peak,
		}
		finding := fmt.Sprintf("%8.1f ms, %9.0f tokens/s, first %5.1f s, %5.2f GiB", 1000*usual, float64(tokens)/usual, seconds[0], peak/(1<<30))
		if loss != 0 {
			figures["loss"] = loss
			finding += fmt.Sprintf(", loss %.4f", loss)
		}
		return finding, figures, nil
	}
}

func writeJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o666)
}
