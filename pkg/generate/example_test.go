package generate_test

import (
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
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
