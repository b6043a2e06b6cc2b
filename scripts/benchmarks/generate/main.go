// Command generate continues a prompt with a GPT-2, for scripts/bench.
//
//	generate -model FOLDER -work FILE [-int8 | -compute bfloat16]
//
// The file holds the prompt's tokens and settings under transformers' names. It
// continues the prompt once for each line of its standard input and answers with a
// line of JSON: {"texts": tokens of each, "first": seconds to the first token,
// "seconds": …, "peak": bytes, "gpu_peak": bytes}. The first turn includes the compilation.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/scripts/benchmarks/answer"
)

type work struct {
	Prompt   []int32 `json:"prompt"`
	Settings struct {
		DoSample           bool    `json:"do_sample"`
		NumBeams           int     `json:"num_beams"`
		NumReturnSequences int     `json:"num_return_sequences"`
		TopK               int     `json:"top_k"`
		TopP               float64 `json:"top_p"`
		NoRepeatNgramSize  int     `json:"no_repeat_ngram_size"`
		MinLength          int     `json:"min_length"`
		MaxLength          int     `json:"max_length"`
	} `json:"settings"`
}

func main() {
	folder := flag.String("model", "", "folder of the model")
	file := flag.String("work", "", "JSON file with prompt and settings")
	round := flag.Bool("int8", false, "round weights to int8")
	compute := flag.String("compute", "float32", "arithmetic of matrix products: float32 or bfloat16")
	flag.Parse()
	if err := run(*folder, *file, *round, gpt2.Compute{BFloat16: *compute == "bfloat16"}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, file string, round bool, c gpt2.Compute) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var w work
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&w); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	generator, engine, err := newGenerator(folder, round, c)
	if err != nil {
		return err
	}
	orders := bufio.NewScanner(os.Stdin)
	for seed := uint64(1); orders.Scan(); seed++ {
		begin := time.Now()
		var first time.Duration
		sequences, err := generator.IDs(context.Background(), [][]int32{w.Prompt}, generate.Options{
			DoSample: w.Settings.DoSample, NumBeams: w.Settings.NumBeams, NumReturnSequences: w.Settings.NumReturnSequences,
			TopK: w.Settings.TopK, TopP: w.Settings.TopP, NoRepeatNgramSize: w.Settings.NoRepeatNgramSize,
			MinLength: w.Settings.MinLength, MaxLength: w.Settings.MaxLength, Seed: seed,
			Progress: func(generate.Progress) {
				if first == 0 {
					first = time.Since(begin)
				}
			},
		})
		took := time.Since(begin)
		if err != nil {
			return err
		}
		var texts [][]int32
		for _, sequence := range sequences {
			texts = append(texts, sequence.New)
		}
		values := map[string]any{"texts": texts, "first": first.Seconds(), "seconds": took.Seconds()}
		if engine != nil && engine.PeakMemory() > 0 {
			values["gpu_peak"] = engine.PeakMemory()
		}
		if err := answer.Write(os.Stdout, values); err != nil {
			return err
		}
	}
	return orders.Err()
}

// newGenerator loads the model, and opens the engine that it needs without int8.
func newGenerator(folder string, round bool, c gpt2.Compute) (*generate.Generator, *backend.Engine, error) {
	m, err := gpt2.Load(folder)
	if err != nil {
		return nil, nil, err
	}
	if round {
		fmt.Fprintln(os.Stderr, "Go on the CPU, weights in int8")
		weights, err := m.Int8()
		if err != nil {
			return nil, nil, err
		}
		return generate.New(m.Config, int8.NewDecoder(weights).StartBeams), nil, nil
	}
	engine, err := backend.Open() // until the process ends
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintln(os.Stderr, engine.Describe())
	decoder, err := gpt2.NewDecoder(engine.Backend, m.Computing(c))
	if err != nil {
		return nil, nil, err
	}
	return generate.New(m.Config, decoder.StartBeams), engine, nil
}
