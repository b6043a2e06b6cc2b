package bpe_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
)

// loadWith loads the reference tokenizer with other added tokens.
func loadWith(t *testing.T, added any, prefixSpace bool) *bpe.Tokenizer {
	t.Helper()
	var file map[string]any
	readJSON(t, filepath.Join(bpe.TestdataDir(), "tokenizer", "tokenizer.json"), &file)
	file["added_tokens"] = added
	file["pre_tokenizer"].(map[string]any)["add_prefix_space"] = prefixSpace
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	tok, err := bpe.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestAddedTokensAsHuggingFace(t *testing.T) {
	var golden struct {
		Sets []struct {
			AddPrefixSpace bool              `json:"add_prefix_space"`
			AddedTokens    []json.RawMessage `json:"added_tokens"`
			Cases          []struct {
				Text    string
				IDs     []int32
				Decoded string
			}
		}
	}
	readJSON(t, filepath.Join(bpe.TestdataDir(), "added.json"), &golden)
	if len(golden.Sets) == 0 {
		t.Fatal("no reference values")
	}
	for i, set := range golden.Sets {
		tok := loadWith(t, set.AddedTokens, set.AddPrefixSpace)
		for _, c := range set.Cases {
			if got := tok.Encode(c.Text); !slices.Equal(got, c.IDs) {
				t.Errorf("set %d: Encode(%q) = %v, want %v", i, c.Text, got, c.IDs)
			}
			if got := tok.Decode(c.IDs); got != c.Decoded {
				t.Errorf("set %d: Decode(%v) = %q, want %q", i, c.IDs, got, c.Decoded)
			}
		}
	}
}

// A folder without tokenizer.json has its added tokens in one of two other files.
// What is found there is what Hugging Face's library finds with the same tokens in
// tokenizer.json.
func TestAddedTokensBesideTheVocabulary(t *testing.T) {
	text := "un <extra>año</s>\u00a0<sep>ve cinal"
	for name, content := range map[string]string{
		"added_tokens.json":     `{"<extra>": 600, "<sep>": 601}`,
		"tokenizer_config.json": `{"add_prefix_space": true, "added_tokens_decoder": {"600": {"content": "<extra>", "normalized": true}, "601": {"content": "<sep>", "lstrip": true, "special": true}}}`,
	} {
		dir := t.TempDir()
		for _, file := range []string{"vocab.json", "merges.txt"} {
			data, err := os.ReadFile(filepath.Join(bpe.TestdataDir(), "tokenizer", file))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		roles := `{"additional_special_tokens": ["<sep>", {"content": "ci"}], "sep_token": "<sep>"}`
		for file, text := range map[string]string{name: content, "special_tokens_map.json": roles} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tok, err := bpe.Load(dir)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		ci, ok := tok.ID("ci")
		if !ok {
			t.Fatal("the vocabulary lacks ci")
		}
		config := name == "tokenizer_config.json"
		alike := loadWith(t, []any{
			map[string]any{"id": 0, "content": "<s>", "special": true}, map[string]any{"id": 1, "content": "<pad>", "special": true},
			map[string]any{"id": 2, "content": "</s>", "special": true}, map[string]any{"id": 600, "content": "<extra>", "normalized": true},
			map[string]any{"id": 601, "content": "<sep>", "special": true, "lstrip": config}, map[string]any{"id": ci, "content": "ci", "special": true},
		}, config)
		ids := tok.Encode(text)
		if want := alike.Encode(text); !slices.Equal(ids, want) || !slices.Contains(ids, 600) || !slices.Contains(ids, 601) {
			t.Errorf("%s: %q is encoded as %v, want %v", name, text, ids, want)
		}
		if !tok.IsSpecial(601) || !tok.IsSpecial(ci) || tok.IsSpecial(600) {
			t.Errorf("%s: <sep> and ci must be special and <extra> not", name)
		}
	}
}

// An added token comes back as it was, also where all its characters are of
// the alphabet in which vocabularies write bytes: ñ stands for 0xF1 there.
func TestAddedTokensComeBack(t *testing.T) {
	tok := loadWith(t, []any{map[string]any{"id": 600, "content": "año"}, map[string]any{"id": 601, "content": "Ġx"}}, false)
	text := "el año Ġx"
	ids := tok.Encode(text)
	if !slices.Contains(ids, 600) || !slices.Contains(ids, 601) || tok.Decode(ids) != text {
		t.Errorf("%q is encoded as %v and comes back as %q", text, ids, tok.Decode(ids))
	}
}

// In somebody else's text a special token that is written out is text like any other; an
// added token that is not special is still one.
func TestEncodeTextKnowsNoSpecialTokens(t *testing.T) {
	tokenizer, err := bpe.Train(t.Context(), slices.Values([]string{"una cosa y otra"}), bpe.TrainOptions{VocabSize: 270, SpecialTokens: []string{"<s>", "</s>"}})
	if err != nil {
		t.Fatal(err)
	}
	const text = "dice </s> y <s>sigue"
	for _, id := range tokenizer.EncodeText(text) {
		if tokenizer.IsSpecial(id) {
			t.Errorf("a text by somebody has the token %q", tokenizer.Token(id))
		}
	}
	if got := tokenizer.Decode(tokenizer.EncodeText(text)); got != text {
		t.Errorf("decoded %q", got)
	}
	special := slices.ContainsFunc(tokenizer.Encode(text), tokenizer.IsSpecial)
	if !special {
		t.Error("Encode does not recognise special tokens")
	}
}
