package run

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// quickVersion is raised when copies hold something else, or are written otherwise.
const quickVersion = 1

// quick is the step that keeps a copy of a Parquet file, made as of says, in a form that a cell
// reads in a moment, and without Parquet.
func (r *Run) quick(ctx context.Context, of Record, name string, copyTo func(path string) error) (path string, err error) {
	path = filepath.Join("quick", name)
	_, err = r.Do(ctx, Step{Name: "quick-" + name, Version: quickVersion, Inputs: of.Fingerprint, Artifacts: []string{path}},
		func() error { return copyTo(r.Path(path)) })
	return r.Path(path), err
}

// QuickTweets are the tweets of tweets.parquet.
func (r *Run) QuickTweets(ctx context.Context, of Record) ([]tweets.Tweet, error) {
	path, err := r.quick(ctx, of, "tweets", func(path string) error {
		rows, err := r.Maker.ReadTweets(r.Path("tweets.parquet"))
		if err != nil {
			return err
		}
		return tweets.WriteRows(path, rows)
	})
	if err != nil {
		return nil, err
	}
	return tweets.ReadRows(path)
}

// QuickVectors are the vectors of a Parquet file.
func (r *Run) QuickVectors(ctx context.Context, of Record, name, parquet string) (m *vectors.Model, err error) {
	path, err := r.quick(ctx, of, name, func(path string) error {
		model, err := r.Maker.ReadVectors(parquet)
		if err != nil {
			return err
		}
		return home.WriteFile(path, func(w io.Writer) error { return model.Write(w) })
	})
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return vectors.Read(bufio.NewReader(file))
}
