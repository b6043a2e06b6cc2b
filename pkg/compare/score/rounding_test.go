package score_test

import (
	"math"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// Bits per byte are those that the engine and the int8 decoder give whole texts, within
// 1e-5; weights that are rounded already change no more.
func TestRounding(t *testing.T) {
	tok, err := bpe.Load("../../bpe/testdata/tokenizer")
	if err != nil {
		t.Fatal(err)
	}
	encoding, err := corpus.NewEncoding(tok, gpt2.TokenID(2))
	if err != nil {
		t.Fatal(err)
	}
	model, err := gpt2.Load("testdata/lean/first")
	if err != nil {
		t.Fatal(err)
	}
	weights, err := model.Int8()
	if err != nil {
		t.Fatal(err)
	}
	rounded, err := gpt2.FromInt8(weights)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string, m *gpt2.Model) score.Model {
		return score.Model{Name: name, Open: func() (*gpt2.Model, corpus.Encoding, error) { return m, encoding, nil }}
	}
	texts := []string{"la junta vecinal aprobó el presupuesto", "a", "vamos 😀 ya", "los vecinos"}
	tooLong := strings.Repeat("comuna ", 40)
	be := engine(t)
	r, err := score.Rounding(t.Context(), be, named("first", model), append(texts, tooLong, ""))
	if err != nil {
		t.Fatal(err)
	}
	scores, err := score.Texts(t.Context(), be, named("first", model), texts, nil)
	if err != nil {
		t.Fatal(err)
	}
	var tokens, bytes int
	var exact, inInt8 float64
	for i, text := range texts {
		ids, n := encoding.Tweet(text)
		nll, err := int8.NewDecoder(weights).NLL(ids)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range nll {
			inInt8 += float64(v)
		}
		exact += scores[i].NLL
		tokens, bytes = tokens+len(nll), bytes+n
	}
	perByte := func(nats float64) float64 { return nats / math.Ln2 / float64(bytes) }
	if r.Texts != len(texts) || r.Tokens != tokens || math.Abs(r.Float32-perByte(exact)) > 1e-5 || math.Abs(r.Int8-perByte(inInt8)) > 1e-5 {
		t.Errorf("rounding %+v, want %d texts of %d tokens with %v and %v bits per byte", r, len(texts), tokens, perByte(exact), perByte(inInt8))
	}
	if r.Float32 == r.Int8 || !(r.SameLikeliest > 0.5 && r.SameLikeliest <= 1) {
		t.Errorf("rounding %+v", r)
	}
	again, err := score.Rounding(t.Context(), be, named("rounded", rounded), texts)
	if err != nil {
		t.Fatal(err)
	}
	if again.SameLikeliest != 1 || math.Abs(again.Float32-again.Int8) > 1e-5 {
		t.Errorf("rounding again %+v", again)
	}
	if _, err := score.Rounding(t.Context(), be, named("first", model), []string{tooLong}); err == nil {
		t.Error("a text that does not fit was measured")
	}
}
