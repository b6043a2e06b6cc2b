// Command tokenizer is our side of scripts/bench tokenizer.
//
//	tokenizer -write FILE -tweets N          writes synthetic tweets, one to a line
//	tokenizer -texts FILE -save FOLDER       trains a vocabulary on them and keeps it
//	tokenizer -texts FILE -train             trains one whenever it is told to
//	tokenizer -texts FILE -model FOLDER      encodes them whenever it is told to
//
// The last two work once for each line of the standard input and answer with a line of
// JSON: {"seconds": …, "digest": of what came out, "peak": bytes}. GOMAXPROCS says how many
// processors they use.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/scripts/benchmarks/answer"
)

// end is the token that sets tweets apart. It takes the first id.
const end = "</s>"

func main() {
	write := flag.String("write", "", "file to write synthetic tweets to")
	number := flag.Int("tweets", 200_000, "how many")
	texts := flag.String("texts", "", "file of texts, one to a line")
	save := flag.String("save", "", "folder to keep a trained vocabulary in")
	vocabulary := flag.Int("vocabulary", 50257, "most tokens of a trained vocabulary")
	train := flag.Bool("train", false, "train when told to")
	model := flag.String("model", "", "folder of the vocabulary to encode with")
	flag.Parse()
	var err error
	switch {
	case *write != "":
		err = writeTweets(*write, *number)
	case *save != "":
		err = saveVocabulary(*texts, *save, *vocabulary)
	case *train:
		err = trainInTurn(*texts, *vocabulary)
	case *model != "":
		err = encodeInTurn(*texts, *model)
	default:
		err = errors.New("one of -write, -save, -train, -model says what to do")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeTweets writes what the study trains its models on, for a demo corpus.
func writeTweets(path string, number int) error {
	folder, err := os.MkdirTemp("", "hemiciclo-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	demonstration := filepath.Join(folder, "corpus")
	if _, err := demo.Write(demonstration, demo.Options{Tweets: number}); err != nil {
		return err
	}
	loaded, err := load.Tweets(context.Background(), tweets.Options{
		Accounts: filepath.Join(demonstration, "accounts.csv"), Tweets: []string{filepath.Join(demonstration, "tweets")}, Days: demo.Days,
		DropAuthorless: true,
	})
	if err != nil {
		return err
	}
	return home.WriteFile(path, func(w io.Writer) error {
		_, err := corpus.WriteTweets(w, func(yield func(string) bool) {
			for _, tweet := range loaded.Tweets {
				if !yield(tweet.TextClean) {
					return
				}
			}
		})
		return err
	})
}

func learn(text string, size int) (*bpe.Tokenizer, error) {
	return bpe.Train(context.Background(), func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			if !yield(strings.TrimSuffix(line, "\n")) {
				return
			}
		}
	}, bpe.TrainOptions{VocabSize: size, SpecialTokens: []string{end}})
}

func saveVocabulary(texts, folder string, size int) error {
	text, err := os.ReadFile(texts)
	if err != nil {
		return err
	}
	tokenizer, err := learn(string(text), size)
	if err != nil {
		return err
	}
	return tokenizer.Save(folder)
}

// trainInTurn answers with the digest of the tokens by id, a line each.
func trainInTurn(texts string, size int) error {
	text, err := os.ReadFile(texts)
	if err != nil {
		return err
	}
	return inTurn(func() (took time.Duration, tokens []byte, err error) {
		begin := time.Now()
		tokenizer, err := learn(string(text), size)
		took = time.Since(begin)
		if err != nil {
			return 0, nil, err
		}
		for id := range tokenizer.VocabSize() {
			tokens = append(append(tokens, tokenizer.Token(int32(id))...), '\n')
		}
		return took, tokens, nil
	})
}

// encodeInTurn answers with the digest of the ids, each in four bytes. The tokenizer is read
// anew each time, so that it remembers no words.
func encodeInTurn(texts, model string) error {
	data, err := os.ReadFile(texts)
	if err != nil {
		return err
	}
	text := string(data)
	return inTurn(func() (took time.Duration, raw []byte, err error) {
		tokenizer, err := bpe.Load(model)
		if err != nil {
			return 0, nil, err
		}
		id, _ := tokenizer.ID(end)
		encoding, err := corpus.NewEncoding(tokenizer, &id)
		if err != nil {
			return 0, nil, err
		}
		begin := time.Now()
		ids := encoding.Text(text)
		took = time.Since(begin)
		for _, id := range ids {
			raw = binary.LittleEndian.AppendUint32(raw, uint32(id))
		}
		return took, raw, nil
	})
}

// inTurn works once for each line of the standard input. work tells how long it took and
// what came out.
func inTurn(work func() (took time.Duration, outcome []byte, err error)) error {
	orders := bufio.NewScanner(os.Stdin)
	for orders.Scan() {
		took, outcome, err := work()
		if err != nil {
			return err
		}
		digest := sha256.Sum256(outcome)
		values := map[string]any{"seconds": took.Seconds(), "digest": hex.EncodeToString(digest[:])}
		if err := answer.Write(os.Stdout, values); err != nil {
			return err
		}
	}
	return orders.Err()
}
