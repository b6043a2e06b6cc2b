package comparing

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// varietyVersion is raised when variety is measured otherwise.
const varietyVersion = 5

// Variety is how varied the generated texts are, beside real ones.
type Variety struct {
	Groups []VarietyGroup

	Record  run.Record
	StandIn modelling.StandIn

	run *run.Run
}

// VarietyGroup is one side's generated texts or test tweets.
type VarietyGroup struct {
	Group
	Cut int `json:"cut,omitempty"` // generated texts that the limit of length ended
	compare.Variety
}

// VarietyOf measures the tweets that models wrote and the test tweets of both sides,
// all on the same amount of text.
func VarietyOf(ctx context.Context, r *run.Run) (*Variety, error) {
	generated, err := modelling.Generate(ctx, r)
	if err != nil {
		return nil, err
	}
	inputs := []any{generated.Fingerprints, r.Recipe.Seed}
	var groups []VarietyGroup
	var texts [][]compare.Written
	for _, side := range run.Sides {
		set, err := modelling.DataSetOf(ctx, r, side)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, set.Parted)
		var written, real []compare.Written
		cut := 0
		for _, t := range generated.Texts[side] {
			written = append(written, t.Written()...)
			if t.Cut() {
				cut++
			}
		}
		for text := range run.CleanTexts(set.Test.Tweets) {
			real = append(real, compare.Written{Text: text})
		}
		groups = append(groups, VarietyGroup{Group: Group{side, true}, Cut: cut}, VarietyGroup{Group: Group{side, false}})
		texts = append(texts, written, real)
	}
	v := &Variety{run: r, StandIn: generated.StandIn}
	path := filepath.Join("compare", r.Recipe.Name, "variety.json")
	v.Groups, v.Record, err = run.Cached(ctx, r, run.Step{
		Name: "variety-" + r.Recipe.Name, Version: varietyVersion, Inputs: inputs, Artifacts: []string{path},
	}, func() ([]VarietyGroup, error) {
		return groups, vary(groups, texts, r.Recipe.Seed)
	})
	if err != nil {
		return nil, err
	}
	return v, v.record(ctx, path)
}

// vary fills the groups, in two rounds: the first finds how much text there is in
// the smallest. The real texts stand after the generated ones of their side, and are cut to
// their lengths where length matters.
func vary(groups []VarietyGroup, texts [][]compare.Written, seed uint64) error {
	o := compare.VarietyOptions{Seed: seed}
	for round := range 2 {
		for i := range groups {
			o.Lengths = nil
			if !groups[i].Generated {
				o.Lengths = compare.Lengths(texts[i-1])
			}
			v, err := compare.VarietyOf(texts[i], o)
			if err != nil {
				return err
			}
			groups[i].Variety = v
		}
		if round == 0 {
			o.Words, o.Texts = groups[0].Words, groups[0].Sampled.Texts.Size
			for _, g := range groups {
				o.Words, o.Texts = min(o.Words, g.Words), min(o.Texts, g.Sampled.Texts.Size)
			}
		}
	}
	return nil
}

// record keeps the measures in figures.json.
func (v *Variety) record(ctx context.Context, source string) error {
	r := v.run
	var figures []run.Figure
	for _, g := range v.Groups {
		id := "compare." + v.StandIn.RecipeName(r.Recipe) + ".variety." + g.name() + "."
		figure := func(name, unit string, m compare.Measure, n int) run.Figure {
			return run.Figure{ID: id + name, Value: m.Value, Unit: unit, N: n, Seed: r.Recipe.Seed, Source: source}.Within(m.Within)
		}
		figures = append(figures,
			figure("distinct-1", fmt.Sprintf("share of %d words", g.Sampled.Words.Size), g.Distinct[0], g.Sampled.Words.Texts),
			figure("distinct-2", fmt.Sprintf("share of pairs in %d words", g.Sampled.Words.Size), g.Distinct[1], g.Sampled.Words.Texts),
			figure("hashtags", "share of words", g.Hashtags, g.Texts),
			figure("mentions", "share of words", g.Mentions, g.Texts),
			figure("emoji", "share of words", g.Emoji, g.Texts))
		if !r.Recipe.TwoBlanks {
			figures = append(figures,
				figure("self-bleu", fmt.Sprintf("BLEU-4 among %d texts", g.Sampled.Texts.Size), g.SelfBLEU, g.Sampled.Texts.Texts),
				figure("length", "words", g.Length, g.Texts))
		}
	}
	return r.RecordFigures(ctx, "variety-"+r.Recipe.Name, figures...)
}

// more tells whether a side's model surely repeats itself more than real tweets do (1), by
// any measure of repetition, or less by one and not more by another (−1).
func (v *Variety) more(side run.Side) int {
	written, real := facing(v.Groups, side)
	least := 0
	for _, m := range []int{
		apart(real.Distinct[0].Within, written.Distinct[0].Within),
		apart(real.Distinct[1].Within, written.Distinct[1].Within),
		v.alike(written, real),
	} {
		if m == 1 {
			return 1
		}
		least = min(least, m)
	}
	return least
}

// alike tells whether generated texts are surely more like each other (1) or less (−1) than
// real ones, where they are whole tweets.
func (v *Variety) alike(written, real VarietyGroup) int {
	if v.run.Recipe.TwoBlanks {
		return 0
	}
	return apart(written.SelfBLEU.Within, real.SelfBLEU.Within)
}
