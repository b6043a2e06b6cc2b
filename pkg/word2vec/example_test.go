package word2vec_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/word2vec"
)

func Example() {
	engine, err := backend.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()

	var sentences [][]string
	for range 20 {
		sentences = append(sentences,
			strings.Fields("los vecinos de la comuna"),
			strings.Fields("la reforma de las pensiones"))
	}
	model, err := word2vec.Train(context.Background(), engine.Backend, sentences, word2vec.Options{VectorSize: 2, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.Len(), "words of", model.Size(), "dimensions; the most frequent:", model.Words()[:2])
	fmt.Println("a text of unknown words:", model.DocumentMean([]string{"¡Viva", "Chile!"}))
	// Output:
	// 8 words of 2 dimensions; the most frequent: [de la]
	// a text of unknown words: [0 0]
}
