package exploring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

// Versions are raised when training makes other vectors of the same words, or when the tweets'
// vectors are averaged otherwise.
const (
	vectorsVersion = 4
	meansVersion   = 1
)

// MaxN is the longest n-gram that the study looked at.
const MaxN = 3

// The study's settings of word2vec; Spark's defaults hold otherwise.
const (
	vectorSize = 2
	minCount   = 3
)

// TypicalWords are those that a point of the scatter shows.
const TypicalWords = 6

// Vectors are the word2vec of the corpus's n-grams, and where it puts the
// parties and coalitions.
type Vectors struct {
	N          int            `json:"-"`
	Model      *vectors.Model `json:"-"`
	Parties    []GroupMean    `json:"parties"`
	Coalitions []GroupMean    `json:"coalitions"`

	Record run.Record `json:"-"`

	run    *run.Run
	loaded *loading.Loaded
}

// GroupMean is the mean of the tweet vectors of a party or coalition.
type GroupMean struct {
	Name       string   `json:"name"`
	Coalitions []string `json:"coalitions"` // of a party's accounts; empty for a coalition
	Tweets     int      `json:"tweets"`
	X          float64  `json:"x"`
	Y          float64  `json:"y"`
	Typical    []string `json:"typical"` // words that set it apart from the others
}

// VectorsOf trains word2vec of two dimensions on the n-grams of the clean tweets
// without stop words, and averages the tweets' vectors per party and coalition.
func VectorsOf(ctx context.Context, r *run.Run, n int) (*Vectors, error) {
	if n < 1 || n > MaxN {
		return nil, fmt.Errorf("n-gramas de %d palabras: el estudio mira de 1 a %d", n, MaxN)
	}
	loaded, err := loading.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	path := fmt.Sprintf("vectors/%d-gram.parquet", n)
	made, err := r.Do(ctx, run.Step{
		Name: fmt.Sprintf("vectors-%d", n), Version: vectorsVersion,
		Inputs:    []any{loaded.Record.Fingerprint, n, vectorSize, minCount, r.Recipe.Seed},
		Artifacts: []string{path}, Vectors: true,
	}, func() error {
		track, err := r.VectorTrack(fmt.Sprintf("word2vec de %s", ngramName(n)), "palabras")
		if err != nil {
			return err
		}
		documents := ngrams(loaded.Tweets, n)
		model, err := r.Maker.TrainVectors(ctx, documents, task.VectorOptions{
			Size: vectorSize, MinCount: minCount, Seed: r.Recipe.Seed,
			Progress: func(words, total int) { run.LogUnshown(track.Set(int64(words), int64(total), "")) },
		})
		run.LogUnshown(track.Close(err))
		if errors.Is(err, task.ErrNoWords) {
			return fmt.Errorf("%s de %s tweets, %d apariciones o más: %w", ngramName(n), chart.Integer(len(documents)), minCount, err)
		}
		if err != nil {
			return err
		}
		return r.Maker.WriteVectors(r.Path(path), model)
	})
	if err != nil {
		return nil, err
	}
	model, err := r.QuickVectors(ctx, made, fmt.Sprintf("vectors-%d", n), r.Path(path))
	if err != nil {
		return nil, err
	}
	v, _, err := run.Cached(ctx, r, run.Step{
		Name: fmt.Sprintf("means-%d", n), Version: meansVersion,
		Inputs:    []any{made.Fingerprint, TypicalWords},
		Artifacts: []string{fmt.Sprintf("vectors/%d-gram.json", n)},
	}, func() (v Vectors, err error) {
		documents := ngrams(loaded.Tweets, n)
		v.Parties, v.Coalitions = groupMeans(loaded.Tweets, documents, documentMeans(model, documents))
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	v.N, v.Model, v.run, v.loaded, v.Record = n, model, r, loaded, made
	return &v, v.recordMeans(ctx)
}

// lengthsVersion is raised when lengths are chosen otherwise.
const lengthsVersion = 1

// lengthsOf are the lengths of n-grams, of one word to three, of which some occur often enough
// to have vectors. A small corpus repeats few sequences of words. Single words are always
// there: without any that are frequent, what asks for their vectors says so.
func lengthsOf(ctx context.Context, r *run.Run) ([]int, error) {
	loaded, err := loading.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	lengths, _, err := run.Cached(ctx, r, run.Step{
		Name: "ngram-lengths", Version: lengthsVersion, Inputs: []any{loaded.Record.Fingerprint, minCount, MaxN},
		Artifacts: []string{"vectors/lengths.json"},
	}, func() ([]int, error) {
		lengths := []int{1}
		for n := 2; n <= MaxN; n++ {
			if someFrequent(ngrams(loaded.Tweets, n)) {
				lengths = append(lengths, n)
			}
		}
		return lengths, nil
	})
	return lengths, err
}

// someFrequent tells whether some n-gram occurs often enough to have a vector.
func someFrequent(documents [][]string) bool {
	counts := map[string]int{}
	for _, document := range documents {
		for _, gram := range document {
			if counts[gram]++; counts[gram] == minCount {
				return true
			}
		}
	}
	return false
}

// rareNote names the lengths that are not among those given; it is empty if all are.
func rareNote(lengths []int) string {
	var rare []string
	for n := 1; n <= MaxN; n++ {
		if !slices.Contains(lengths, n) {
			rare = append(rare, ngramName(n))
		}
	}
	if len(rare) == 0 {
		return ""
	}
	return fmt.Sprintf("Sin %s: en este corpus no hay n-gramas de ese largo que aparezcan %d veces o más.", strings.Join(rare, " ni "), minCount)
}

// documentMeans are the documents' vectors: each the mean of its words'.
func documentMeans(model *vectors.Model, documents [][]string) [][]float64 {
	means := make([][]float64, len(documents))
	for i, document := range documents {
		means[i] = model.DocumentMean(document)
	}
	return means
}

// ngrams returns each tweet's n-grams, stop words removed first, as the study
// did.
func ngrams(rows []tweets.Tweet, n int) [][]string {
	documents := make([][]string, len(rows))
	for i, t := range rows {
		documents[i] = text.NGrams(text.RemoveStopWords(text.Tokenize(t.TextClean)), n)
	}
	return documents
}

// groupMeans averages the tweets' vectors of each party and each coalition, both
// sorted by name. A corpus without coalitions has none.
func groupMeans(rows []tweets.Tweet, documents [][]string, means [][]float64) (parties, coalitions []GroupMean) {
	byParty, byCoalition := map[string]*GroupMean{}, map[string]*GroupMean{}
	coalesced := run.HasCoalitions(rows)
	for i, t := range rows {
		party := addTo(byParty, t.Partido, means[i])
		if !coalesced {
			continue
		}
		if coalition := cmp.Or(t.Coalicion, run.NoCoalition); !slices.Contains(party.Coalitions, coalition) {
			party.Coalitions = append(party.Coalitions, coalition)
		}
		addTo(byCoalition, t.Coalicion, means[i])
	}
	return finishMeans(byParty, typical(documents, rows, func(t tweets.Tweet) string { return t.Partido })),
		finishMeans(byCoalition, typical(documents, rows, func(t tweets.Tweet) string { return t.Coalicion }))
}

func typical(documents [][]string, rows []tweets.Tweet, group func(tweets.Tweet) string) map[string][]string {
	labels := make([]string, len(rows))
	for i, t := range rows {
		labels[i] = group(t)
	}
	return compare.Typical(documents, labels, TypicalWords)
}

// addTo adds a tweet's vector to its group, which it returns.
func addTo(groups map[string]*GroupMean, name string, vector []float64) *GroupMean {
	group := groups[name]
	if group == nil {
		group = &GroupMean{Name: name}
		groups[name] = group
	}
	group.Tweets++
	group.X += vector[0]
	group.Y += vector[1]
	return group
}

func finishMeans(groups map[string]*GroupMean, typical map[string][]string) []GroupMean {
	means := make([]GroupMean, 0, len(groups))
	for _, group := range groups {
		group.X /= float64(group.Tweets)
		group.Y /= float64(group.Tweets)
		group.Typical = typical[group.Name]
		slices.Sort(group.Coalitions)
		means = append(means, *group)
	}
	slices.SortFunc(means, func(a, b GroupMean) int { return cmp.Compare(a.Name, b.Name) })
	return means
}

func (v *Vectors) recordMeans(ctx context.Context) error {
	var figures []run.Figure
	for kind, means := range map[string][]GroupMean{"party": v.Parties, "coalition": v.Coalitions} {
		for _, m := range means {
			id := fmt.Sprintf("vectors.%d.%s.%s", v.N, kind, m.Name)
			source := fmt.Sprintf("vectors/%d-gram.parquet", v.N)
			figures = append(figures,
				run.Figure{ID: id + ".x", Value: m.X, N: m.Tweets, Seed: v.run.Recipe.Seed, Source: source},
				run.Figure{ID: id + ".y", Value: m.Y, N: m.Tweets, Seed: v.run.Recipe.Seed, Source: source})
		}
	}
	return v.run.RecordFigures(ctx, fmt.Sprintf("vectors-%d", v.N), figures...)
}
