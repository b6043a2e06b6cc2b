// Command spark loads a corpus with the embedded engine and on a Spark cluster, in
// turn, and prints the seconds that each took. Their files must be the same.
//
// usage: go run ./scripts/benchmarks/spark [-rounds N] [-tweets PATH] FOLDER
//
// The server's address is taken from SPARK_REMOTE. -tweets is where the cluster
// sees the tweets, if not in the corpus's folder.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/spark"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	rounds := flag.Int("rounds", 1, "veces que se carga con cada motor")
	there := flag.String("tweets", "", "dónde ve el clúster los tweets")
	flag.Parse()
	if flag.NArg() != 1 {
		return errors.New("falta la carpeta del corpus")
	}
	corpus, err := filepath.Abs(flag.Arg(0))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hemiciclo")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	embedded := tweets.Options{
		Accounts: filepath.Join(corpus, "accounts.csv"), Tweets: []string{filepath.Join(corpus, "tweets")}, Days: 500,
	}
	cluster := spark.Options{Corpus: embedded}
	cluster.Corpus.Tweets = []string{*there}
	if *there == "" {
		cluster.Corpus.Tweets[0] = spark.SharedPath(embedded.Tweets[0])
	}
	ours, theirs := filepath.Join(dir, "embedded.parquet"), filepath.Join(dir, "spark.parquet")
	for range *rounds {
		result, err := timed("embedded", func() (*tweets.Result, error) { return load.File(ctx, embedded, ours) })
		if err != nil {
			return err
		}
		onSpark, err := timed("spark", func() (*tweets.Result, error) { return spark.Load(ctx, cluster, theirs) })
		if err != nil {
			return err
		}
		fmt.Printf("%v\n%v\n", result.Steps, onSpark.Steps)
		if err := same(ours, theirs); err != nil {
			return err
		}
	}
	return nil
}

func timed(name string, load func() (*tweets.Result, error)) (*tweets.Result, error) {
	start := time.Now()
	result, err := load()
	fmt.Printf("%-8s %7.1f s\n", name, time.Since(start).Seconds())
	return result, err
}

func same(one, other string) error {
	a, err := os.ReadFile(one)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(other)
	if err != nil {
		return err
	}
	if !bytes.Equal(a, b) {
		return errors.New("los dos motores escribieron archivos distintos")
	}
	return nil
}
