package score_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/finetune"
	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// Two texts of which one speaks of the sea, the other of the mountains.
var texts = []score.Column{
	{Name: "mar", Tweets: 40, Text: strings.Repeat("el mar y las olas  ", 40)},
	{Name: "cerro", Tweets: 30, Text: strings.Repeat("la nieve del cerro año 2  ", 30)},
}

func engine(t *testing.T) compute.Backend {
	t.Helper()
	t.Setenv(compute.ConfigEnvVar, "go")
	e, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e.Backend
}

// trained returns a tiny model of the text, or untrained of none.
func trained(t *testing.T, be compute.Backend, tok *bpe.Tokenizer, name, text string) score.Model {
	t.Helper()
	config := gpt2.DefaultConfig()
	config.NLayer, config.NEmbd, config.NHead, config.NPositions, config.VocabSize = 1, 16, 2, 32, tok.VocabSize()
	config.BOSTokenID, config.EOSTokenID = nil, nil
	m, err := gpt2.New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	if text != "" {
		_, err := finetune.Train(t.Context(), be, m, tok.Encode(text), nil, training.Settings{BatchSize: 2, MaxSteps: 30, LearningRate: 1e-2}, finetune.RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
	return score.Model{Name: name, Open: func() (*gpt2.Model, corpus.Encoding, error) { return m, corpus.NewEncoding2020(tok), nil }}
}

func tokenizer(t *testing.T, size int) *bpe.Tokenizer {
	t.Helper()
	tok, err := bpe.Train(t.Context(), func(yield func(string) bool) { _ = yield(texts[0].Text) && yield(texts[1].Text) }, bpe.TrainOptions{VocabSize: size})
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestEachModelIsBestOnItsText(t *testing.T) {
	be := engine(t)
	fine, coarse := tokenizer(t, 256), tokenizer(t, 275)
	models := []score.Model{
		trained(t, be, coarse, "base", ""),
		trained(t, be, coarse, "mar", texts[0].Text),
		trained(t, be, fine, "cerro", texts[1].Text), // with another vocabulary
	}
	calls := 0
	table, err := score.Perplexities(t.Context(), be, models, texts, score.PerplexityOptions{Progress: func(done, total int) {
		calls++
		if done != calls || total != 6 {
			t.Errorf("progress %d of %d at call %d", done, total, calls)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(table.Models, []string{"base", "mar", "cerro"}) || !reflect.DeepEqual(table.Best, []int{1, 2}) || calls != 6 {
		t.Errorf("models %v, best %v, %d cells", table.Models, table.Best, calls)
	}
	if want := (compare.TextCounts{Name: "cerro", Tweets: 30, Characters: 26 * 30, Bytes: 27 * 30}); table.Texts[1] != want {
		t.Errorf("counts %+v, want %+v", table.Texts[1], want)
	}
	if table.Window != 32 || table.Stride != 16 {
		t.Errorf("window %d, stride %d", table.Window, table.Stride)
	}
	for i, row := range table.Cells {
		for j, cell := range row {
			bits := math.Log2(cell.Perplexity) * float64(cell.Tokens) / float64(table.Texts[j].Bytes)
			if math.Abs(bits-cell.BitsPerByte) > 1e-9 || cell.Scored != cell.Tokens-1 {
				t.Errorf("cell %d %d: %+v", i, j, cell)
			}
		}
	}
	// A model that knows nothing gives each token about the same probability.
	if p := table.Cells[0][0].Perplexity; math.Abs(p-275) > 20 {
		t.Errorf("the untrained model's perplexity is %v, its vocabulary has 275 tokens", p)
	}

	data, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var again compare.PerplexityTable
	if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(again, table) {
		t.Errorf("the table is not the same after JSON: %v", err)
	}
}

func TestErrorsNameModelAndText(t *testing.T) {
	be := engine(t)
	tok := tokenizer(t, 260)
	model := trained(t, be, tok, "base", "")
	short := []score.Column{texts[0], {Name: "corto", Text: "a"}}
	if _, err := score.Perplexities(t.Context(), be, []score.Model{model}, short, score.PerplexityOptions{}); err == nil ||
		!strings.Contains(err.Error(), "base") || !strings.Contains(err.Error(), "corto") {
		t.Errorf("a text of one token: %v", err)
	}
	gone := score.Model{Name: "perdido", Open: func() (*gpt2.Model, corpus.Encoding, error) {
		return nil, corpus.Encoding{}, errors.New("no such folder")
	}}
	if _, err := score.Perplexities(t.Context(), be, []score.Model{gone}, texts, score.PerplexityOptions{}); err == nil || !strings.Contains(err.Error(), "perdido") {
		t.Errorf("a model that does not open: %v", err)
	}
	if _, err := score.Perplexities(t.Context(), be, nil, texts, score.PerplexityOptions{}); err == nil {
		t.Error("no models were compared")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := score.Perplexities(ctx, be, []score.Model{model}, texts, score.PerplexityOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

// Scored alone, each text is likelier under the model of its side.
func TestScoresTellTheSidesApart(t *testing.T) {
	be := engine(t)
	tok := tokenizer(t, 275)
	tweets := []string{"el mar y las olas", "las olas y el mar", "la nieve del cerro año 2", "el año del cerro"}
	var scores [2][]compare.TextScore
	for i, text := range texts {
		var err error
		scores[i], err = score.Texts(t.Context(), be, trained(t, be, tok, text.Name, text.Text), tweets, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, tweet := range tweets {
		if sea := scores[0][i].NLL < scores[1][i].NLL; sea != (i < 2) {
			t.Errorf("%q scores %.1f under the sea's model, %.1f under the mountains'", tweet, scores[0][i].NLL, scores[1][i].NLL)
		}
		if want := len(tok.Encode("  "+tweet)) - 1; scores[0][i].Tokens != want {
			t.Errorf("%q has %d tokens, want %d", tweet, scores[0][i].Tokens, want)
		}
	}
}
