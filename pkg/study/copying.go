package study

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// copyingVersion is raised when copies are looked for otherwise.
const copyingVersion = 6

// Copying is how much of the generated texts stands in the training text, beside
// how much of real tweets that no model learnt from does.
type Copying struct {
	Groups []CopyingGroup

	study *Study
	made  stepRecord
}

// CopyingGroup is what was found of one side's generated texts or test tweets.
type CopyingGroup struct {
	Side      Side `json:"side"`
	Generated bool `json:"generated"`
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

func (s *Study) copying(ctx context.Context) (*Copying, error) {
	generated, err := s.generate(ctx)
	if err != nil {
		return nil, err
	}
	others, err := s.restDataSet(ctx)
	if err != nil {
		return nil, err
	}
	learnt := others.TrainTweets
	inputs := []any{others.parted, generated.made, s.Recipe.Seed}
	var groups []CopyingGroup
	var texts [][][]string
	for _, side := range Sides {
		set, err := s.dataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		learnt = append(learnt[:len(learnt):len(learnt)], set.TrainTweets...)
		inputs = append(inputs, set.parted)
		groups = append(groups, CopyingGroup{Side: side, Generated: true}, CopyingGroup{Side: side})
		var written, real [][]string
		for _, t := range generated.Texts[side] {
			written = append(written, t.passages())
		}
		for text := range cleanTexts(set.Test.Tweets) {
			real = append(real, []string{text})
		}
		texts = append(texts, written, real)
	}
	c := &Copying{study: s}
	path := filepath.Join("compare", s.Recipe.Name, "copying.json")
	c.Groups, c.made, err = cached(ctx, s, step{
		Name: "copying-" + s.Recipe.Name, Version: copyingVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() ([]CopyingGroup, error) {
		return groups, s.search(learnt, groups, texts)
	})
	if err != nil {
		return nil, err
	}
	return c, c.record(path)
}

// search fills the groups.
func (s *Study) search(learnt []tweets.Tweet, groups []CopyingGroup, texts [][][]string) error {
	var all []string
	for text := range cleanTexts(learnt) {
		all = append(all, text)
	}
	training := compare.NewIndex(all)
	for i := range groups {
		found, err := training.Search(texts[i], s.Recipe.Seed)
		if err != nil {
			return err
		}
		found.Runs = found.Runs[:min(keptRuns, len(found.Runs))]
		groups[i].Copying = found
		if groups[i].Generated && !s.Recipe.TwoBlanks {
			equal := training.AtEqualLengths(slices.Concat(texts[i]...), slices.Concat(texts[i+1]...), s.Recipe.Seed)
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
func (c *Copying) record(source string) error {
	s := c.study
	var figures []Figure
	for _, g := range c.Groups {
		id := "compare." + s.Recipe.Name + ".copying." + g.name() + "."
		figure := func(name string, value float64, unit string, n int) Figure {
			return Figure{ID: id + name, Value: value, Unit: unit, N: n, Seed: s.Recipe.Seed, Source: source}
		}
		for _, share := range g.Grams {
			if share.Grams > 0 {
				figures = append(figures, figure(fmt.Sprintf("%d-grams", share.N), share.Share, "share of n-grams", g.Texts).within(share.Within))
			}
		}
		if s.Recipe.TwoBlanks {
			continue
		}
		figures = append(figures, figure("longest", g.Longest, "words", g.Texts).within(g.LongestWithin))
		if e := g.Equal; e != nil && e.Texts > 0 {
			figures = append(figures,
				figure("equal-lengths.written", e.Written.Value, "share of tweets that are exact copies", e.Texts).within(e.Written.Within),
				figure("equal-lengths.real", e.Real.Value, "share of as long runs of test tweets", e.Texts).within(e.Real.Within),
				figure("equal-lengths.difference", e.Difference.Value, "difference of the shares", e.Texts).within(e.Difference.Within))
		}
		for _, kind := range g.copies() {
			figures = append(figures, figure(kind.Name, float64(kind.Copies), "passages", kind.Judged))
			if kind.Judged > 0 {
				figures = append(figures, figure(kind.Name+"-share", kind.share(), "share of passages", kind.Judged).within(kind.Within))
			}
		}
	}
	return s.record("copying-"+s.Recipe.Name, figures...)
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

// name is the group's in figures.json.
func (g CopyingGroup) name() string {
	if g.Generated {
		return "generated." + g.Side.Folder()
	}
	return "test." + g.Side.Folder()
}
