package bpe

import (
	"bytes"
	"os"
	"testing"
)

func FuzzReaders(f *testing.F) {
	for _, name := range []string{"tokenizer.json", "vocab.json", "merges.txt"} {
		data, err := os.ReadFile("testdata/tokenizer/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"model":{"vocab":{"a":0},"merges":["a b"]},"pre_tokenizer":{"type":"ByteLevel"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		vocab, vocabErr := readVocab(bytes.NewReader(data))
		merges, mergesErr := readMerges(bytes.NewReader(data))
		if vocabErr == nil && mergesErr == nil {
			_, _ = newTokenizer(vocab, merges, nil, roles{})
		}
		tok, err := readTokenizerJSON(bytes.NewReader(data), roles{})
		if err == nil {
			tok.Decode(tok.Encode("Con los vecinos 😀 <s>"))
		}
	})
}
