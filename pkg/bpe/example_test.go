package bpe_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
)

func ExampleTrain() {
	texts := []string{"la plaza", "la playa", "la plaza nueva"}
	tok, err := bpe.Train(context.Background(), slices.Values(texts), bpe.TrainOptions{
		VocabSize:     256 + 3 + 4,
		SpecialTokens: []string{"<s>", "<pad>", "</s>"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ids := tok.Encode("la plaza</s>")
	for _, id := range ids {
		fmt.Printf("%d %q\n", id, tok.Token(id))
	}
	fmt.Println(tok.Decode(ids))
	// Output:
	// 259 "la"
	// 261 "Ġpla"
	// 262 "za"
	// 2 "</s>"
	// la plaza</s>
}
