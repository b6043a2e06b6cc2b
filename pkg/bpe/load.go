package bpe

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds on what a file may hold, far above any vocabulary in use.
const (
	maxTokens   = 1 << 22
	maxFileSize = 256 << 20
)

// Load reads the tokenizer of a Hugging Face folder: tokenizer.json where
// there is one, else vocab.json and merges.txt, with the tokens of
// added_tokens.json or of tokenizer_config.json. Which token begins, ends and
// pads a text comes from special_tokens_map.json and tokenizer_config.json,
// or from custom (<|endoftext|>, or <s>, </s>, <pad>). The error names the
// file and what is wrong with it; a tokenizer that is not byte-level BPE is an
// error.
func Load(dir string) (*Tokenizer, error) {
	r, err := loadRoles(dir)
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	path := filepath.Join(dir, "tokenizer.json")
	f, err := openBounded(path)
	if errors.Is(err, fs.ErrNotExist) {
		return loadPair(dir, r)
	}
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	t, err := readTokenizerJSON(f, r)
	if err != nil {
		return nil, fmt.Errorf("bpe: %s: %w", path, err)
	}
	return t, nil
}

// Read reads a tokenizer.json, as [Load] does from a folder that has nothing else.
func Read(r io.Reader) (*Tokenizer, error) {
	t, err := readTokenizerJSON(r, roles{})
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	return t, nil
}

// loadPair reads vocab.json and merges.txt.
func loadPair(dir string, r roles) (*Tokenizer, error) {
	vocabPath, mergesPath := filepath.Join(dir, "vocab.json"), filepath.Join(dir, "merges.txt")
	vocabFile, err := openBounded(vocabPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("bpe: %s has neither tokenizer.json nor vocab.json with merges.txt: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	defer vocabFile.Close() //nolint:errcheck // read only
	vocab, err := readVocab(vocabFile)
	if err != nil {
		return nil, fmt.Errorf("bpe: %s: %w", vocabPath, err)
	}
	mergesFile, err := openBounded(mergesPath)
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	defer mergesFile.Close() //nolint:errcheck // read only
	merges, err := readMerges(mergesFile)
	if err != nil {
		return nil, fmt.Errorf("bpe: %s: %w", mergesPath, err)
	}
	has := func(token string) bool { _, known := vocab[token]; return known }
	r = r.or(guessRoles(has))
	others, err := loadOtherSpecial(dir)
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	special := append(r.all(), others...)
	added, prefix, err := loadAdded(dir, special)
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	for _, token := range special {
		id, known := vocab[token]
		if known && !slices.ContainsFunc(added, func(a addedToken) bool { return a.ID == id }) {
			added = append(added, addedToken{ID: id, Content: token, Special: true})
		}
	}
	slices.SortFunc(added, func(a, b addedToken) int { return int(a.ID) - int(b.ID) })
	t, err := newTokenizer(vocab, merges, added, r)
	if errors.Is(err, errNoMerges) {
		return nil, fmt.Errorf("bpe: %s: %w", mergesPath, err)
	}
	if err != nil {
		return nil, fmt.Errorf("bpe: %s: %w", dir, err)
	}
	t.prefix = prefix
	return t, nil
}

// loadAdded reads the tokens that were added to a vocabulary: from
// added_tokens_decoder in tokenizer_config.json, as transformers has written them
// since 2023, else from added_tokens.json, which has their text and id alone. It
// also tells whether a blank is put before a text.
func loadAdded(dir string, special []string) (added []addedToken, prefix bool, err error) {
	var config struct {
		Added  map[int32]addedToken `json:"added_tokens_decoder"`
		Prefix bool                 `json:"add_prefix_space"`
	}
	if err := readOptional(filepath.Join(dir, "tokenizer_config.json"), &config); err != nil {
		return nil, false, err
	}
	var ids map[string]int32
	if len(config.Added) == 0 {
		if err := readOptional(filepath.Join(dir, "added_tokens.json"), &ids); err != nil {
			return nil, false, err
		}
	}
	for id, token := range config.Added {
		token.ID = id
		added = append(added, token)
	}
	for token, id := range ids {
		isSpecial := slices.Contains(special, token)
		added = append(added, addedToken{ID: id, Content: token, Special: isSpecial, Normalized: !isSpecial})
	}
	return added, config.Prefix, nil
}

// loadOtherSpecial reads the special tokens without one of the roles.
func loadOtherSpecial(dir string) (tokens []string, err error) {
	for _, name := range []string{"special_tokens_map.json", "tokenizer_config.json"} {
		var file struct {
			Others []roleEntry `json:"additional_special_tokens"`
		}
		if err := readOptional(filepath.Join(dir, name), &file); err != nil {
			return nil, err
		}
		for _, token := range file.Others {
			tokens = append(tokens, string(token))
		}
	}
	return tokens, nil
}

// readOptional reads a JSON file into v, which it leaves as it is where there is none.
func readOptional(path string, v any) error {
	f, err := openBounded(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	if err := json.NewDecoder(f).Decode(v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// openBounded opens a file, unless it is too large to be what it should be.
func openBounded(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s is not a file", path)
	case info.Size() > maxFileSize:
		err = fmt.Errorf("%s has %d bytes: a tokenizer's file has at most %d", path, info.Size(), maxFileSize)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// readVocab reads vocab.json: an object of token and id.
func readVocab(r io.Reader) (map[string]int32, error) {
	var vocab vocabulary
	if err := json.NewDecoder(r).Decode(&vocab); err != nil {
		return nil, err
	}
	return vocab, nil
}

// vocabulary is the id of each token. A token that stands twice in the file is an
// error: encoding/json would let the last one win.
type vocabulary map[string]int32

func (v *vocabulary) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, (*map[string]int32)(v)); err != nil {
		return err
	}
	// A sound object from here on: names and numbers by turns.
	d := json.NewDecoder(bytes.NewReader(data))
	seen := make(map[string]bool, len(*v))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name, isName := token.(string)
		if !isName {
			continue
		}
		if seen[name] {
			return fmt.Errorf("token %.80q stands twice in the vocabulary: keep one", name)
		}
		seen[name] = true
	}
}

// readMerges reads merges.txt: a version line, then two tokens a line.
func readMerges(r io.Reader) ([][2]string, error) {
	var merges [][2]string
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for line := 1; scanner.Scan(); line++ {
		text := scanner.Text()
		if text == "" || strings.HasPrefix(text, "#version") {
			continue
		}
		m, err := parseMerge(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		merges = append(merges, m)
	}
	return merges, scanner.Err()
}

// parseMerge reads "left right".
func parseMerge(text string) ([2]string, error) {
	left, right, found := strings.Cut(text, " ")
	if !found || left == "" || right == "" || strings.Contains(right, " ") {
		return [2]string{}, fmt.Errorf("a merge is two tokens with one blank between, not %.80q", text)
	}
	return [2]string{left, right}, nil
}

// tokenizerFile is the part of tokenizer.json that this package reads.
type tokenizerFile struct {
	AddedTokens  []addedToken `json:"added_tokens"`
	Normalizer   any          `json:"normalizer"`
	PreTokenizer *struct {
		Type           string `json:"type"`
		AddPrefixSpace bool   `json:"add_prefix_space"`
		UseRegex       *bool  `json:"use_regex"`
	} `json:"pre_tokenizer"`
	Decoder *struct {
		Type string `json:"type"`
	} `json:"decoder"`
	Model struct {
		Type         string       `json:"type"`
		Prefix       string       `json:"continuing_subword_prefix"`
		Suffix       string       `json:"end_of_word_suffix"`
		IgnoreMerges bool         `json:"ignore_merges"`
		Dropout      float64      `json:"dropout"`
		Vocab        vocabulary   `json:"vocab"`
		Merges       []mergeEntry `json:"merges"`
	} `json:"model"`
}

// mergeEntry is a merge in tokenizer.json: ["left","right"], or "left right"
// in files written before 2024.
type mergeEntry [2]string

func (m *mergeEntry) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		parsed, err := parseMerge(text)
		*m = parsed
		return err
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) != 2 || list[0] == "" || list[1] == "" {
		return fmt.Errorf("a merge is two tokens, not %.80q", data)
	}
	*m = mergeEntry(list)
	return nil
}

func readTokenizerJSON(r io.Reader, given roles) (*Tokenizer, error) {
	var file tokenizerFile
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, err
	}
	pre := file.PreTokenizer
	switch {
	case file.Model.Type != "BPE" && file.Model.Type != "":
		return nil, fmt.Errorf("the model is %.40q, and this package reads BPE", file.Model.Type)
	case file.Normalizer != nil:
		return nil, errors.New("it has a normalizer, and GPT-2's tokenizer has none")
	case pre == nil || pre.Type != "ByteLevel" || pre.UseRegex != nil && !*pre.UseRegex:
		return nil, errors.New("the pre-tokenizer is not GPT-2's ByteLevel")
	case file.Decoder != nil && file.Decoder.Type != "ByteLevel":
		return nil, fmt.Errorf("the decoder is %.40q, and GPT-2's is ByteLevel", file.Decoder.Type)
	case file.Model.Dropout != 0:
		return nil, fmt.Errorf("it asks for a dropout of %v, which cuts the same text differently each time", file.Model.Dropout)
	case file.Model.Prefix != "" || file.Model.Suffix != "" || file.Model.IgnoreMerges:
		return nil, errors.New("it asks for subword prefixes, word suffixes or ignore_merges, which GPT-2's tokenizer does not have")
	}
	merges := make([][2]string, len(file.Model.Merges))
	for i, m := range file.Model.Merges {
		merges[i] = m
	}
	special := func(token string) bool {
		return slices.ContainsFunc(file.AddedTokens, func(a addedToken) bool { return a.Special && a.Content == token })
	}
	t, err := newTokenizer(file.Model.Vocab, merges, file.AddedTokens, given.or(guessRoles(special)))
	if err != nil {
		return nil, err
	}
	t.prefix = pre.AddPrefixSpace
	return t, nil
}

// loadRoles reads the special tokens' roles; a folder without them is fine.
func loadRoles(dir string) (roles, error) {
	var r roles
	for _, name := range []string{"special_tokens_map.json", "tokenizer_config.json"} {
		var file struct {
			BOS  roleEntry `json:"bos_token"`
			EOS  roleEntry `json:"eos_token"`
			UNK  roleEntry `json:"unk_token"`
			Pad  roleEntry `json:"pad_token"`
			Mask roleEntry `json:"mask_token"`
		}
		if err := readOptional(filepath.Join(dir, name), &file); err != nil {
			return roles{}, err
		}
		r = r.or(roles{BOS: string(file.BOS), EOS: string(file.EOS), UNK: string(file.UNK), Pad: string(file.Pad), Mask: string(file.Mask)})
	}
	return r, nil
}

// roleEntry is a token's text, or an object with its content.
type roleEntry string

func (r *roleEntry) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*r = roleEntry(text)
		return nil
	}
	var object struct{ Content string }
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	*r = roleEntry(object.Content)
	return nil
}
