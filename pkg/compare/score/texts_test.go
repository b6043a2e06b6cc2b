package score_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/compare/score"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/lean"
)

// leanCase is what transformers gives, see scripts/fixtures/lean.py.
type leanCase struct {
	Text  string
	IDs   []int32
	Bits  [][]float64 // of each model, of each token
	Words []lean.Word
}

// Tokens, words and texts have the bits that transformers gives them, within 2e-5 of a bit a
// token, also where a text is longer than the models' positions.
func TestLeansAreTransformers(t *testing.T) {
	data, err := os.ReadFile("testdata/lean/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var reference struct{ Cases []leanCase }
	if err := json.Unmarshal(data, &reference); err != nil {
		t.Fatal(err)
	}
	tok, err := bpe.Load("../../bpe/testdata/tokenizer")
	if err != nil {
		t.Fatal(err)
	}
	encoding, err := corpus.NewEncoding(tok, gpt2.TokenID(2))
	if err != nil {
		t.Fatal(err)
	}
	be := engine(t)
	texts := make([]string, len(reference.Cases))
	for i, c := range reference.Cases {
		texts[i] = c.Text
	}
	var scores [2][]compare.TokenScores
	for m, name := range []string{"first", "second"} {
		scores[m], err = score.Tokens(t.Context(), be, score.Model{Name: name, Open: func() (*gpt2.Model, corpus.Encoding, error) {
			model, err := gpt2.Load("testdata/lean/" + name)
			return model, encoding, err
		}}, texts, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	const tolerance = 2e-5
	for i, c := range reference.Cases {
		leans, preferred := 0.0, (scores[1][i].NLL-scores[0][i].NLL)/math.Ln2
		for m := range scores {
			of := scores[m][i]
			if strings.Join(of.Pieces, "") != c.Text || of.Tokens != len(c.IDs) || len(of.NLLs) != len(c.IDs) {
				t.Fatalf("%q: %d tokens %q, want %d", c.Text, of.Tokens, of.Pieces, len(c.IDs))
			}
			for j, nll := range of.NLLs {
				if got := float64(nll) / math.Ln2; math.Abs(got-c.Bits[m][j]) > tolerance {
					t.Errorf("%q: token %d has %v bits under model %d, want %v", c.Text, j, got, m, c.Bits[m][j])
				}
			}
		}
		words := lean.Words(scores[0][i].Pieces, scores[0][i].NLLs, scores[1][i].NLLs)
		if len(words) != len(c.Words) {
			t.Fatalf("%q has the words %v, want %v", c.Text, words, c.Words)
		}
		for w, word := range words {
			if want := c.Words[w]; word.Text != want.Text || math.Abs(word.Lean(0, 1)-want.Lean(0, 1)) > 10*tolerance {
				t.Errorf("%q: word %v, want %v", c.Text, word, want)
			}
			leans += word.Lean(0, 1)
		}
		if math.Abs(leans-preferred) > 1e-9 {
			t.Errorf("%q: its words lean by %v bits, the text by %v", c.Text, leans, preferred)
		}
	}
}

// Where two blanks part tweets, the second of them is the first word's, and blanks inside of a
// tweet are no words.
func TestWordsWhereBlanksPartTweets(t *testing.T) {
	be := engine(t)
	tok := tokenizer(t, 275)
	tweet := "el mar  y las olas"
	scores, err := score.Tokens(t.Context(), be, trained(t, be, tok, "mar", ""), []string{tweet}, nil)
	if err != nil {
		t.Fatal(err)
	}
	words, total := lean.Words(scores[0].Pieces, scores[0].NLLs), 0.0
	var texts []string
	for _, word := range words {
		texts = append(texts, word.Text)
		total += word.Bits[0] * math.Ln2
	}
	if got := strings.Join(texts, "|"); got != "el|mar|y|las|olas" || math.Abs(total-scores[0].NLL) > 1e-9 {
		t.Errorf("words %s with %v nats of %v", got, total, scores[0].NLL)
	}
}
