package work

import (
	"cmp"
	"context"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/spark"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// WriteDemo implements [task.Maker].
func (w *Worker) WriteDemo(folder string, tweets int) error {
	_, err := demo.Write(folder, demo.Options{Tweets: tweets})
	return err
}

// SweepDemo implements [task.Maker].
func (w *Worker) SweepDemo(folder string) error { return demo.RemovePartial(folder) }

// LoadTweets implements [task.Maker].
func (w *Worker) LoadTweets(ctx context.Context, o tweets.Options, path string) (*tweets.Result, error) {
	return load.File(ctx, o, path)
}

// LoadWithSpark implements [task.Maker].
func (w *Worker) LoadWithSpark(ctx context.Context, o task.SparkLoad, path string) (*tweets.Result, string, error) {
	options := spark.Options{Corpus: o.Corpus, Remote: cmp.Or(o.Remote, os.Getenv(spark.EnvRemote))}
	folder := o.Tweets
	if folder == "" {
		folder = spark.SharedPath(o.Corpus.Tweets[0])
	}
	options.Corpus.Tweets = []string{folder}
	if o.Progress != nil {
		options.Progress = func(p spark.Progress) { o.Progress(task.SparkProgress(p)) }
	}
	result, err := spark.Load(ctx, options, path)
	return result, options.Remote, err
}

// SampleTweets implements [task.Maker].
func (w *Worker) SampleTweets(ctx context.Context, o tweets.Options, files, records int) (*tweets.Result, bool, error) {
	return load.Sample(ctx, o, files, records)
}

// ReadTweets implements [task.Maker].
func (w *Worker) ReadTweets(path string) ([]tweets.Tweet, error) { return parquet.Read(path) }

// WriteTweets implements [task.Maker].
func (w *Worker) WriteTweets(path string, rows []tweets.Tweet) error {
	return parquet.Write(path, rows)
}
