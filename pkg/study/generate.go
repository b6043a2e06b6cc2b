package study

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// generationVersion is raised when the models write other texts with the same
// settings.
const generationVersion = 3

// GeneratedText is one line of generated/<recipe>/<model>.jsonl.
type GeneratedText struct {
	Generated    bool       `json:"generated"` // always true: written by a model, nobody's words
	Model        string     `json:"model"`
	Recipe       string     `json:"recipe"`
	Prompt       string     `json:"prompt"` // as the model got it
	Index        int        `json:"index"`  // among the texts of the same prompt, from 0
	Continuation string     `json:"continuation"`
	TwoBlanks    bool       `json:"two_blanks,omitempty"` // they part tweets in it; else it is one tweet
	Ended        string     `json:"ended"`                // "end" or "length"
	Score        float64    `json:"score"`                // by which a search ranks its texts; 0 without beams
	Seed         uint64     `json:"seed"`
	Settings     Generation `json:"settings"`
}

// Generated are the texts of the sides' models, in the order of the prompts.
type Generated struct {
	Texts map[Side][]GeneratedText

	made      []string // fingerprints of the steps, one for each side
	study     *Study
	sides     []Side
	prompts   []string // as the models got them
	instead   standIn
	positions int // of the models: no text is longer
}

func (s *Study) generate(ctx context.Context, sides ...Side) (*Generated, error) {
	if len(sides) == 0 {
		sides = Sides
	}
	g := &Generated{Texts: map[Side][]GeneratedText{}, study: s, sides: sides, prompts: s.Recipe.Generation.given(s.Settings.Prompts)}
	for _, side := range sides {
		model, err := s.fineTune(ctx, side)
		if err != nil {
			return nil, err
		}
		config, err := model.config()
		if err != nil {
			return nil, err
		}
		g.instead, g.positions = model.instead, config.NPositions
		var made stepRecord
		if g.Texts[side], made, err = s.continuations(ctx, model); err != nil {
			return nil, err
		}
		g.made = append(g.made, made.Fingerprint)
	}
	return g, nil
}

// continuations continues all prompts with one model, or reads what it wrote before.
func (s *Study) continuations(ctx context.Context, trained *Trained) (texts []GeneratedText, made stepRecord, err error) {
	name, err := s.generationName(trained)
	if err != nil {
		return nil, made, err
	}
	path := filepath.Join("generated", s.Recipe.Name, name+".jsonl")
	st := step{
		Name: "generated-" + s.Recipe.Name + "-" + name, Version: generationVersion,
		Inputs:    []any{trained.made.Fingerprint, s.Settings.Prompts, s.Recipe.Generation, s.Recipe.Seed},
		Artifacts: []string{path},
	}
	if made, err = s.run(ctx, st, func() error {
		partial, err := s.partialPath(st, path)
		if err != nil {
			return err
		}
		texts, err := s.write(ctx, trained, partial)
		if err != nil {
			return err
		}
		if err := saveGenerated(s.path(path), texts); err != nil {
			return err
		}
		return os.Remove(partial)
	}); err != nil {
		return nil, made, err
	}
	texts, err = artifact(s, path, made, readGenerated)
	return texts, made, err
}

// generationName is that of a model's texts: the model's, and for settings that are
// not the recipe's own something that tells them apart.
func (s *Study) generationName(trained *Trained) (string, error) {
	id, err := s.Recipe.Generation.id()
	if err != nil {
		return "", err
	}
	own, err := s.generation.id()
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
func (s *Study) partialPath(st step, path string) (string, error) {
	fingerprint, err := st.fingerprint()
	if err != nil {
		return "", err
	}
	return s.path(path) + "." + fingerprint[:16] + ".partial", nil
}

// write makes the texts, prompt by prompt, and saves those of each as soon as they
// are there: interrupted, it goes on with the next prompt.
func (s *Study) write(ctx context.Context, trained *Trained, partial string) ([]GeneratedText, error) {
	texts, err := readGenerated(partial)
	if err != nil && !isMissing(err) {
		return nil, err
	}
	shape, tokenizer, err := trained.read()
	if err != nil {
		return nil, err
	}
	encoding, err := s.encoding(shape, tokenizer)
	if err != nil {
		return nil, err
	}
	track, err := s.engineTrack("Escribiendo: "+trained.title, "tokens", 0)
	if err != nil {
		return nil, err
	}
	generator, err := s.maker.Generator(trained.Folder())
	if err != nil {
		return nil, err
	}
	g := s.Recipe.Generation
	missing := slices.DeleteFunc(g.given(s.Settings.Prompts), func(prompt string) bool {
		return slices.ContainsFunc(texts, func(t GeneratedText) bool { return t.Prompt == prompt })
	})
	show := newWriting(track, len(missing))
	o := g.options(s.Recipe.Seed)
	o.Opening, o.EOS, o.Progress = encoding.Opening(), encoding.Opening(), show.progress
	for _, prompt := range missing {
		written, err := generator.Text(ctx, tokenizer, []string{prompt}, o)
		if err != nil {
			show.close(err)
			return nil, fmt.Errorf("frase «%s», de prompts en study.toml: %w", tweets.Excerpt([]byte(prompt)), err)
		}
		for _, text := range written {
			texts = append(texts, GeneratedText{
				Generated: true, Model: trained.Name, Recipe: trained.instead.id(s.Recipe),
				Prompt: prompt, Index: text.Index, Continuation: text.Continuation, TwoBlanks: s.Recipe.TwoBlanks, Ended: text.Ended, Score: text.Score,
				Seed: s.Recipe.Seed, Settings: g,
			})
		}
		if err := saveGenerated(partial, texts); err != nil {
			show.close(err)
			return nil, err
		}
		show.next()
	}
	show.close(nil)
	return texts, nil
}

func saveGenerated(path string, texts []GeneratedText) error {
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

func readGenerated(path string) (texts []GeneratedText, err error) {
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
