package bpe

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTrainGivesHuggingFaceMerges(t *testing.T) {
	var golden struct {
		Cases []struct {
			Texts            []string
			VocabSize        int      `json:"vocab_size"`
			MinFrequency     int      `json:"min_frequency"`
			SpecialTokens    []string `json:"special_tokens"`
			Merges           []string
			Size             int
			TokensAfterBytes []string `json:"tokens_after_bytes"`
		}
	}
	data, err := os.ReadFile(filepath.Join(TestdataDir(), "training.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	for i, c := range golden.Cases {
		tok, err := Train(t.Context(), slices.Values(c.Texts), TrainOptions{
			VocabSize: c.VocabSize, MinFrequency: c.MinFrequency, SpecialTokens: c.SpecialTokens,
		})
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		if tok.VocabSize() != c.Size {
			t.Errorf("case %d: %d tokens, want %d", i, tok.VocabSize(), c.Size)
		}
		for j, want := range c.TokensAfterBytes {
			if got := tok.Token(int32(256 + len(c.SpecialTokens) + j)); got != want {
				t.Errorf("case %d: new token %d is %q, want %q", i, j, got, want)
			}
		}
		var got bytes.Buffer
		if err := tok.writeMerges(&got); err != nil {
			t.Fatal(err)
		}
		want := strings.Join(append([]string{"#version: 0.2"}, c.Merges...), "\n") + "\n"
		if got.String() != want {
			t.Errorf("case %d: merges\n%s\nwant\n%s", i, got.String(), want)
		}
	}
}
