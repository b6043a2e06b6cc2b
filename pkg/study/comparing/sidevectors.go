package comparing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// sideVectorsVersion is raised when training makes other vectors of the same words, or
// when they are compared otherwise.
const sideVectorsVersion = 5

// SideVectors are the word2vec of each side's tweets, and how differently the sides use
// the words that both use often.
type SideVectors struct {
	// Usage has no words where the sides share too few.
	compare.Usage
	Passes int `json:"passes"` // over each side's tweets
	models compare.SideModels

	Record run.Record `json:"-"`

	run *run.Run
}

// SideVectorsOf trains word2vec on each side's tweets, all of them, without stop words: with
// two seeds, and once with the tweets drawn anew. The left's vectors are turned onto the
// right's.
func SideVectorsOf(ctx context.Context, r *run.Run) (*SideVectors, error) {
	chosen, err := loading.ChooseSides(ctx, r)
	if err != nil {
		return nil, err
	}
	usagePath := filepath.Join("compare", "usage.json")
	st := run.Step{
		Name: "side-vectors", Version: sideVectorsVersion,
		Inputs:    []any{chosen.Loaded.Record.Fingerprint, r.SideCriteria(run.Sides...), r.Recipe.SideWords, r.Recipe.Seed, r.Settings.Resample == run.OverTweets},
		Artifacts: []string{usagePath}, Vectors: true,
	}
	v, made, err := run.Cached(ctx, r, st, func() (v SideVectors, err error) {
		var sentences [2][][]string
		var owners [2][]string
		for i, side := range run.Sides {
			sentences[i] = sideSentences(chosen.Tweets[side])
			owners[i] = writers(chosen.Tweets[side])
		}
		v.Passes = r.Recipe.SideWords.Passes(sentences)
		if v.Usage, v.models, err = usage(ctx, r, sentences, dealtBy(r, owners), v.Passes); err != nil {
			return v, err
		}
		for training := range v.models {
			for i, side := range run.Sides {
				if model := v.models[training][i]; model != nil {
					if err := r.Maker.WriteVectors(sideVectorsPath(r, side, training), model); err != nil {
						return v, err
					}
				}
			}
		}
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	v.run, v.Record = r, made
	if len(v.Words) == 0 {
		return &v, nil
	}
	for training := range v.models {
		for i, side := range run.Sides {
			if v.models[training][i], err = r.QuickVectors(ctx, v.Record, fmt.Sprintf("vectors-%s-%d", side.Folder(), training), sideVectorsPath(r, side, training)); err != nil {
				return nil, fmt.Errorf("%w; borre %s para entrenar de nuevo", err, r.RecordPath(st))
			}
		}
	}
	return &v, v.record(ctx, usagePath)
}

// sideVectorsPath is where a side's model of one training lies; see [compare.SideModels].
func sideVectorsPath(r *run.Run, side run.Side, training int) string {
	return r.Path("vectors", side.Folder()+[]string{"", "-otra-semilla", "-otro-sorteo"}[training]+".parquet")
}

// usage trains and compares. Sides that share too few words give a usage without any.
func usage(ctx context.Context, r *run.Run, sentences [2][][]string, owners [2][]string, passes int) (compare.Usage, compare.SideModels, error) {
	w := r.Recipe.SideWords
	track, err := r.VectorTrack("word2vec de los lados", "entrenamientos")
	if err != nil {
		return compare.Usage{}, compare.SideModels{}, err
	}
	usage, models, err := compare.UsageOf(ctx, sentences[0], sentences[1], func(ctx context.Context, sentences [][]string, seed uint64) (*vectors.Model, error) {
		return r.Maker.TrainVectors(ctx, sentences, task.VectorOptions{Size: w.Size, MinCount: w.MinCount, Iterations: passes, Seed: seed})
	}, compare.UsageOptions{
		Nearest: w.Nearest, MinCount: w.Frequent, Shuffles: w.Shuffles, Owners: owners, Seed: r.Recipe.Seed,
		Progress: func(done, total int) { run.LogUnshown(track.Set(int64(done), int64(total), "")) },
	})
	if errors.Is(err, compare.ErrFewWords) {
		usage.Words, models, err = nil, compare.SideModels{}, nil
	}
	run.LogUnshown(track.Close(err))
	return usage, models, err
}

// sideSentences are the tweets' words without stop words.
func sideSentences(rows []tweets.Tweet) [][]string {
	var sentences [][]string
	for clean := range run.CleanTexts(rows) {
		sentences = append(sentences, text.RemoveStopWords(compare.Words(clean)))
	}
	return sentences
}

// record keeps in figures.json how alike the sides use their words, and what of it is
// chance.
func (v *SideVectors) record(ctx context.Context, source string) error {
	r, u := v.run, v.Usage
	figure := func(name string, value float64, unit string) run.Figure {
		return run.Figure{ID: "compare.usage." + name, Value: value, Unit: unit, N: u.Texts[0] + u.Texts[1], Seed: r.Recipe.Seed, Source: source}
	}
	const cosine, overlap = "mean cosine after alignment", "mean share of neighbours"
	low, mean, high := v.chance()
	shuffles := fmt.Sprintf("%s, %d shuffles", cosine, u.Shuffles)
	figures := []run.Figure{
		figure("chance.cosine", mean, shuffles),
		figure("chance.lowest", low, shuffles),
		figure("chance.highest", high, shuffles),
		figure("sides.cosine", u.Sides.Cosine, cosine),
		figure("sides.overlap", u.Sides.Overlap, overlap),
		figure("beyond", float64(len(v.beyond())), fmt.Sprintf("of %d words", len(u.Words))),
	}
	for i, side := range run.Sides {
		figures = append(figures,
			figure("seeds."+side.Folder()+".cosine", u.Seeds[i].Cosine, cosine),
			figure("redrawn."+side.Folder()+".cosine", u.Redrawn[i].Cosine, cosine))
	}
	for _, word := range v.shown() {
		figures = append(figures,
			figure("word."+word.Word+".sides", word.Sides.Cosine, "cosine after alignment"),
			figure("word."+word.Word+".chance", word.Chance.Cosine, "cosine after alignment"))
	}
	return r.RecordFigures(ctx, "side-vectors", figures...)
}

// chance is how alike piles dealt at random are: the least, the mean, the most.
func (v *SideVectors) chance() (low, mean, high float64) {
	low, high = 1, -1
	for _, l := range v.Shuffled {
		low, high = min(low, l.Cosine), max(high, l.Cosine)
		mean += l.Cosine / float64(len(v.Shuffled))
	}
	return low, mean, high
}

// points are the words that the chart shows: those in the table, and the most frequent of
// the others.
func (v *SideVectors) points() []compare.WordUsage {
	named := v.shown()
	others := slices.DeleteFunc(slices.Clone(v.Words), func(w compare.WordUsage) bool {
		return slices.ContainsFunc(named, func(n compare.WordUsage) bool { return n.Word == w.Word })
	})
	slices.SortStableFunc(others, func(a, b compare.WordUsage) int {
		return cmp.Compare(b.Counts[0]+b.Counts[1], a.Counts[0]+a.Counts[1])
	})
	return slices.Concat(named, others[:min(ordinaryPoints, len(others))])
}

// beyond are the words that the sides use less alike than the piles of every shuffle.
func (v *SideVectors) beyond() []compare.WordUsage {
	var list []compare.WordUsage
	for _, word := range v.Words {
		if word.Beyond() {
			list = append(list, word)
		}
	}
	return list
}

// shown are those of chart and table.
func (v *SideVectors) shown() []compare.WordUsage {
	const most = 15
	list := v.beyond()
	return list[:min(most, len(list))]
}
