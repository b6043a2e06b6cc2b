package comparing

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// copyingVersion is raised when copies are looked for otherwise.
const copyingVersion = 8

// Copying is how much of the generated texts stands in the training text, beside
// how much of real tweets that no model learnt from does.
type Copying struct {
	Groups []CopyingGroup

	Record  run.Record
	StandIn modelling.StandIn

	run *run.Run
}

// CopyingGroup is what was found of one side's generated texts or test tweets.
type CopyingGroup struct {
	Group
	compare.Copying
	// Equal holds the copies among generated tweets against those among test tweets of the
	// same lengths; nil where what was generated has no whole tweets.
	Equal *compare.EqualLengths `json:"equal_lengths,omitempty"`
	// Sources[i] is the training tweet that is nearest to Runs[i].
	Sources []CopySource `json:"sources"`
}

// CopySource is a training tweet.
type CopySource struct {
	ScreenName string `json:"screen_name"`
	Text       string `json:"text"`
}

// keptRuns is how many of a group's passages are kept, those most copied.
const keptRuns = 20

// CopyingOf looks for the generated texts and for the test tweets of both sides in
// the training tweets of all accounts, for the base model learnt from all.
func CopyingOf(ctx context.Context, r *run.Run) (*Copying, error) {
	generated, err := modelling.Generate(ctx, r)
	if err != nil {
		return nil, err
	}
	others, err := modelling.RestDataSet(ctx, r)
	if err != nil {
		return nil, err
	}
	learnt := others.TrainTweets
	inputs := []any{others.Parted, generated.Fingerprints, r.Recipe.Seed}
	var groups []CopyingGroup
	var texts [][][]string
	for _, side := range run.Sides {
		set, err := modelling.DataSetOf(ctx, r, side)
		if err != nil {
			return nil, err
		}
		learnt = append(learnt[:len(learnt):len(learnt)], set.TrainTweets...)
		inputs = append(inputs, set.Parted)
		groups = append(groups, CopyingGroup{Group: Group{side, true}}, CopyingGroup{Group: Group{side, false}})
		var written, real [][]string
		for _, t := range generated.Texts[side] {
			written = append(written, t.Passages())
		}
		for text := range run.CleanTexts(set.Test.Tweets) {
			real = append(real, []string{text})
		}
		texts = append(texts, written, real)
	}
	c := &Copying{run: r, StandIn: generated.StandIn}
	path := filepath.Join("compare", r.Recipe.Name, "copying.json")
	c.Groups, c.Record, err = run.Cached(ctx, r, run.Step{
		Name: "copying-" + r.Recipe.Name, Version: copyingVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() ([]CopyingGroup, error) {
		return groups, search(r, learnt, groups, texts)
	})
	if err != nil {
		return nil, err
	}
	return c, c.record(ctx, path)
}

// search fills the groups.
func search(r *run.Run, learnt []tweets.Tweet, groups []CopyingGroup, texts [][][]string) error {
	var all []string
	for text := range run.CleanTexts(learnt) {
		all = append(all, text)
	}
	training := compare.NewIndex(all)
	for i := range groups {
		found, err := training.Search(texts[i], r.Recipe.Seed)
		if err != nil {
			return err
		}
		found.Runs = found.Runs[:min(keptRuns, len(found.Runs))]
		groups[i].Copying = found
		if groups[i].Generated && !r.Recipe.TwoBlanks {
			equal := training.AtEqualLengths(slices.Concat(texts[i]...), slices.Concat(texts[i+1]...), r.Recipe.Seed)
			groups[i].Equal = &equal
		}
		for _, same := range found.Runs {
			source := CopySource{}
			if same.Nearest >= 0 {
				source = CopySource{learnt[same.Nearest].ScreenName, learnt[same.Nearest].TextClean}
			}
			groups[i].Sources = append(groups[i].Sources, source)
		}
	}
	return nil
}

// record keeps the shares in figures.json.
func (c *Copying) record(ctx context.Context, source string) error {
	r := c.run
	var figures []run.Figure
	for _, g := range c.Groups {
		id := "compare." + c.StandIn.RecipeName(r.Recipe) + ".copying." + g.name() + "."
		figure := func(name string, value float64, unit string, n int) run.Figure {
			return run.Figure{ID: id + name, Value: value, Unit: unit, N: n, Seed: r.Recipe.Seed, Source: source}
		}
		for _, share := range g.Grams {
			if share.Grams > 0 {
				figures = append(figures, figure(fmt.Sprintf("%d-grams", share.N), share.Share, "share of n-grams", g.Texts).Within(share.Within))
			}
		}
		if r.Recipe.TwoBlanks {
			continue
		}
		figures = append(figures, figure("longest", g.Longest, "words", g.Texts).Within(g.LongestWithin))
		if e := g.Equal; e != nil && e.Texts > 0 {
			figures = append(figures,
				figure("equal-lengths.written", e.Written.Value, "share of tweets that are exact copies", e.Texts).Within(e.Written.Within),
				figure("equal-lengths.real", e.Real.Value, "share of as long runs of test tweets", e.Texts).Within(e.Real.Within),
				figure("equal-lengths.difference", e.Difference.Value, "difference of the shares", e.Texts).Within(e.Difference.Within))
		}
		for _, kind := range g.copies() {
			figures = append(figures, figure(kind.Name, float64(kind.Copies), "passages", kind.Judged))
			if kind.Judged > 0 {
				figures = append(figures, figure(kind.Name+"-share", kind.share(), "share of passages", kind.Judged).Within(kind.Within))
			}
		}
	}
	return r.RecordFigures(ctx, "copying-"+r.Recipe.Name, figures...)
}

// copyCount counts the passages that are copies of one kind, and those that could be.
type copyCount struct {
	Name           string // in figures.json
	Copies, Judged int
	Within         *compare.Interval // of their share
}

// copies are the group's of all kinds.
func (g CopyingGroup) copies() [3]copyCount {
	return [3]copyCount{
		{"exact", g.Exact, g.Judged, g.ExactWithin},
		{"long-exact", g.LongExact, g.JudgedNear, g.LongExactWithin},
		{"near", g.Near, g.JudgedNear, g.NearWithin},
	}
}

func (c copyCount) share() float64 { return float64(c.Copies) / float64(c.Judged) }

// judgedGram is the n by which the reading judges: longer than a turn of phrase,
// short enough for many to be found.
const judgedGram = 6

// grams are the shares of a side's n-grams that stand in the training text, of generated
// and of real texts, and whether the first are surely more (1) or fewer (−1): their
// intervals do not meet.
func (c *Copying) grams(side run.Side) (written, real compare.GramShare, more int) {
	a, b := facing(c.Groups, side)
	written, real = a.Grams[judgedGram-compare.ShortestGram], b.Grams[judgedGram-compare.ShortestGram]
	return written, real, apart(written.Within, real.Within)
}

// whole tells whether a side's model surely copies whole tweets more often (1) or less (−1)
// than test tweets repeat others, at equal lengths.
func (c *Copying) whole(side run.Side) int {
	if written, _ := facing(c.Groups, side); written.Equal != nil {
		return beyond(written.Equal.Difference.Within, 0)
	}
	return 0
}

// more is the answer of both measures: 1 if either says more, −1 if one says fewer and the
// other does not say more.
func (c *Copying) more(side run.Side) int {
	_, _, grams := c.grams(side)
	whole := c.whole(side)
	if grams == 1 || whole == 1 {
		return 1
	}
	return min(grams, whole)
}
