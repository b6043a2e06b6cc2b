package study

import (
	"context"
	"io"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

const datasetVersion = 1

// rest is the folder of the tweets on neither side: the base model learns from
// them too.
const rest = "resto"

// DataSet is one side's training and test text.
type DataSet struct {
	Side                Side
	Tweets              int
	TrainPath, TestPath string
	Train, Test         corpus.Counts
	TrainTweets         []tweets.Tweet
	TestTweets          []tweets.Tweet

	study *Study
	made  stepRecord
}

// DataSet splits a side's tweets into training and test and writes both as the
// study's text files.
func (s *Study) DataSet(ctx context.Context, side Side) (*DataSet, error) {
	chosen, err := s.Sides(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.dataSet(ctx, chosen.loaded, side.Folder(), chosen.Tweets[side], side)
	if err != nil {
		return nil, err
	}
	d.Side = side
	return d, s.record("data-"+side.Folder(),
		Figure{ID: "data." + side.Folder() + ".train", Value: float64(d.Train.Texts), Unit: "tweets", Seed: s.Recipe.Seed, Source: d.TrainPath},
		Figure{ID: "data." + side.Folder() + ".test", Value: float64(d.Test.Texts), Unit: "tweets", Seed: s.Recipe.Seed, Source: d.TestPath},
	)
}

// restDataSet is that of the tweets on neither side.
func (s *Study) restDataSet(ctx context.Context) (*DataSet, error) {
	chosen, err := s.Sides(ctx)
	if err != nil {
		return nil, err
	}
	return s.dataSet(ctx, chosen.loaded, rest, chosen.rest, Sides...)
}

// dataSet splits the picked tweets, and writes <folder>/train.txt and test.txt. Which
// they are depends on what puts tweets on these sides.
func (s *Study) dataSet(ctx context.Context, loaded *Loaded, folder string, picked []tweets.Tweet, sides ...Side) (*DataSet, error) {
	d := &DataSet{
		study: s, Tweets: len(picked),
		TrainPath: folder + "/train.txt", TestPath: folder + "/test.txt",
	}
	var err error
	if d.TrainTweets, d.TestTweets, err = s.split(folder, picked); err != nil {
		return nil, err
	}
	d.made, err = s.run(ctx, step{
		Name: "data-" + folder, Version: datasetVersion,
		Inputs:    append([]any{loaded.made.Fingerprint, s.whom(sides...), s.Recipe.TestShare, s.Recipe.Seed}, s.splitInputs()...),
		Artifacts: []string{d.TrainPath, d.TestPath, folder + "/counts.json"},
	}, func() error {
		var counts [2]corpus.Counts
		for i, part := range []struct {
			path string
			rows []tweets.Tweet
		}{{d.TrainPath, d.TrainTweets}, {d.TestPath, d.TestTweets}} {
			err := home.WriteFile(s.path(part.path), func(w io.Writer) (err error) {
				counts[i], err = corpus.WriteText(w, cleanTexts(part.rows))
				return err
			})
			if err != nil {
				return err
			}
		}
		return writeJSON(s.path(folder, "counts.json"), counts)
	})
	if err != nil {
		return nil, err
	}
	var counts [2]corpus.Counts
	if err := readJSON(s.path(folder, "counts.json"), &counts); err != nil {
		return nil, err
	}
	d.Train, d.Test = counts[0], counts[1]
	return d, nil
}
