package generate_test

import (
	"context"
	"fmt"
	"math"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

func ExampleGenerator_IDs() {
	m, err := gpt2.Load(tiny)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := backend.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	decoder, err := gpt2.NewDecoder(engine.Backend, m)
	if err != nil {
		fmt.Println(err)
		return
	}
	generator := generate.New(m.Config, decoder.StartBeams)
	sequences, err := generator.IDs(context.Background(), [][]int32{{5, 6, 7}, {40}}, generate.Options{MaxNewTokens: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range sequences {
		fmt.Println(s.Given, s.New, s.Ended)
	}
	// Output:
	// [5 6 7] [14 8 76 26] length
	// [40] [53 52 52 94] length
}

func ExampleOptions_beams() {
	m, err := gpt2.Load(tiny)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := backend.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	decoder, err := gpt2.NewDecoder(engine.Backend, m)
	if err != nil {
		fmt.Println(err)
		return
	}
	generator := generate.New(m.Config, decoder.StartBeams)
	// The two best of three beams, whose scores are means of log-probabilities.
	sequences, err := generator.IDs(context.Background(), [][]int32{{5, 6, 7}}, generate.Options{
		NumBeams: 3, NumReturnSequences: 2, MaxNewTokens: 4, NoRepeatNgramSize: 2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range sequences {
		fmt.Printf("%v %.3f\n", s.New, s.Score)
	}
	// Output:
	// [70 77 94 26] -2.038
	// [14 8 94 26] -2.091
}

// A processor of one's own: only odd tokens may follow.
func ExampleOptions_processors() {
	m, err := gpt2.Load(tiny)
	if err != nil {
		fmt.Println(err)
		return
	}
	weights, err := m.Int8()
	if err != nil {
		fmt.Println(err)
		return
	}
	odd := func(_ []int32, _ int, scores []float32) {
		for token := 0; token < len(scores); token += 2 {
			scores[token] = float32(math.Inf(-1))
		}
	}
	generator := generate.New(weights.Config, int8.NewDecoder(weights).StartBeams)
	sequences, err := generator.IDs(context.Background(), [][]int32{{5, 6, 7}, {40}}, generate.Options{
		MaxNewTokens: 4,
		Processors:   func() []generate.Processor { return []generate.Processor{odd} },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range sequences {
		fmt.Println(s.Given, s.New)
	}
	// Output:
	// [5 6 7] [49 53 53 53]
	// [40] [53 17 53 53]
}
