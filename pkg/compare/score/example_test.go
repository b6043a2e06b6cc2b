package score_test

import (
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Under which of two models a text is likelier, and by how much.
func ExampleTexts() {
	engine, err := backend.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	tokenizer, err := bpe.Load("../../bpe/testdata/tokenizer")
	if err != nil {
		fmt.Println(err)
		return
	}
	encoding, err := corpus.NewEncoding(tokenizer, gpt2.TokenID(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	texts := []string{"Con los vecinos de la comuna"}
	var nll []float64
	for _, name := range []string{"first", "second"} {
		open := func() (*gpt2.Model, corpus.Encoding, error) {
			m, err := gpt2.Load("testdata/lean/" + name)
			return m, encoding, err
		}
		scores, err := score.Texts(context.Background(), engine.Backend, score.Model{Name: name, Open: open}, texts, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		nll = append(nll, scores[0].NLL)
	}
	fmt.Printf("%.1f nats under the first, %.1f under the second\n", nll[0], nll[1])
	// Output:
	// 77.2 nats under the first, 77.1 under the second
}
