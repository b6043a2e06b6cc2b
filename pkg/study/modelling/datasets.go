package modelling

import (
	"context"
	"io"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

const datasetVersion = 3

// mostValidation is the most tweets of a data set that are held out for validation: enough
// to see a loss fall, and few enough to be scored often.
const mostValidation = 500

// DataSet is one side's tweets, parted, and the texts that models read.
type DataSet struct {
	Side   run.Side
	Tweets int
	// Train is what models learn from, Validation what they are validated on while they
	// do, Test what nothing learns from.
	Train, Validation, Test Part
	// TrainTweets are those of Train and Validation: all that may be learnt from.
	TrainTweets []tweets.Tweet

	Run *run.Run
	// Parted is the fingerprint of which tweets are in training and test, Record.Fingerprint that
	// of the texts too.
	Parted string
	Record run.Record
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

// DataSetOf splits a side's tweets into training, validation and test and writes their
// texts.
func DataSetOf(ctx context.Context, r *run.Run, side run.Side) (*DataSet, error) {
	chosen, err := loading.ChooseSides(ctx, r)
	if err != nil {
		return nil, err
	}
	d, err := partition(ctx, r, chosen.Loaded, side.Folder(), chosen.Tweets[side], side)
	if err != nil {
		return nil, err
	}
	d.Side = side
	return d, r.RecordFigures(ctx, "data-"+side.Folder(),
		run.Figure{ID: "data." + side.Folder() + ".train", Value: float64(len(d.TrainTweets)), Unit: "tweets", Seed: r.Recipe.Seed, Source: side.Folder() + ".parquet"},
		run.Figure{ID: "data." + side.Folder() + ".test", Value: float64(len(d.Test.Tweets)), Unit: "tweets", Seed: r.Recipe.Seed, Source: side.Folder() + ".parquet"},
	)
}

// RestDataSet is that of the tweets on neither side.
func RestDataSet(ctx context.Context, r *run.Run) (*DataSet, error) {
	chosen, err := loading.ChooseSides(ctx, r)
	if err != nil {
		return nil, err
	}
	return partition(ctx, r, chosen.Loaded, run.Rest, chosen.Rest, run.Sides...)
}

// partition splits the picked tweets and writes the text of each part into the folder; those
// of the study's four recipes, which a run has besides its own, into one within it. Which
// tweets they are depends on what puts tweets on these sides.
func partition(ctx context.Context, r *run.Run, loaded *loading.Loaded, folder string, picked []tweets.Tweet, sides ...run.Side) (*DataSet, error) {
	name, write := folder, corpus.WriteTweets
	if r.Recipe.Of2020() {
		name += "/2020"
	}
	if r.Recipe.TwoBlanks {
		write = corpus.WriteText2020
	}
	d := DataSet{Tweets: len(picked)}
	d.Train.Path, d.Test.Path = name+"/train.txt", name+"/test.txt"
	if r.Recipe.ValidationShare > 0 {
		d.Validation.Path = name + "/validation.txt"
	}
	var err error
	d.Parted, err = run.Step{Name: folder, Inputs: []any{loaded.Record.Fingerprint, r.SideCriteria(sides...), r.Settings.Split, r.Recipe.TestShare, r.Recipe.Seed}}.Fingerprint()
	if err != nil {
		return nil, err
	}
	st := run.Step{
		Name: "data-" + strings.ReplaceAll(name, "/", "-"), Version: datasetVersion,
		Inputs:    []any{d.Parted, r.Recipe.ValidationShare, r.Recipe.TwoBlanks},
		Artifacts: []string{name + "/counts.json"},
	}
	for _, part := range d.parts() {
		st.Artifacts = append(st.Artifacts, part.Path)
	}
	fingerprint, err := st.Fingerprint()
	if err != nil {
		return nil, err
	}
	if d, err = run.Once(r, st.Name, fingerprint, func() (DataSet, error) { return part(r, d, folder, picked) }); err != nil {
		return nil, err
	}
	d.Run = r
	var counts []corpus.Counts
	counts, d.Record, err = run.Cached(ctx, r, st, func() (counts []corpus.Counts, err error) {
		for _, part := range d.parts() {
			err := home.WriteFile(r.Path(part.Path), func(w io.Writer) (err error) {
				part.Counts, err = write(w, run.CleanTexts(part.Tweets))
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
func part(r *run.Run, d DataSet, folder string, picked []tweets.Tweet) (_ DataSet, err error) {
	if d.TrainTweets, d.Test.Tweets, err = r.Split(folder, picked); err != nil {
		return d, err
	}
	d.Train.Tweets = d.TrainTweets
	if r.Recipe.ValidationShare > 0 {
		share := min(r.Recipe.ValidationShare, mostValidation/float64(max(1, len(d.TrainTweets))))
		d.Train.Tweets, d.Validation.Tweets = corpus.Split(d.TrainTweets, share, r.Recipe.Seed)
	}
	return d, nil
}
