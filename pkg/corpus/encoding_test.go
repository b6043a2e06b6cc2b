package corpus_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
)

// unkind are tweets as they come: with blank lines, doubled blanks, the name of the end
// token written out, and white space that is not a blank.
var unkind = []string{
	"Primero.\n\nY después  de dos blancos ",
	" Dice </s> como si nada",
	"Tabulado\ty\u00a0sin\u2028corte\r\nde línea",
}

func tokenizer(t *testing.T) (*bpe.Tokenizer, int32) {
	t.Helper()
	tokenizer, err := bpe.Train(t.Context(), slices.Values(unkind), bpe.TrainOptions{VocabSize: 300, SpecialTokens: []string{"<s>", "<pad>", "</s>"}})
	if err != nil {
		t.Fatal(err)
	}
	end, ok := tokenizer.ID("</s>")
	if !ok {
		t.Fatal("the tokenizer has no end token")
	}
	return tokenizer, end
}

// Whatever stands in a tweet, it is one line of the text and one unit of its tokens.
func TestATweetIsOneUnit(t *testing.T) {
	tok, end := tokenizer(t)
	encoding, err := corpus.NewEncoding(tok, &end)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	counts, err := corpus.WriteTweets(&text, slices.Values(unkind))
	if err != nil {
		t.Fatal(err)
	}
	want := "Primero. Y después de dos blancos\nDice </s> como si nada\nTabulado y sin corte de línea\n"
	if text.String() != want || counts.Texts != len(unkind) || counts.Bytes != len(want) {
		t.Errorf("%q, %+v", text.String(), counts)
	}
	ids := encoding.Text(text.String())
	if ids[0] != end || ids[len(ids)-1] != end {
		t.Errorf("the text does not begin and end with the end token: %v", ids)
	}
	var units []string
	begin := 1
	for i, id := range ids[1:] {
		if id == end {
			units = append(units, tok.Decode(ids[begin:i+1]))
			begin = i + 2
		}
	}
	if lines := strings.Split(strings.TrimSuffix(want, "\n"), "\n"); !slices.Equal(units, lines) {
		t.Errorf("the units are %q, want %q", units, lines)
	}
	for _, tweet := range unkind {
		line := corpus.OneLine(tweet)
		ids, bytes := encoding.Tweet(line)
		if ids[0] != end || slices.Contains(ids[1:], end) || tok.Decode(ids[1:]) != line || bytes != len(line) {
			t.Errorf("%q: %v, %d bytes", tweet, ids, bytes)
		}
		if again := corpus.OneLine(line); again != line {
			t.Errorf("%q, once more %q", line, again)
		}
	}
	if !slices.Equal(encoding.Opening(), []int32{end}) {
		t.Errorf("a tweet is opened by %v", encoding.Opening())
	}
	if _, err := corpus.NewEncoding(tok, nil); !errors.Is(err, corpus.ErrNoEnd) {
		t.Errorf("without an end token: %v", err)
	}
}

// The study's encoding leaves the text as it is: a tweet of two lines looks like two.
func TestTheStudysEncoding(t *testing.T) {
	tok, _ := tokenizer(t)
	encoding := corpus.NewEncoding2020(tok)
	text := "Primero.  Y después  "
	if ids := encoding.Text(text); tok.Decode(ids) != text || encoding.Opening() != nil {
		t.Errorf("%q", tok.Decode(ids))
	}
	ids, bytes := encoding.Tweet("Y después")
	if tok.Decode(ids) != "  Y después" || bytes != len(" Y después") || tok.Decode(ids[:1]) != " " {
		t.Errorf("%q, %d bytes", tok.Decode(ids), bytes)
	}
}

// A text is encoded by all processors, and its tokens come in its order. This one is long
// enough for several pieces, and no two of its parts are alike.
func TestTextKeepsItsOrder(t *testing.T) {
	tok, end := tokenizer(t)
	encoding, err := corpus.NewEncoding(tok, &end)
	if err != nil {
		t.Fatal(err)
	}
	var text, line2020 strings.Builder
	want := []int32{end}
	for i := range 60_000 {
		tweet := fmt.Sprintf("Tweet %d dice </s> y sigue", i)
		if i%1000 == 0 {
			tweet = "" // an empty line is a tweet too
		}
		fmt.Fprintln(&text, tweet)
		fmt.Fprint(&line2020, tweet, "  ")
		want = append(append(want, tok.EncodeText(tweet)...), end)
	}
	if text.Len() < 1<<20 {
		t.Fatalf("the text has only %d bytes", text.Len())
	}
	for range 3 {
		if !slices.Equal(encoding.Text(text.String()), want) {
			t.Error("the tokens of the text are not those of its tweets in their order")
		}
	}
	if got := encoding.Text(strings.TrimSuffix(text.String(), "\n")); !slices.Equal(got, want) {
		t.Error("a last line without an end is encoded otherwise")
	}
	if got := encoding.Text(""); !slices.Equal(got, []int32{end}) {
		t.Errorf("a text without tweets is %v", got)
	}
	if got := corpus.NewEncoding2020(tok).Text(line2020.String()); !slices.Equal(got, tok.Encode(line2020.String())) {
		t.Error("the tokens of the study's text are not those of the whole")
	}
}
