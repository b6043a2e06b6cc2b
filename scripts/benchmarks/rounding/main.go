// Command rounding says what weights in int8 change of a model's predictions.
//
//	rounding MODEL TEXTS     a model folder with its tokenizer, and a file of tweets, one a line
//
// After each beginning of each tweet, which the model reads as one that it is to write, the
// float32 decoder and the int8 decoder score the next token. What it prints is one JSON
// object: the bits per byte of both, and the share of places where both have the same
// likeliest token, which is the one that is written without sampling.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// batch is how many tweets are read side by side.
const batch = 16

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: rounding MODEL TEXTS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(folder, file string) error {
	m, err := gpt2.Load(folder)
	if err != nil {
		return err
	}
	texts, bytes, err := read(folder, file, m.Config)
	if err != nil {
		return err
	}
	engine, err := backend.Open()
	if err != nil {
		return err
	}
	defer engine.Close()
	decoder, err := gpt2.NewDecoder(engine.Backend, m)
	if err != nil {
		return err
	}
	weights, err := m.Int8()
	if err != nil {
		return err
	}
	exact, err := predict(texts, func(prompts [][]int32, further int) (decoding, error) {
		return decoder.Start(prompts, further)
	})
	if err != nil {
		return err
	}
	rounded, err := predict(texts, func(prompts [][]int32, further int) (decoding, error) {
		return gpt2.NewInt8Decoder(weights).StartBeams(prompts, 1, further)
	})
	if err != nil {
		return err
	}
	same := 0
	for i, token := range exact.likeliest {
		if token == rounded.likeliest[i] {
			same++
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"texts": len(texts), "tokens": len(exact.likeliest),
		"same_likeliest":        float64(same) / float64(len(exact.likeliest)),
		"bits_per_byte_float32": exact.nats / math.Ln2 / float64(bytes),
		"bits_per_byte_int8":    rounded.nats / math.Ln2 / float64(bytes),
	})
}

// read returns the tweets' tokens after what stands before each, the longest first, so
// that tweets of about one length are read side by side, and their bytes.
func read(folder, file string, config gpt2.Config) (texts [][]int32, bytes int, err error) {
	tokenizer, err := bpe.Load(folder)
	if err != nil {
		return nil, 0, err
	}
	encoding, err := corpus.NewEncoding(tokenizer, config.EOSTokenID)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", filepath.Base(folder), err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, 0, err
	}
	for line := range strings.Lines(string(data)) {
		ids, n := encoding.Tweet(strings.TrimSuffix(line, "\n"))
		if len(ids) > 1 && len(ids) <= config.NPositions {
			texts, bytes = append(texts, ids), bytes+n
		}
	}
	if len(texts) == 0 {
		return nil, 0, fmt.Errorf("%s holds no tweets", file)
	}
	slices.SortStableFunc(texts, func(a, b []int32) int { return len(b) - len(a) })
	return texts, bytes, nil
}

// decoding is what both decoders start.
type decoding interface {
	Logits() ([][]float32, error)
	Append(tokens []int32) error
	Close() error
}

// predictions are those of the tokens of texts, but for the first of each.
type predictions struct {
	nats      float64 // sum of the negative log-likelihoods
	likeliest []int32
}

// predict scores texts in batches.
func predict(texts [][]int32, start func(prompts [][]int32, further int) (decoding, error)) (p predictions, err error) {
	for group := range slices.Chunk(texts, batch) {
		prompts := make([][]int32, len(group))
		for row, ids := range group {
			prompts[row] = ids[:1]
		}
		d, err := start(prompts, len(group[0])-1)
		if err != nil {
			return p, err
		}
		for place := 1; place < len(group[0]); place++ {
			scores, err := d.Logits()
			if err != nil {
				return p, err
			}
			next := make([]int32, len(group))
			for row, ids := range group {
				if next[row] = gpt2.NoToken; place < len(ids) {
					next[row] = ids[place]
					p.add(scores[row], ids[place])
				}
			}
			if err := d.Append(next); err != nil {
				return p, err
			}
		}
		if err := d.Close(); err != nil {
			return p, err
		}
	}
	return p, nil
}

// add adds the prediction of a token.
func (p *predictions) add(scores []float32, token int32) {
	likeliest, sum := 0, 0.0
	for i, score := range scores {
		if score > scores[likeliest] {
			likeliest = i
		}
	}
	for _, score := range scores {
		sum += math.Exp(float64(score - scores[likeliest]))
	}
	p.nats += math.Log(sum) - float64(scores[token]-scores[likeliest])
	p.likeliest = append(p.likeliest, int32(likeliest))
}
