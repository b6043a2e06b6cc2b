package study

import (
	"context"
	"io"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

const datasetVersion = 3

// mostValidation is the most tweets of a data set that are held out for validation: enough
// to see a loss fall, and few enough to be scored often.
const mostValidation = 500

// DataSet is one side's tweets, parted, and the texts that models read.
type DataSet struct {
	Side   Side
	Tweets int
	// Train is what models learn from, Validation what they are validated on while they
	// do, Test what nothing learns from.
	Train, Validation, Test Part
	// TrainTweets are those of Train and Validation: all that may be learnt from.
	TrainTweets []tweets.Tweet

	study *Study
	// parted is the fingerprint of which tweets are in training and test, made that of the
	// texts too.
	parted string
	made   stepRecord
}

// Part is some of a data set's tweets and their text file.
type Part struct {
	Tweets []tweets.Tweet
	Path   string // in the run folder
	corpus.Counts
}

// parts are those that there are, in the order of counts.json.
func (d *DataSet) parts() []*Part {
	if d.Validation.Path == "" {
		return []*Part{&d.Train, &d.Test}
	}
	return []*Part{&d.Train, &d.Validation, &d.Test}
}

// validated is the part that models are validated on while they learn.
func (d *DataSet) validated() Part {
	if d.Validation.Path == "" {
		return d.Test
	}
	return d.Validation
}

func (s *Study) dataSet(ctx context.Context, side Side) (*DataSet, error) {
	chosen, err := s.sides(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.partition(ctx, chosen.loaded, side.Folder(), chosen.Tweets[side], side)
	if err != nil {
		return nil, err
	}
	d.Side = side
	return d, s.record("data-"+side.Folder(),
		Figure{ID: "data." + side.Folder() + ".train", Value: float64(len(d.TrainTweets)), Unit: "tweets", Seed: s.Recipe.Seed, Source: side.Folder() + ".parquet"},
		Figure{ID: "data." + side.Folder() + ".test", Value: float64(len(d.Test.Tweets)), Unit: "tweets", Seed: s.Recipe.Seed, Source: side.Folder() + ".parquet"},
	)
}

// restDataSet is that of the tweets on neither side.
func (s *Study) restDataSet(ctx context.Context) (*DataSet, error) {
	chosen, err := s.sides(ctx)
	if err != nil {
		return nil, err
	}
	return s.partition(ctx, chosen.loaded, rest, chosen.rest, Sides...)
}

// partition splits the picked tweets and writes the text of each part into the folder; those
// of the study's four recipes, which a run has besides its own, into one within it. Which
// tweets they are depends on what puts tweets on these sides.
func (s *Study) partition(ctx context.Context, loaded *Loaded, folder string, picked []tweets.Tweet, sides ...Side) (*DataSet, error) {
	name, write := folder, corpus.WriteTweets
	if s.Recipe.of2020() {
		name += "/2020"
	}
	if s.Recipe.TwoBlanks {
		write = corpus.WriteText2020
	}
	d := DataSet{Tweets: len(picked)}
	d.Train.Path, d.Test.Path = name+"/train.txt", name+"/test.txt"
	if s.Recipe.ValidationShare > 0 {
		d.Validation.Path = name + "/validation.txt"
	}
	var err error
	d.parted, err = step{Name: folder, Inputs: []any{loaded.made.Fingerprint, s.whom(sides...), s.Settings.Split, s.Recipe.TestShare, s.Recipe.Seed}}.fingerprint()
	if err != nil {
		return nil, err
	}
	st := step{
		Name: "data-" + strings.ReplaceAll(name, "/", "-"), Version: datasetVersion,
		Inputs:    []any{d.parted, s.Recipe.ValidationShare, s.Recipe.TwoBlanks},
		Artifacts: []string{name + "/counts.json"},
	}
	for _, part := range d.parts() {
		st.Artifacts = append(st.Artifacts, part.Path)
	}
	fingerprint, err := st.fingerprint()
	if err != nil {
		return nil, err
	}
	if d, err = once(s, st.Name, fingerprint, func() (DataSet, error) { return s.part(d, folder, picked) }); err != nil {
		return nil, err
	}
	d.study = s
	var counts []corpus.Counts
	counts, d.made, err = cached(ctx, s, st, func() (counts []corpus.Counts, err error) {
		for _, part := range d.parts() {
			err := home.WriteFile(s.path(part.Path), func(w io.Writer) (err error) {
				part.Counts, err = write(w, cleanTexts(part.Tweets))
				return err
			})
			if err != nil {
				return nil, err
			}
			counts = append(counts, part.Counts)
		}
		return counts, nil
	})
	if err != nil {
		return nil, err
	}
	for i, part := range d.parts() {
		part.Counts = counts[i]
	}
	return &d, nil
}

// part returns the data set with the picked tweets in its parts.
func (s *Study) part(d DataSet, folder string, picked []tweets.Tweet) (_ DataSet, err error) {
	if d.TrainTweets, d.Test.Tweets, err = s.split(folder, picked); err != nil {
		return d, err
	}
	d.Train.Tweets = d.TrainTweets
	if s.Recipe.ValidationShare > 0 {
		share := min(s.Recipe.ValidationShare, mostValidation/float64(max(1, len(d.TrainTweets))))
		d.Train.Tweets, d.Validation.Tweets = corpus.Split(d.TrainTweets, share, s.Recipe.Seed)
	}
	return d, nil
}
