package study

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// classifierVersion is raised when the classifier is trained or tested otherwise.
const classifierVersion = 1

// Classifier tells the side of a text by its words alone: a measure of the models
// that owes them nothing. It is trained twice: on all words, and on those that name
// no account of the two sides.
type Classifier struct {
	All, Nameless TestedClassifier

	study *Study
	made  stepRecord
}

// TestedClassifier is a classifier with how it does on test tweets.
type TestedClassifier struct {
	compare.Classifier
	ROC compare.ROC `json:"roc"` // of the right among both
	// Given[side][other] counts the test tweets of a side that are given to a side.
	Given [2][2]int `json:"given"`
	// Recognised is the share of each side's test tweets that are given to it.
	Recognised [2]compare.Measure `json:"recognised"`
}

// classifierFile is compare/classifier.json.
type classifierFile struct {
	All      TestedClassifier `json:"all"`
	Nameless TestedClassifier `json:"nameless"`
}

// Classifier trains on the training tweets of both sides and tests on their test
// tweets.
func (s *Study) Classifier(ctx context.Context) (*Classifier, error) {
	inputs := []any{s.Recipe.Seed}
	var sets [2]*DataSet
	var people []string
	for _, side := range Sides {
		set, err := s.DataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		if err := s.checkAccounts(side, set.Test.Tweets); err != nil {
			return nil, err
		}
		sets[side] = set
		inputs = append(inputs, set.made.Fingerprint)
		for _, part := range [][]tweets.Tweet{set.TrainTweets, set.Test.Tweets} {
			for _, t := range part {
				people = append(people, t.ScreenName, t.Nombre)
			}
		}
	}
	c := &Classifier{study: s}
	path := filepath.Join("compare", "classifier.json")
	var err error
	c.made, err = s.run(ctx, step{Name: "classifier", Version: classifierVersion, Inputs: inputs, Artifacts: []string{path}}, func() error {
		all, err := s.trainClassifier(ctx, sets, nil)
		if err != nil {
			return err
		}
		nameless, err := s.trainClassifier(ctx, sets, compare.NamesOf(people...))
		if err != nil {
			return err
		}
		return writeJSON(s.path(path), classifierFile{all, nameless})
	})
	if err != nil {
		return nil, err
	}
	var file classifierFile
	if err := readJSON(s.path(path), &file); err != nil {
		return nil, err
	}
	c.All, c.Nameless = file.All, file.Nameless
	return c, c.record(path)
}

// trainClassifier trains one classifier and tests it.
func (s *Study) trainClassifier(ctx context.Context, sets [2]*DataSet, names compare.Names) (t TestedClassifier, err error) {
	engine, err := s.Engine()
	if err != nil {
		return t, err
	}
	var train [2][]string
	for _, side := range Sides {
		for text := range cleanTexts(sets[side].TrainTweets) {
			train[side] = append(train[side], text)
		}
	}
	title := "Clasificador con todas las palabras"
	if names != nil {
		title = "Clasificador sin los nombres de las cuentas"
	}
	track := chart.NewTrack(title, "ajustes", 0)
	classifier, err := compare.TrainClassifier(ctx, engine.Backend, train[Right], train[Left], compare.ClassifierOptions{
		Names: names, Seed: s.Recipe.Seed,
		Progress: func(done, total int) { showing(track.Set(int64(done), int64(total), "")) },
	})
	showing(track.Close(err))
	if err != nil {
		return t, err
	}
	t.Classifier = *classifier
	var scored [2][]compare.ScoredText
	for _, side := range Sides {
		var owners []string
		var hits []bool
		for _, tweet := range sets[side].Test.Tweets {
			score, _ := t.Score(tweet.TextClean)
			scored[side] = append(scored[side], compare.ScoredText{Owner: tweet.ScreenName, Score: score})
			given := soundsLike(score)
			t.Given[side][given]++
			owners, hits = append(owners, tweet.ScreenName), append(hits, given == side)
		}
		t.Recognised[side] = compare.ShareOf(owners, hits, s.Recipe.Seed)
	}
	t.ROC, err = compare.ROCOf(scored[Right], scored[Left], s.Recipe.Seed)
	return t, err
}

// soundsLike is the side to which a score gives a text.
func soundsLike(score float64) Side {
	if score > 0 {
		return Right
	}
	return Left
}

// record keeps how well it does, and the strongest terms, in figures.json.
func (c *Classifier) record(source string) error {
	s := c.study
	var figures []Figure
	for name, t := range map[string]TestedClassifier{"all": c.All, "nameless": c.Nameless} {
		id, n := "compare.classifier."+name+".", t.ROC.Positives+t.ROC.Negatives
		figure := func(name, unit string, n int, m compare.Measure) Figure {
			return Figure{ID: id + name, Value: m.Value, Unit: unit, N: n, Seed: s.Recipe.Seed, Source: source}.measured(m)
		}
		figures = append(figures, figure("accuracy", "share of test tweets", n, t.ROC.Accuracy), figure("auc", "area", n, t.ROC.AUC),
			figure("strength", "C", t.Texts[0]+t.Texts[1], compare.Measure{Value: t.Strength}))
		for _, side := range Sides {
			figures = append(figures, figure("recognised."+side.Folder(), "share of test tweets", t.Given[side][0]+t.Given[side][1], t.Recognised[side]))
			for _, term := range t.Strongest(shownTerms, side == Left) {
				figures = append(figures, figure("weight."+side.Folder()+"."+term.Term, "log-odds, right above 0", term.Texts[0]+term.Texts[1], compare.Measure{Value: term.Weight}))
			}
		}
	}
	return s.record("classifier", figures...)
}
