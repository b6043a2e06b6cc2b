package study

import (
	"context"
	"fmt"
	"path/filepath"

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

// Copying looks for the generated texts and for the test tweets of both sides in
// the training tweets of all accounts, for the base model learnt from all.
func (s *Study) Copying(ctx context.Context) (*Copying, error) {
	generated, err := s.Generate(ctx)
	if err != nil {
		return nil, err
	}
	others, err := s.restDataSet(ctx)
	if err != nil {
		return nil, err
	}
	learnt := others.TrainTweets
	inputs := []any{others.made.Fingerprint, generated.Texts, s.Recipe.Seed}
	var groups []CopyingGroup
	var texts [][][]string
	for _, side := range Sides {
		set, err := s.DataSet(ctx, side)
		if err != nil {
			return nil, err
		}
		learnt = append(learnt[:len(learnt):len(learnt)], set.TrainTweets...)
		inputs = append(inputs, set.made.Fingerprint)
		groups = append(groups, CopyingGroup{Side: side, Generated: true}, CopyingGroup{Side: side})
		var written, real [][]string
		for _, t := range generated.Texts[side] {
			written = append(written, t.passages())
		}
		for text := range cleanTexts(set.TestTweets) {
			real = append(real, []string{text})
		}
		texts = append(texts, written, real)
	}
	c := &Copying{study: s}
	path := filepath.Join("compare", s.Recipe.Name, "copying.json")
	c.made, err = s.run(step{
		Name: "copying-" + s.Recipe.Name, Version: copyingVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() error {
		if err := search(learnt, groups, texts, s.Recipe.Seed); err != nil {
			return err
		}
		return writeJSON(s.path(path), groups)
	})
	if err != nil {
		return nil, err
	}
	if err := readJSON(s.path(path), &c.Groups); err != nil {
		return nil, err
	}
	return c, c.record(path)
}

// search fills the groups.
func search(learnt []tweets.Tweet, groups []CopyingGroup, texts [][][]string, seed uint64) error {
	var all []string
	for text := range cleanTexts(learnt) {
		all = append(all, text)
	}
	training := compare.NewTraining(all)
	for i := range groups {
		found, err := training.Search(texts[i], seed)
		if err != nil {
			return err
		}
		found.Runs = found.Runs[:min(keptRuns, len(found.Runs))]
		groups[i].Copying = found
		for _, run := range found.Runs {
			source := CopySource{}
			if run.Nearest >= 0 {
				source = CopySource{learnt[run.Nearest].ScreenName, learnt[run.Nearest].TextClean}
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
		figures = append(figures, figure("longest", g.Longest, "words", g.Texts).within(g.LongestWithin))
		for _, kind := range g.copies() {
			figures = append(figures, figure(kind.Name, float64(kind.Copies), "passages", kind.Judged))
			if kind.Judged > 0 {
				figures = append(figures, figure(kind.Name+"-share", kind.share(), "share of passages", kind.Judged).within(kind.Within))
			}
		}
	}
	return s.record(figures...)
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
