// Command word2vec is our side of scripts/bench word2vec.
//
//	word2vec -write FILE -tweets N     writes the words of synthetic tweets, a line each
//	word2vec -texts FILE -size N       trains on them
//
// When it trains it prints a line of JSON: {"words": …, "seconds": …}, the words of the
// texts and the time that vocabulary and training took, the compilation included.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/word2vec"
)

func main() {
	write := flag.String("write", "", "file to write the texts to")
	number := flag.Int("tweets", 200_000, "how many tweets to write")
	texts := flag.String("texts", "", "file of texts to train on")
	size := flag.Int("size", 2, "dimensions")
	minCount := flag.Int("min-count", 3, "how often a word must occur")
	negative := flag.Int("negative", 0, "negative samples; 0: hierarchical softmax")
	flag.Parse()
	var err error
	if *write != "" {
		err = writeTexts(*write, *number)
	} else {
		err = train(*texts, word2vec.Options{VectorSize: *size, MinCount: *minCount, Negative: *negative, Seed: 1})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeTexts writes what the study trains word2vec on, for a demo corpus: the words
// of each tweet without stop words.
func writeTexts(path string, number int) error {
	folder, err := os.MkdirTemp("", "hemiciclo-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	corpus := filepath.Join(folder, "corpus")
	if _, err := demo.Write(corpus, demo.Options{Tweets: number}); err != nil {
		return err
	}
	loaded, err := load.Tweets(context.Background(), tweets.Options{
		Accounts: filepath.Join(corpus, "accounts.csv"), Tweets: []string{filepath.Join(corpus, "tweets")}, Days: demo.Days,
		DropAuthorless: true,
	})
	if err != nil {
		return err
	}
	return home.WriteFile(path, func(w io.Writer) error {
		for _, tweet := range loaded.Tweets {
			words := slices.DeleteFunc(text.RemoveStopWords(text.Tokenize(tweet.TextClean)), func(word string) bool { return word == "" })
			if _, err := fmt.Fprintln(w, strings.Join(words, " ")); err != nil {
				return err
			}
		}
		return nil
	})
}

func train(path string, o word2vec.Options) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	var sentences [][]string
	words := 0
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		sentences = append(sentences, strings.Fields(lines.Text()))
		words += len(sentences[len(sentences)-1])
	}
	if err := lines.Err(); err != nil {
		return err
	}
	engine, err := backend.Open()
	if err != nil {
		return err
	}
	defer engine.Close()
	began := time.Now()
	if _, err := word2vec.Train(context.Background(), engine.Backend, sentences, o); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"words": words, "seconds": time.Since(began).Seconds()})
}
