package finetune_test

import (
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// A tiny model learns a text that repeats itself.
func ExampleTrain() {
	engine, err := backend.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	config := gpt2.DefaultConfig()
	config.VocabSize, config.NPositions, config.NLayer, config.NEmbd, config.NHead = 8, 8, 1, 16, 2
	config.BOSTokenID, config.EOSTokenID = nil, nil
	m, err := gpt2.New(config, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	var text []int32
	for i := range int32(800) {
		text = append(text, i%8)
	}
	none := 0.0
	settings := training.Settings{BatchSize: 8, MaxSteps: 60, LearningRate: 2e-2, Dropout: &none, Seed: 1}
	history, err := finetune.Train(context.Background(), engine.Backend, m, text[:640], text[640:], settings, finetune.RunOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	steps, losses := history.EvalLoss()
	for i, step := range steps {
		fmt.Printf("step %d: loss %.1f\n", step, losses[i])
	}
	// Output:
	// step 0: loss 2.1
	// step 60: loss 0.0
}
