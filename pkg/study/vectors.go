package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
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

// maxN is the longest n-gram that the study looked at.
const maxN = 3

// The study's settings of word2vec; Spark's defaults hold otherwise.
const (
	vectorSize = 2
	minCount   = 3
)

// Vectors are the word2vec of the corpus's n-grams, and where it puts the
// parties and coalitions.
type Vectors struct {
	N          int            `json:"-"`
	Model      *vectors.Model `json:"-"`
	Parties    []GroupMean    `json:"parties"`
	Coalitions []GroupMean    `json:"coalitions"`

	study  *Study
	loaded *Loaded
	made   stepRecord
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

func (s *Study) vectors(ctx context.Context, n int) (*Vectors, error) {
	if n < 1 || n > maxN {
		return nil, fmt.Errorf("n-gramas de %d palabras: el estudio mira de 1 a %d", n, maxN)
	}
	loaded, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	path := fmt.Sprintf("vectors/%d-gram.parquet", n)
	made, err := s.run(ctx, step{
		Name: fmt.Sprintf("vectors-%d", n), Version: vectorsVersion,
		Inputs:    s.engineInputs(loaded.made.Fingerprint, n, vectorSize, minCount, s.Recipe.Seed),
		Artifacts: []string{path},
	}, func() error {
		track, err := s.engineTrack(fmt.Sprintf("word2vec de %s", ngramName(n)), "palabras", 0)
		if err != nil {
			return err
		}
		documents := ngrams(loaded.Tweets, n)
		model, err := s.maker.TrainVectors(ctx, documents, task.VectorOptions{
			Size: vectorSize, MinCount: minCount, Seed: s.Recipe.Seed,
			Progress: func(words, total int) { showing(track.Set(int64(words), int64(total), "")) },
		})
		showing(track.Close(err))
		if errors.Is(err, task.ErrNoWords) {
			return fmt.Errorf("entre las %s de los %s tweets ninguna aparece %d veces o más, y word2vec no tiene de qué aprender: reúna más tweets, o deje más de ellos en %s (min_tokens, days, from, to, languages, near_copies): %w",
				ngramName(n), chart.Integer(len(documents)), minCount, filepath.Join(s.Corpus, "study.toml"), err)
		}
		if err != nil {
			return err
		}
		return s.maker.WriteVectors(s.path(path), model)
	})
	if err != nil {
		return nil, err
	}
	model, err := s.quickVectors(ctx, made, fmt.Sprintf("vectors-%d", n), s.path(path))
	if err != nil {
		return nil, err
	}
	v, _, err := cached(ctx, s, step{
		Name: fmt.Sprintf("means-%d", n), Version: meansVersion,
		Inputs:    []any{made.Fingerprint, typicalWords},
		Artifacts: []string{fmt.Sprintf("vectors/%d-gram.json", n)},
	}, func() (v Vectors, err error) {
		documents := ngrams(loaded.Tweets, n)
		v.Parties, v.Coalitions = groupMeans(loaded.Tweets, documents, documentMeans(model, documents))
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	v.N, v.Model, v.study, v.loaded, v.made = n, model, s, loaded, made
	return &v, v.recordMeans()
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
	coalesced := hasCoalitions(rows)
	for i, t := range rows {
		party := addTo(byParty, t.Partido, means[i])
		if !coalesced {
			continue
		}
		if coalition := cmp.Or(t.Coalicion, noCoalition); !slices.Contains(party.Coalitions, coalition) {
			party.Coalitions = append(party.Coalitions, coalition)
		}
		addTo(byCoalition, t.Coalicion, means[i])
	}
	return finishMeans(byParty, typical(documents, rows, func(t tweets.Tweet) string { return t.Partido })),
		finishMeans(byCoalition, typical(documents, rows, func(t tweets.Tweet) string { return t.Coalicion }))
}

// typicalWords are those that a point of the scatter shows.
const typicalWords = 6

func typical(documents [][]string, rows []tweets.Tweet, group func(tweets.Tweet) string) map[string][]string {
	labels := make([]string, len(rows))
	for i, t := range rows {
		labels[i] = group(t)
	}
	return compare.Typical(documents, labels, typicalWords)
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

func (v *Vectors) recordMeans() error {
	var figures []Figure
	for kind, means := range map[string][]GroupMean{"party": v.Parties, "coalition": v.Coalitions} {
		for _, m := range means {
			id := fmt.Sprintf("vectors.%d.%s.%s", v.N, kind, m.Name)
			source := fmt.Sprintf("vectors/%d-gram.parquet", v.N)
			figures = append(figures,
				Figure{ID: id + ".x", Value: m.X, N: m.Tweets, Seed: v.study.Recipe.Seed, Source: source},
				Figure{ID: id + ".y", Value: m.Y, N: m.Tweets, Seed: v.study.Recipe.Seed, Source: source})
		}
	}
	return v.study.record(fmt.Sprintf("vectors-%d", v.N), figures...)
}
