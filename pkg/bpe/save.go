package bpe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// Save writes the tokenizer into dir as Hugging Face's AutoTokenizer and
// [Load] read it: vocab.json, merges.txt, tokenizer.json,
// tokenizer_config.json and special_tokens_map.json.
// Each file is written whole or not at all.
func (t *Tokenizer) Save(dir string) error {
	vocab, err := t.vocabJSON()
	if err != nil {
		return fmt.Errorf("bpe: %w", err)
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"vocab.json", func(w io.Writer) error { _, err := w.Write(vocab); return err }},
		{"merges.txt", t.writeMerges},
		{"tokenizer.json", func(w io.Writer) error { return writeJSON(w, t.tokenizerJSON(vocab)) }},
		{"tokenizer_config.json", func(w io.Writer) error { return writeJSON(w, t.config()) }},
		{"special_tokens_map.json", func(w io.Writer) error { return writeJSON(w, t.roles) }},
	}
	for _, f := range files {
		if err := home.WriteFile(filepath.Join(dir, f.name), f.write); err != nil {
			return fmt.Errorf("bpe: saving the tokenizer: %w", err)
		}
	}
	return nil
}

// Write writes the tokenizer.json that [Read] reads.
func (t *Tokenizer) Write(w io.Writer) error {
	vocab, err := t.vocabJSON()
	if err == nil {
		err = writeJSON(w, t.tokenizerJSON(vocab))
	}
	if err != nil {
		return fmt.Errorf("bpe: writing the tokenizer: %w", err)
	}
	return nil
}

// writeJSON writes v indented, with < and & as they are.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// vocabJSON is the vocabulary as one JSON object in the order of ids.
func (t *Tokenizer) vocabJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for id, token := range t.tokens {
		if token == "" {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		var key bytes.Buffer
		encoder := json.NewEncoder(&key)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(token); err != nil {
			return nil, err
		}
		out.Write(bytes.TrimSuffix(key.Bytes(), []byte("\n")))
		fmt.Fprintf(&out, ":%d", id)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func (t *Tokenizer) writeMerges(w io.Writer) error {
	if _, err := fmt.Fprintln(w, "#version: 0.2"); err != nil {
		return err
	}
	for _, p := range t.merges {
		left, right := p.ids()
		if _, err := fmt.Fprintln(w, t.tokens[left], t.tokens[right]); err != nil {
			return err
		}
	}
	return nil
}

// byteLevel is the ByteLevel component of tokenizer.json in its three places.
type byteLevel struct {
	Type           string `json:"type"`
	AddPrefixSpace bool   `json:"add_prefix_space"`
	TrimOffsets    bool   `json:"trim_offsets"`
	UseRegex       bool   `json:"use_regex"`
}

// tokenizerJSON is the content of tokenizer.json.
func (t *Tokenizer) tokenizerJSON(vocab []byte) any {
	type model struct {
		Type         string          `json:"type"`
		Dropout      *float64        `json:"dropout"`
		Unknown      *string         `json:"unk_token"`
		Prefix       *string         `json:"continuing_subword_prefix"`
		Suffix       *string         `json:"end_of_word_suffix"`
		FuseUnknown  bool            `json:"fuse_unk"`
		ByteFallback bool            `json:"byte_fallback"`
		IgnoreMerges bool            `json:"ignore_merges"`
		Vocab        json.RawMessage `json:"vocab"`
		Merges       [][2]string     `json:"merges"`
	}
	merges := make([][2]string, len(t.merges))
	for i, p := range t.merges {
		left, right := p.ids()
		merges[i] = [2]string{t.tokens[left], t.tokens[right]}
	}
	added := t.added
	if added == nil {
		added = []addedToken{}
	}
	return struct {
		Version       string       `json:"version"`
		Truncation    any          `json:"truncation"`
		Padding       any          `json:"padding"`
		AddedTokens   []addedToken `json:"added_tokens"`
		Normalizer    any          `json:"normalizer"`
		PreTokenizer  byteLevel    `json:"pre_tokenizer"`
		PostProcessor byteLevel    `json:"post_processor"`
		Decoder       byteLevel    `json:"decoder"`
		Model         model        `json:"model"`
	}{
		Version:       "1.0",
		AddedTokens:   added,
		PreTokenizer:  byteLevel{"ByteLevel", t.prefix, true, true},
		PostProcessor: byteLevel{"ByteLevel", true, false, true},
		Decoder:       byteLevel{"ByteLevel", true, true, true},
		Model:         model{Type: "BPE", Vocab: vocab, Merges: merges},
	}
}

// config is the content of tokenizer_config.json. The class is the one that
// takes tokenizer.json as it is: GPT-2's own would add <|endoftext|>.
func (t *Tokenizer) config() any {
	return struct {
		Class          string `json:"tokenizer_class"`
		AddPrefixSpace bool   `json:"add_prefix_space"`
		CleanUp        bool   `json:"clean_up_tokenization_spaces"`
		roles
	}{Class: "PreTrainedTokenizerFast", AddPrefixSpace: t.prefix, roles: t.roles}
}
