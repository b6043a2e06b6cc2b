package playground_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/playground"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

func ExamplePage_Write() {
	tokenizer, err := bpe.Load("../bpe/testdata/tokenizer")
	if err != nil {
		fmt.Println(err)
		return
	}
	config := gpt2.DefaultConfig()
	config.VocabSize, config.NPositions, config.NEmbd, config.NHead, config.NLayer = tokenizer.VocabSize(), 32, 16, 2, 1
	config.BOSTokenID, config.EOSTokenID = nil, gpt2.TokenID(2)
	page := playground.Page{
		Title: "Corpus sintético", Language: "es", Synthetic: true, Tokenizer: tokenizer,
		Before: model.Before{Opening: []int32{2}}, Settings: model.Settings{Sample: true, MaxNewTokens: 20},
	}
	for i, name := range []string{playground.Right, playground.Left} {
		m, err := gpt2.New(config, uint64(i))
		if err != nil {
			fmt.Println(err)
			return
		}
		weights, err := m.Int8()
		if err != nil {
			fmt.Println(err)
			return
		}
		page.Models = append(page.Models, playground.Model{Name: name, Label: name, Title: name, Weights: weights})
	}
	program, err := playground.Build(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := page.Write(&file, program); err != nil {
		fmt.Println(err)
		return
	}
	models, err := playground.ReadModels(file.Bytes())
	fmt.Println("a page with", len(models), "models;", err)
	// Output: a page with 2 models; <nil>
}
