package bpe_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
)

// However small the pieces, their tokens are those of the whole.
func TestPiecesEncodeAsTheWhole(t *testing.T) {
	var golden struct{ Encode []struct{ Text string } }
	readJSON(t, filepath.Join(bpe.TestdataDir(), "strings.json"), &golden)
	var texts []string
	for _, c := range golden.Encode {
		texts = append(texts, c.Text)
	}
	texts = append(texts, strings.Join(texts, " "), strings.Join(texts, " a b "))
	tok := load(t)
	cuts := 0
	for _, text := range texts {
		want := tok.Encode(text)
		for size := range 20 {
			pieces := tok.Pieces(text, size)
			if strings.Join(pieces, "") != text {
				t.Fatalf("the pieces of %q are %q", text, pieces)
			}
			var got []int32
			for i, piece := range pieces {
				if i+1 < len(pieces) && len(piece) < size {
					t.Errorf("piece %q has fewer than %d bytes", piece, size)
				}
				got = tok.Append(got, piece)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q in pieces %q: %v, want %v", text, pieces, got, want)
			}
			cuts += len(pieces) - 1
		}
	}
	if cuts < 1000 {
		t.Errorf("only %d cuts were tried", cuts)
	}
	if pieces := tok.Pieces("", 3); len(pieces) != 0 {
		t.Errorf("nothing has the pieces %q", pieces)
	}
}

// An added token that reaches over a blank must not be cut, nor the blanks that one takes
// on its right.
func TestPiecesLeaveAddedTokensWhole(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(bpe.TestdataDir(), "tokenizer", "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, added := range []map[string]any{
		{"id": 600, "content": "b c"},
		{"id": 600, "content": "b", "rstrip": true},
		{"id": 600, "content": "b", "lstrip": true},
		{"id": 600, "content": "b", "single_word": true},
	} {
		t.Run(fmt.Sprint(added), func(t *testing.T) {
			var file map[string]any
			if err := json.Unmarshal(data, &file); err != nil {
				t.Fatal(err)
			}
			file["added_tokens"] = append(file["added_tokens"].([]any), added)
			changed, err := json.Marshal(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), changed, 0o666); err != nil {
				t.Fatal(err)
			}
			tok, err := bpe.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			text := "a b c d b b c"
			want := tok.Encode(text)
			if !slices.Contains(want, 600) {
				t.Fatalf("the added token is not in %v", want)
			}
			var got []int32
			for _, piece := range tok.Pieces(text, 0) {
				got = tok.Append(got, piece)
			}
			if !slices.Equal(got, want) {
				t.Errorf("pieces %q: %v, want %v", tok.Pieces(text, 0), got, want)
			}
		})
	}
}
