// Command rounding says what weights in int8 change of a model's predictions.
//
//	rounding MODEL TEXTS     a model folder with its tokenizer, and a file of tweets, one a line
//
// What it prints is one JSON object, see [score.Rounding].
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: rounding MODEL TEXTS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(folder, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	engine, err := backend.Open()
	if err != nil {
		return err
	}
	defer engine.Close()
	model := score.Model{Name: filepath.Base(folder), Open: func() (*gpt2.Model, corpus.Encoding, error) {
		tokenizer, err := bpe.Load(folder)
		if err != nil {
			return nil, corpus.Encoding{}, err
		}
		m, err := gpt2.Load(folder)
		if err != nil {
			return nil, corpus.Encoding{}, err
		}
		encoding, err := corpus.NewEncoding(tokenizer, m.Config.EOSTokenID)
		return m, encoding, err
	}}
	r, err := score.Rounding(context.Background(), engine.Backend, model, strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}
