package model_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

const end = 2 // of the test tokenizer's texts

// tiny returns weights and their tokenizer.
func tiny(t *testing.T, seed uint64) (*int8.Weights, *bpe.Tokenizer) {
	t.Helper()
	tokenizer, err := bpe.Load("../../bpe/testdata/tokenizer")
	if err != nil {
		t.Fatal(err)
	}
	config := gpt2.DefaultConfig()
	config.VocabSize, config.NPositions, config.NEmbd, config.NHead, config.NLayer = tokenizer.VocabSize(), 32, 16, 2, 2
	config.BOSTokenID, config.EOSTokenID, config.InitializerRange = nil, gpt2.TokenID(end), 0.3
	m, err := gpt2.New(config, seed)
	if err != nil {
		t.Fatal(err)
	}
	weights, err := m.Int8()
	if err != nil {
		t.Fatal(err)
	}
	return weights, tokenizer
}

var before = model.Before{Opening: []int32{end}}

func TestContinue(t *testing.T) {
	weights, tokenizer := tiny(t, 1)
	m := model.New(weights, tokenizer, before)
	settings := model.Settings{Sample: true, Temperature: 0.8, TopK: 20, MaxNewTokens: 12, MinNewTokens: 3, Seed: 5}
	steps := 0
	got, err := m.Continue("Con los vecinos", settings, func(c model.Continuation) error {
		if steps++; c.Tokens > 12 {
			t.Errorf("%d tokens", c.Tokens)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate.New(weights.Config, int8.NewDecoder(weights).StartBeams).Text(t.Context(), tokenizer, []string{"Con los vecinos"}, generate.Options{
		DoSample: true, Temperature: 0.8, TopK: 20, MaxNewTokens: 12, MinNewTokens: 3, Seed: 5, Opening: []int32{end}, EOS: []int32{end},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != want[0].Continuation || got.Tokens != len(want[0].New) || got.Ended != (want[0].Ended == generate.ByEnd) {
		t.Errorf("continued with %+v, want %+v", got, want[0])
	}
	if steps < 3 {
		t.Errorf("%d steps were told of", steps)
	}
	enough := errors.New("enough")
	if _, err := m.Continue("Con", settings, func(model.Continuation) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("a text that was stopped has the error %v", err)
	}
	if _, err := m.Continue(strings.Repeat("vecinos ", 40), settings, nil); !errors.Is(err, model.ErrTooLong) {
		t.Errorf("a beginning of 40 words has the error %v", err)
	}
}

// A text is scored as the tokens that a model reads as a tweet, white space as one blank, and
// the leans of its words are those of all its tokens.
func TestScore(t *testing.T) {
	weights, tokenizer := tiny(t, 1)
	others, _ := tiny(t, 2)
	text := "  Con los\n vecinos 😀 </s> de la comuna"
	nll, err := int8.NewDecoder(weights).NLL(append([]int32{end}, tokenizer.EncodeText("Con los vecinos 😀 </s> de la comuna")...))
	if err != nil {
		t.Fatal(err)
	}
	first, err := model.New(weights, tokenizer, before).Score(text)
	if err != nil {
		t.Fatal(err)
	}
	second, err := model.New(others, tokenizer, before).Score(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.NLL) != len(nll) || first.Bytes != len("Con los vecinos 😀 </s> de la comuna") {
		t.Fatalf("%d tokens of %d bytes, want %d", len(first.NLL), first.Bytes, len(nll))
	}
	words := model.Words(first, second)
	want, got := 0.0, 0.0
	for i, v := range nll {
		if first.NLL[i] != v {
			t.Errorf("token %d has %v, want %v", i, first.NLL[i], v)
		}
		want += float64(second.NLL[i]) - float64(v)
	}
	for _, word := range words {
		got += word.Lean(0, 1) * math.Ln2
	}
	if len(words) != 8 || math.Abs(got-want) > 1e-6 {
		t.Errorf("%d words lean by %v nats, want %v", len(words), got, want)
	}
	empty, err := model.New(weights, tokenizer, before).Score(" \n ")
	if err != nil || len(empty.NLL) > 0 {
		t.Errorf("white space has the score %+v (%v)", empty, err)
	}
	if words := model.Words(empty, empty); len(words) > 0 {
		t.Errorf("white space has the words %v", words)
	}
}

// In the study's encoding two blanks stand before a text that is scored, and nothing before
// one that is written.
func TestTwoBlanks(t *testing.T) {
	weights, tokenizer := tiny(t, 1)
	m := model.New(weights, tokenizer, model.Before{Blanks: "  "})
	got, err := m.Score("los vecinos")
	if err != nil {
		t.Fatal(err)
	}
	if pieces := strings.Join(got.Pieces, ""); strings.TrimLeft(pieces, " ") != "los vecinos" || len(got.NLL) != len(tokenizer.Encode("  los vecinos"))-1 {
		t.Errorf("scored %q", pieces)
	}
	if _, err := m.Continue("Con", model.Settings{MaxNewTokens: 3}, func(model.Continuation) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestReadRefusesWhatDoesNotFit(t *testing.T) {
	weights, tokenizer := tiny(t, 1)
	var w, tok bytes.Buffer
	if err := errors.Join(weights.Write(&w), tokenizer.Write(&tok)); err != nil {
		t.Fatal(err)
	}
	read := func(config gpt2.Config, weights, tokenizer []byte) error {
		_, err := model.Read(config, bytes.NewReader(weights), int64(len(weights)), bytes.NewReader(tokenizer), before)
		return err
	}
	if err := read(weights.Config, w.Bytes(), tok.Bytes()); err != nil {
		t.Error(err)
	}
	other := weights.Config
	other.NLayer = 1
	for name, err := range map[string]error{
		"another configuration": read(other, w.Bytes(), tok.Bytes()),
		"half the weights":      read(weights.Config, w.Bytes()[:w.Len()/2], tok.Bytes()),
		"half a tokenizer":      read(weights.Config, w.Bytes(), tok.Bytes()[:tok.Len()/2]),
	} {
		if err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
