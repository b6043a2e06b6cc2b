package bpe

import (
	"bytes"
	"encoding/json"
	"testing"
)

// The fuzz targets' seeds are small, and the 256 tokens without which no
// vocabulary is read are put in by the target: the fuzzer then spends its time
// on the form of the files and not on their length.

// byteTokens is the beginning of a vocabulary: a token for every byte.
var byteTokens = func() []byte {
	vocab := make(map[string]int32, len(byteRune))
	for b, r := range byteRune {
		vocab[string(r)] = int32(b)
	}
	data, err := json.Marshal(vocab)
	if err != nil {
		panic(err)
	}
	return bytes.Trim(data, "{}")
}()

// withBytes puts the tokens of all bytes where data has an @.
func withBytes(data []byte) []byte { return bytes.ReplaceAll(data, []byte("@"), byteTokens) }

// use encodes and decodes, which must not panic whatever was read.
func use(t *testing.T, tok *Tokenizer) {
	text := "Con los vecinos 😀 <s> abab"
	ids := tok.Encode(text)
	for _, id := range ids {
		if id < 0 || int(id) >= tok.VocabSize() {
			t.Errorf("id %d of %d tokens", id, tok.VocabSize())
		}
	}
	tok.Decode(ids)
	tok.DecodeText(ids)
}

func FuzzVocabularyAndMerges(f *testing.F) {
	f.Add([]byte(`{@,"ab":256,"abab":257}`), []byte("#version: 0.2\na b\nab ab\n"))
	f.Add([]byte(`{@,"ab":300}`), []byte("a b\r\n"))
	f.Add([]byte(`{@,"a":0}`), []byte("a b c\n\n"))
	f.Add([]byte(`{@,"<s>":-1,"":2000000000}`), []byte(" a\na "))
	f.Add([]byte(`{"a":`), []byte(""))
	f.Fuzz(func(t *testing.T, vocabFile, mergesFile []byte) {
		vocab, err := readVocab(bytes.NewReader(withBytes(vocabFile)))
		merges, mergesErr := readMerges(bytes.NewReader(mergesFile))
		if err != nil || mergesErr != nil {
			return
		}
		if tok, err := newTokenizer(vocab, merges, nil, roles{}); err == nil {
			use(t, tok)
		}
	})
}

func FuzzTokenizerJSON(f *testing.F) {
	for _, seed := range []string{
		`{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{@,"ab":256},"merges":[["a","b"]]}}`,
		`{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true},"model":{"vocab":{@,"ab":256},"merges":["a b"]},
		  "added_tokens":[{"id":257,"content":"<s>","special":true,"lstrip":true,"rstrip":true},{"id":258,"content":"ab","single_word":true,"normalized":true}]}`,
		`{"pre_tokenizer":{"type":"ByteLevel"},"model":{"vocab":{@},"merges":[]},"added_tokens":[{"id":-1,"content":""}]}`,
		`{"model":{"type":"Unigram","vocab":[]},"normalizer":{}}`,
		`{"pre_tokenizer":{"type":"ByteLevel","use_regex":false},"model":{"vocab":{"a":0},"merges":["a  b"]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if tok, err := readTokenizerJSON(bytes.NewReader(withBytes(data)), roles{}); err == nil {
			use(t, tok)
		}
	})
}
