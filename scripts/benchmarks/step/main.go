// Command step trains a GPT-2 on one batch, a step at a time, for scripts/bench.
//
//	step -init CONFIGURATION -model FOLDER     makes the model with random weights
//	step -model FOLDER -batch FILE [options]   trains it
//
// When it trains it runs one step for each line of its standard input (with -turn N so
// many, whose losses are read together) and answers with a line of JSON: {"loss": …,
// "seconds": … for a step, "peak": bytes, "gpu_peak": bytes}. The first step includes the
// compilation.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/scripts/benchmarks/answer"
)

func main() {
	initial := flag.String("init", "", "config.json of a model to make with random weights")
	folder := flag.String("model", "", "folder of the model")
	batchFile := flag.String("batch", "", "JSON file with the rows of token ids")
	steps := flag.Int("steps", 10, "most steps there will be")
	turn := flag.Int("turn", 1, "steps for each line of standard input")
	var s training.Settings
	flag.Float64Var(&s.LearningRate, "rate", 1e-4, "learning rate")
	dropout := flag.Float64("dropout", 0, "dropout rate")
	compute := flag.String("compute", "float32", "arithmetic of matrix products: float32 or bfloat16")
	var o backend.Options
	flag.BoolVar(&o.TF32, "tf32", false, "multiply float32 in TF32 on a GPU")
	flag.BoolVar(&o.FlashAttention, "flash", false, "flash attention, in bfloat16 on a GPU")
	flag.BoolVar(&s.GradientCheckpointing, "checkpoint", false, "gradient checkpointing")
	flag.Parse()

	s.Dropout, s.MaxSteps, s.LogEvery, s.BFloat16 = dropout, *steps, *turn, *compute == "bfloat16"
	var err error
	if *initial != "" {
		err = makeModel(*initial, *folder)
	} else {
		err = train(*folder, *batchFile, s, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func makeModel(configFile, folder string) error {
	data, err := os.ReadFile(configFile)
	if err != nil {
		return err
	}
	config, err := gpt2.ParseConfig(data)
	if err != nil {
		return err
	}
	m, err := gpt2.New(config, 1)
	if err != nil {
		return err
	}
	return m.Save(folder)
}

// train runs the steps that are asked for, the way a notebook's training does.
func train(folder, batchFile string, s training.Settings, o backend.Options) error {
	data, err := os.ReadFile(batchFile)
	if err != nil {
		return err
	}
	var batch [][]int32
	if err := json.Unmarshal(data, &batch); err != nil {
		return fmt.Errorf("%s: %w", batchFile, err)
	}
	// A text of one batch: every epoch is one step with it.
	s.BatchSize, s.BlockSize = len(batch), len(batch[0])

	engine, err := backend.OpenWith(o)
	if err != nil {
		return err
	}
	defer engine.Close()
	fmt.Fprintln(os.Stderr, engine.Describe())
	m, err := gpt2.Load(folder)
	if err != nil {
		return err
	}

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	orders := bufio.NewScanner(os.Stdin)
	begin := time.Now()
	next := func() {
		if !orders.Scan() {
			stop()
		}
		begin = time.Now()
	}
	next()
	var loss float64
	_, err = finetune.Train(ctx, engine.Backend, m, slices.Concat(batch...), nil, s, finetune.RunOptions{Progress: func(p training.Progress) {
		switch {
		case p.Entry != nil && p.Entry.Loss != nil:
			loss = *p.Entry.Loss
		case p.Entry == nil && p.Step%s.LogEvery == 0:
			values := map[string]any{"loss": loss, "seconds": time.Since(begin).Seconds() / float64(s.LogEvery)}
			if bytes := engine.PeakMemory(); bytes > 0 {
				values["gpu_peak"] = bytes
			}
			err := answer.Write(os.Stdout, values)
			if err != nil {
				stop()
				return
			}
			next()
		}
	}})
	if errors.Is(err, context.Canceled) {
		return nil // nobody asks any more
	}
	return err
}
