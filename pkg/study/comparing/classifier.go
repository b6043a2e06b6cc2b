package comparing

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// classifierVersion is raised when the classifier is trained or tested otherwise.
const classifierVersion = 4

// Classifier tells the side of a text by its words alone: a measure of the models
// that owes them nothing. It is trained twice: on all words, and on those that name
// no account, party or coalition of the two sides, nor what study.toml calls their own.
type Classifier struct {
	All      TestedClassifier `json:"all"`
	Nameless TestedClassifier `json:"nameless"`
	// Suggested are hashtags and handles of each side's training tweets that could be
	// called its own; the nameless classifier still looks at them.
	Suggested [2][]compare.OwnTag `json:"suggested"`

	// Lot is how well accounts drawn by lot are told apart.
	Lot Lot `json:"-"`

	Run    *run.Run   `json:"-"`
	Record run.Record `json:"-"`
}

// TestedClassifier is a classifier with how it does on test tweets.
type TestedClassifier struct {
	compare.Classifier
	ROC compare.ROC `json:"roc"` // of the right among both
	// Given[side][other] counts the test tweets of a side that are given to a side;
	// Undecided those of which no term is known.
	Given     [2][2]int `json:"given"`
	Undecided [2]int    `json:"undecided"`
	// Recognised is the share of each side's test tweets that are given to it, of those that
	// are given to a side.
	Recognised [2]compare.Measure `json:"recognised"`
}

// Tested counts the test tweets of a side.
func (t TestedClassifier) Tested(side run.Side) int {
	return t.Given[side][run.Right] + t.Given[side][run.Left] + t.Undecided[side]
}

// ClassifierOf trains on the training tweets of both sides and tests on their test
// tweets.
func ClassifierOf(ctx context.Context, r *run.Run) (*Classifier, error) {
	inputs := []any{r.Recipe.Seed}
	var train, test [2][]tweets.Tweet
	for _, side := range run.Sides {
		set, err := modelling.DataSetOf(ctx, r, side)
		if err != nil {
			return nil, err
		}
		if err := checkAccounts(r, side, set.Test.Tweets); err != nil {
			return nil, err
		}
		train[side], test[side] = set.TrainTweets, set.Test.Tweets
		inputs = append(inputs, set.Parted, r.SideSettings(side).Own)
	}
	path := filepath.Join("compare", "classifier.json")
	c, made, err := run.Cached(ctx, r, run.Step{Name: "classifier", Version: classifierVersion, Inputs: inputs, Artifacts: []string{path}}, func() (c Classifier, err error) {
		if c.All, err = trainClassifier(ctx, r, train, test, nil); err != nil {
			return c, err
		}
		names := namesOf(r, slices.Concat(train[run.Right], train[run.Left], test[run.Right], test[run.Left]))
		if c.Nameless, err = trainClassifier(ctx, r, train, test, names); err != nil {
			return c, err
		}
		c.Suggested = suggested(train, c.Nameless)
		return c, nil
	})
	if err != nil {
		return nil, err
	}
	c.Run, c.Record = r, made
	if c.Lot, err = lotOf(ctx, r, train, test, inputs); err != nil {
		return nil, err
	}
	return &c, c.record(ctx, path)
}

// namesOf are the names of the accounts, parties and coalitions that wrote the tweets, and
// what study.toml calls the sides' own.
func namesOf(r *run.Run, rows []tweets.Tweet) compare.Names {
	var people, parties []string
	for _, t := range rows {
		people, parties = append(people, t.ScreenName, t.Nombre), append(parties, t.Partido, t.Coalicion)
	}
	names := compare.NamesOf(people...)
	names.AddWhole(parties...)
	for _, side := range run.Sides {
		names.AddWhole(r.SideSettings(side).Own...)
	}
	return names
}

// suggested are the hashtags and handles of each side alone at which the nameless
// classifier still looks, by many accounts or with much weight.
func suggested(train [2][]tweets.Tweet, nameless TestedClassifier) [2][]compare.OwnTag {
	var texts, owners [2][]string
	for _, side := range run.Sides {
		texts[side], owners[side] = slices.Collect(run.CleanTexts(train[side])), writers(train[side])
	}
	telling := append(nameless.Strongest(shownTerms, false), nameless.Strongest(shownTerms, true)...)
	return compare.OwnTags(texts, owners, nameless.Names, telling)
}

// trainClassifier trains one classifier and tests it.
func trainClassifier(ctx context.Context, r *run.Run, train, test [2][]tweets.Tweet, names compare.Names) (t TestedClassifier, err error) {
	var texts [2][]string
	for _, side := range run.Sides {
		texts[side] = slices.Collect(run.CleanTexts(train[side]))
	}
	title := "Clasificador con todas las palabras"
	if names != nil {
		title = "Clasificador sin nombres"
	}
	track, err := r.EngineTrack(title, "ajustes", 0)
	if err != nil {
		return t, err
	}
	classifier, err := r.Maker.TrainClassifier(ctx, texts[run.Right], texts[run.Left], task.ClassifierOptions{
		Names: names, Seed: r.Recipe.Seed,
		Progress: func(done, total int) { run.LogUnshown(track.Set(int64(done), int64(total), "")) },
	})
	run.LogUnshown(track.Close(err))
	if err != nil {
		return t, err
	}
	t.Classifier = *classifier
	var scored [2][]compare.ScoredText
	for _, side := range run.Sides {
		var owners []string
		var hits []bool
		for _, tweet := range test[side] {
			score, _ := t.Score(tweet.TextClean)
			scored[side] = append(scored[side], compare.ScoredText{Owner: tweet.ScreenName, Score: score})
			given := soundsLike(score)
			if given == undecided {
				t.Undecided[side]++
				continue
			}
			t.Given[side][given]++
			owners, hits = append(owners, tweet.ScreenName), append(hits, given == side)
		}
		if len(hits) > 0 {
			t.Recognised[side] = compare.ShareOf(owners, hits, r.Recipe.Seed)
		}
	}
	t.ROC, err = compare.ROCOf(scored[run.Right], scored[run.Left], r.Recipe.Seed)
	return t, err
}

// undecided is neither side: that of a text of which the classifier knows no term.
const undecided run.Side = -1

// soundsLike is the side to which a score gives a text.
func soundsLike(score float64) run.Side {
	switch {
	case score > 0:
		return run.Right
	case score < 0:
		return run.Left
	default:
		return undecided
	}
}

// record keeps how well it does, and the strongest terms, in figures.json.
func (c *Classifier) record(ctx context.Context, source string) error {
	r := c.Run
	var figures []run.Figure
	for name, t := range map[string]TestedClassifier{"all": c.All, "nameless": c.Nameless} {
		id, n := "compare.classifier."+name+".", t.ROC.Positives+t.ROC.Negatives
		figure := func(name, unit string, n int, m compare.Measure) run.Figure {
			return run.Figure{ID: id + name, Value: m.Value, Unit: unit, N: n, Seed: r.Recipe.Seed, Source: source}.Measured(m)
		}
		figures = append(figures, figure("accuracy", "share of test tweets", n, t.ROC.Accuracy), figure("auc", "area", n, t.ROC.AUC),
			figure("strength", "C", t.Texts[0]+t.Texts[1], compare.Measure{Value: t.Strength}))
		for _, side := range run.Sides {
			figures = append(figures, figure("recognised."+side.Folder(), "share of test tweets", t.Tested(side)-t.Undecided[side], t.Recognised[side]),
				figure("undecided."+side.Folder(), "test tweets", t.Tested(side), compare.Measure{Value: float64(t.Undecided[side])}))
			for _, term := range t.Strongest(shownTerms, side == run.Left) {
				figures = append(figures, figure("weight."+side.Folder()+"."+term.Term, "log-odds, right above 0", term.Texts[0]+term.Texts[1], compare.Measure{Value: term.Weight}))
			}
		}
	}
	if areas := c.Lot.Areas; len(areas) > 0 {
		for name, value := range map[string]float64{"lowest": areas[0], "highest": areas[len(areas)-1]} {
			figures = append(figures, run.Figure{ID: "compare.classifier.lot.auc." + name, Value: value, Unit: fmt.Sprintf("area, accounts dealt by lot %d times", len(areas)),
				N: c.Nameless.ROC.Positives + c.Nameless.ROC.Negatives, Seed: r.Recipe.Seed, Source: lotPath})
		}
	}
	return r.RecordFigures(ctx, "classifier", figures...)
}
