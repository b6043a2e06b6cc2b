package modelling

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// generationVersion is raised when the models write other texts with the same
// settings.
const generationVersion = 3

// GeneratedText is one line of generated/<recipe>/<model>.jsonl.
type GeneratedText struct {
	Generated    bool           `json:"generated"` // always true: written by a model, nobody's words
	Model        string         `json:"model"`
	Recipe       string         `json:"recipe"` // the model's; where the texts were copied, the original's
	Prompt       string         `json:"prompt"` // as the model got it
	Index        int            `json:"index"`  // among the texts of the same prompt, from 0
	Continuation string         `json:"continuation"`
	TwoBlanks    bool           `json:"two_blanks,omitempty"` // they part tweets in it; else it is one tweet
	Ended        string         `json:"ended"`                // "end" or "length"
	Score        float64        `json:"score"`                // by which a search ranks its texts; 0 without beams
	Seed         uint64         `json:"seed"`
	Settings     run.Generation `json:"settings"`
}

// Generated are the texts of the sides' models, in the order of the prompts.
type Generated struct {
	Texts map[run.Side][]GeneratedText

	Fingerprints []string // of the steps, one for each side
	StandIn      StandIn

	run       *run.Run
	sides     []run.Side
	prompts   []string // as the models got them
	positions int      // of the models: no text is longer
}

// Generate lets the sides' models, both if none is named, continue the corpus's
// prompts (the study's five, if it names none) as the recipe's Generation says: each
// prompt as the beginning of a tweet, until the model ends the tweet. The
// texts of other settings than the recipe's own lie beside, not in the place of,
// those of its own.
func Generate(ctx context.Context, r *run.Run, sides ...run.Side) (*Generated, error) {
	if len(sides) == 0 {
		sides = run.Sides
	}
	g := &Generated{Texts: map[run.Side][]GeneratedText{}, run: r, sides: sides, prompts: r.Recipe.Generation.Given(r.Settings.Prompts)}
	for _, side := range sides {
		model, err := FineTune(ctx, r, side)
		if err != nil {
			return nil, err
		}
		config, err := model.Config()
		if err != nil {
			return nil, err
		}
		g.StandIn, g.positions = model.StandIn, config.NPositions
		var made run.Record
		if g.Texts[side], made, err = continuations(ctx, r, model); err != nil {
			return nil, err
		}
		g.Fingerprints = append(g.Fingerprints, made.Fingerprint)
	}
	return g, nil
}

// continuations continues all prompts with one model, or reads what it wrote before.
func continuations(ctx context.Context, r *run.Run, trained *Trained) (texts []GeneratedText, made run.Record, err error) {
	name, err := generationName(r, trained)
	if err != nil {
		return nil, made, err
	}
	st := trained.step(func(recipe, fingerprint string) run.Step {
		return run.Step{
			Name: "generated-" + recipe + "-" + name, Version: generationVersion,
			Inputs:    []any{fingerprint, r.Settings.Prompts, r.Recipe.Generation, r.Recipe.Seed},
			Artifacts: []string{filepath.Join("generated", recipe, name+".jsonl")},
		}
	})
	path := st.Artifacts[0]
	if made, err = r.Do(ctx, st, func() error {
		partial, err := partialPath(r, st, path)
		if err != nil {
			return err
		}
		texts, err := write(ctx, r, trained, partial)
		if err != nil {
			return err
		}
		if err := SaveGenerated(r.Path(path), texts); err != nil {
			return err
		}
		return os.Remove(partial)
	}); err != nil {
		return nil, made, err
	}
	texts, err = run.Artifact(r, path, made, ReadGenerated)
	return texts, made, err
}

// generationName is that of a model's texts: the model's, and for settings that are
// not the recipe's own something that tells them apart.
func generationName(r *run.Run, trained *Trained) (string, error) {
	id, err := r.Recipe.Generation.ID()
	if err != nil {
		return "", err
	}
	own, err := r.Generation.ID()
	if err != nil {
		return "", err
	}
	if id == own {
		return trained.Name, nil
	}
	return trained.Name + "-" + id, nil
}

// partialPath is where the texts lie while they are not all there. Its name holds
// what they are made of: nothing else goes on from them.
func partialPath(r *run.Run, st run.Step, path string) (string, error) {
	fingerprint, err := st.Fingerprint()
	if err != nil {
		return "", err
	}
	return r.Path(path) + "." + fingerprint[:16] + ".partial", nil
}

// write makes the texts, prompt by prompt, and saves those of each as soon as they
// are there: interrupted, it goes on with the next prompt.
func write(ctx context.Context, r *run.Run, trained *Trained, partial string) ([]GeneratedText, error) {
	texts, err := ReadGenerated(partial)
	if err != nil && !run.IsMissing(err) {
		return nil, err
	}
	shape, tokenizer, err := trained.Read()
	if err != nil {
		return nil, err
	}
	encoding, err := Encoding(r, shape, tokenizer)
	if err != nil {
		return nil, err
	}
	track, err := r.EngineTrack("Escribiendo: "+trained.Title, "tokens", 0)
	if err != nil {
		return nil, err
	}
	generator, err := writer(r, trained)
	if err != nil {
		return nil, err
	}
	g := r.Recipe.Generation
	missing := slices.DeleteFunc(g.Given(r.Settings.Prompts), func(prompt string) bool {
		return slices.ContainsFunc(texts, func(t GeneratedText) bool { return t.Prompt == prompt })
	})
	show := newWriting(track, len(missing))
	o := g.Options(r.Recipe.Seed)
	o.Opening, o.EOS, o.Progress = encoding.Opening(), encoding.Opening(), show.progress
	for _, prompt := range missing {
		written, err := generator.Text(ctx, tokenizer, []string{prompt}, o)
		if err != nil {
			show.close(err)
			return nil, fmt.Errorf("frase «%s», de prompts en study.toml: %w", tweets.Excerpt([]byte(prompt)), err)
		}
		for _, text := range written {
			texts = append(texts, GeneratedText{
				Generated: true, Model: trained.Name, Recipe: trained.StandIn.RecipeName(r.Recipe),
				Prompt: prompt, Index: text.Index, Continuation: text.Continuation, TwoBlanks: r.Recipe.TwoBlanks, Ended: text.Ended, Score: text.Score,
				Seed: r.Recipe.Seed, Settings: g,
			})
		}
		if err := SaveGenerated(partial, texts); err != nil {
			show.close(err)
			return nil, err
		}
		show.next()
	}
	show.close(nil)
	return texts, nil
}

// writer has a model write, with its weights rounded if the recipe asks for that.
func writer(r *run.Run, trained *Trained) (*generate.Generator, error) {
	g := r.Recipe.Generation
	if g.Int8 && g.BFloat16 {
		return nil, errors.New("Recipe.Generation pide pesos en int8 y en bfloat16: quite uno de los dos")
	}
	if !g.Int8 {
		return r.Maker.Generator(trained.Folder(), g.BFloat16)
	}
	weights, err := r.Maker.Round(trained.Folder())
	if err != nil {
		return nil, err
	}
	return generate.New(weights.Config, int8.NewDecoder(weights).StartBeams), nil
}

// SaveGenerated writes texts as JSON lines.
func SaveGenerated(path string, texts []GeneratedText) error {
	return home.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		for _, text := range texts {
			if err := encoder.Encode(text); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadGenerated reads what [SaveGenerated] wrote.
func ReadGenerated(path string) (texts []GeneratedText, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	decoder := json.NewDecoder(bufio.NewReader(file))
	for {
		var text GeneratedText
		if err := decoder.Decode(&text); err == io.EOF {
			return texts, nil
		} else if err != nil {
			return nil, fmt.Errorf("leer %s: texto %d: %w; bórrelo para escribirlo de nuevo", path, len(texts)+1, err)
		}
		texts = append(texts, text)
	}
}
