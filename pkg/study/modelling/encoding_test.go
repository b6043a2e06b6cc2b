package modelling

import (
	"errors"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Many Spanish models kept GPT-2's id for the end of a text in their configuration, which
// is a token of theirs that means something else, or none at all.
func TestEndOfTextIsTheTokenizers(t *testing.T) {
	trained := func(special ...string) *bpe.Tokenizer {
		t.Helper()
		tokenizer, err := bpe.Train(t.Context(), slices.Values([]string{"una cosa y otra"}), bpe.TrainOptions{VocabSize: 270, SpecialTokens: special})
		if err != nil {
			t.Fatal(err)
		}
		return tokenizer
	}
	with, without := trained("<s>", "<pad>", "</s>"), trained()
	for name, c := range map[string]struct {
		tokenizer *bpe.Tokenizer
		rows      int
		config    int32 // −1: none
		want      int32 // −1: none
	}{
		"the configuration has GPT-2's":      {with, 270, 50256, 2},
		"the configuration has a word's":     {with, 270, 100, 2},
		"the configuration has none":         {with, 270, -1, 2},
		"the tokenizer's is beyond the rows": {with, 2, 1, 1},
		"the tokenizer has none":             {without, 270, 7, 7},
		"neither has one that is a row":      {without, 270, 50256, -1},
	} {
		shape := config.Default()
		shape.VocabSize, shape.EOSTokenID = c.rows, nil
		if c.config >= 0 {
			shape.EOSTokenID = config.TokenID(c.config)
		}
		got := int32(-1)
		if end := endOfText(shape, c.tokenizer); end != nil {
			got = *end
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	shape := config.Default()
	shape.VocabSize, shape.EOSTokenID = 270, nil
	r := &run.Run{}
	if _, err := Encoding(r, shape, without); !errors.Is(err, corpus.ErrNoEnd) {
		t.Errorf("without an end token: %v", err)
	}
}
