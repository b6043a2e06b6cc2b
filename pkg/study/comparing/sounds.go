package comparing

import (
	"context"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// soundsVersion is raised when generated texts are judged otherwise.
const soundsVersion = 3

// Sounds is whether the texts that the models wrote sound like their side, by the
// classifier that learnt from real tweets.
type Sounds struct {
	Sides [2]SideSounds // of each side's model

	Record  run.Record
	StandIn modelling.StandIn

	classifier *Classifier
	run        *run.Run
}

// SideSounds is how one side's generated texts sound.
type SideSounds struct {
	All      SoundCount   `json:"all"`
	Nameless SoundCount   `json:"nameless"` // by the classifier that looks at no names
	Prompts  []SoundCount `json:"prompts"`  // by the same, of the texts of each prompt
}

// SoundCount counts generated texts.
type SoundCount struct {
	Prompt   string `json:"prompt,omitempty"`
	Texts    int    `json:"texts"`
	Distinct int    `json:"distinct"` // different ones among them
	Own      int    `json:"own"`      // that the classifier gives to the model's own side
	// Undecided are those that have no term which the classifier knows: they are given to
	// neither side, and the share is of the others.
	Undecided int               `json:"undecided"`
	Within    *compare.Interval `json:"interval,omitempty"` // of the share

	seen map[string]bool
}

// Decided counts the texts that were given to a side.
func (c SoundCount) Decided() int { return c.Texts - c.Undecided }

// Share is that of the decided texts given to the model's own side; 0 if there are none.
func (c SoundCount) Share() float64 { return float64(c.Own) / float64(max(1, c.Decided())) }

// SoundsOf lets the classifier judge every generated text, without its prompt, which the
// model was given. A text is a tweet, as real ones are, unless two blanks part tweets.
func SoundsOf(ctx context.Context, r *run.Run) (*Sounds, error) {
	classifier, err := ClassifierOf(ctx, r)
	if err != nil {
		return nil, err
	}
	generated, err := modelling.Generate(ctx, r)
	if err != nil {
		return nil, err
	}
	sounds := &Sounds{run: r, classifier: classifier, StandIn: generated.StandIn}
	path := filepath.Join("compare", r.Recipe.Name, "sounds.json")
	sounds.Sides, sounds.Record, err = run.Cached(ctx, r, run.Step{
		Name: "sounds-" + r.Recipe.Name, Version: soundsVersion,
		Inputs: []any{classifier.Record.Fingerprint, generated.Fingerprints, r.Recipe.Seed}, Artifacts: []string{path},
	}, func() (sides [2]SideSounds, err error) {
		for _, side := range run.Sides {
			sides[side] = judge(classifier, side, generated.Texts[side])
		}
		return sides, nil
	})
	if err != nil {
		return nil, err
	}
	return sounds, sounds.record(ctx, path)
}

// judge counts the texts of one side's model. Intervals are Wilson's, for of a few
// texts that are all of a kind a bootstrap would give one without width.
func judge(c *Classifier, side run.Side, texts []modelling.GeneratedText) SideSounds {
	var sounds SideSounds
	at := map[string]int{}
	for _, t := range texts {
		i, known := at[t.Prompt]
		if !known {
			i = len(sounds.Prompts)
			at[t.Prompt], sounds.Prompts = i, append(sounds.Prompts, SoundCount{Prompt: t.Prompt})
		}
		score, _ := c.All.Score(t.Passages()...)
		sounds.All.add(t, soundsLike(score), side)
		score, _ = c.Nameless.Score(t.Passages()...)
		sounds.Nameless.add(t, soundsLike(score), side)
		sounds.Prompts[i].add(t, soundsLike(score), side)
	}
	for _, c := range []*SoundCount{&sounds.All, &sounds.Nameless} {
		c.Within = compare.Wilson(c.Own, c.Decided())
	}
	for i := range sounds.Prompts {
		c := &sounds.Prompts[i]
		c.Within = compare.Wilson(c.Own, c.Decided())
	}
	return sounds
}

// add counts a text that was given to a side, or to neither, and whose model is own's.
func (c *SoundCount) add(t modelling.GeneratedText, given, own run.Side) {
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.Texts++
	switch given {
	case undecided:
		c.Undecided++
	case own:
		c.Own++
	}
	if !c.seen[t.Continuation] {
		c.seen[t.Continuation] = true
		c.Distinct++
	}
}

// decided counts the texts of both models that were given to a side.
func (o *Sounds) decided() int {
	return o.Sides[run.Right].Nameless.Decided() + o.Sides[run.Left].Nameless.Decided()
}

// record keeps the shares in figures.json.
func (o *Sounds) record(ctx context.Context, source string) error {
	r := o.run
	var figures []run.Figure
	for _, side := range run.Sides {
		id := "compare." + o.StandIn.RecipeName(r.Recipe) + ".sounds." + side.Folder() + "."
		add := func(name string, c SoundCount) {
			if c.Decided() == 0 {
				return
			}
			figures = append(figures, run.Figure{
				ID: id + name, Value: c.Share(), Unit: "share of generated texts", N: c.Decided(), Seed: r.Recipe.Seed, Source: source,
			}.Within(c.Within))
		}
		add("all", o.Sides[side].All)
		add("nameless", o.Sides[side].Nameless)
		for _, prompt := range o.Sides[side].Prompts {
			add("prompt."+prompt.Prompt, prompt)
		}
	}
	apart := o.toldApart()
	figures = append(figures, run.Figure{
		ID: "compare." + o.StandIn.RecipeName(r.Recipe) + ".sounds.apart", Value: apart.Value, Unit: "difference of shares given to the right",
		N: o.decided(), Seed: r.Recipe.Seed, Source: source,
	}.Within(apart.Within))
	return r.RecordFigures(ctx, "sounds-"+r.Recipe.Name, figures...)
}
