package study

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// generationVersion is raised when the models write other texts with the same
// settings.
const generationVersion = 1

// GeneratedText is one line of generated/<recipe>/<model>.jsonl.
type GeneratedText struct {
	Generated    bool       `json:"generated"` // always true: written by a model, nobody's words
	Model        string     `json:"model"`
	Recipe       string     `json:"recipe"`
	Prompt       string     `json:"prompt"`
	Index        int        `json:"index"` // among the texts of the same prompt, from 0
	Continuation string     `json:"continuation"`
	Ended        string     `json:"ended"` // "end" or "length"
	Seed         uint64     `json:"seed"`
	Settings     Generation `json:"settings"`
}

// Generated are the texts of both sides' models, in the order of the prompts.
type Generated struct {
	Texts map[Side][]GeneratedText

	study   *Study
	instead standIn
}

// Generate lets both sides' models continue the corpus's prompts (the study's
// five, if it names none).
func (s *Study) Generate(ctx context.Context) (*Generated, error) {
	g := &Generated{Texts: map[Side][]GeneratedText{}, study: s}
	for _, side := range Sides {
		model, err := s.FineTune(ctx, side)
		if err != nil {
			return nil, err
		}
		g.instead = model.instead
		if g.Texts[side], err = s.generate(ctx, model); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// generate continues all prompts with one model, or reads what it wrote before.
func (s *Study) generate(ctx context.Context, trained *Trained) ([]GeneratedText, error) {
	path := filepath.Join("generated", s.Recipe.Name, trained.Name+".jsonl")
	_, err := s.run(step{
		Name: "generated-" + s.Recipe.Name + "-" + trained.Name, Version: generationVersion,
		Inputs:    []any{trained.made.Fingerprint, s.Settings.Prompts, s.Recipe.Generation, s.Recipe.Seed},
		Artifacts: []string{path},
	}, func() error {
		texts, err := s.write(ctx, trained)
		if err != nil {
			return err
		}
		return home.WriteFile(s.path(path), func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetEscapeHTML(false)
			for _, text := range texts {
				if err := encoder.Encode(text); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return readGenerated(s.path(path))
}

// write makes the texts. The blank at a prompt's end is left to the model: in a
// byte-level BPE it belongs to the next word, and a blank alone is how one tweet
// ends and another begins.
func (s *Study) write(ctx context.Context, trained *Trained) ([]GeneratedText, error) {
	engine, err := s.Engine()
	if err != nil {
		return nil, err
	}
	model, tokenizer, err := trained.Open()
	if err != nil {
		return nil, err
	}
	prompts := make([]string, len(s.Settings.Prompts))
	for i, prompt := range s.Settings.Prompts {
		prompts[i] = strings.TrimRight(prompt, " ")
	}
	g := s.Recipe.Generation
	track := chart.NewTrack("Escribiendo: "+trained.title, "tokens", 0)
	texts, err := generate.Generate(ctx, engine.Backend, model, tokenizer, prompts, generate.Options{
		DoSample: true, Temperature: g.Temperature, TopK: g.TopK, TopP: g.TopP,
		MaxNewTokens: g.MaxNewTokens, NumReturnSequences: g.TextsPerPrompt, Seed: s.Recipe.Seed,
		Progress: func(p generate.Progress) {
			showing(track.Set(int64(p.Tokens), 0, fmt.Sprintf("%d de %d textos completos", p.Done, p.Total)))
		},
	})
	showing(track.Close(err))
	if err != nil {
		return nil, err
	}
	lines := make([]GeneratedText, len(texts))
	for i, text := range texts {
		lines[i] = GeneratedText{
			Generated: true, Model: trained.Name, Recipe: trained.instead.id(s.Recipe),
			Prompt: prompts[text.Prompt], Index: text.Index, Continuation: text.Continuation, Ended: text.Ended,
			Seed: s.Recipe.Seed, Settings: g,
		}
	}
	return lines, nil
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

// Table shows the texts of both sides face to face.
func (g *Generated) Table() chart.Element {
	s := g.study
	settings := s.Recipe.Generation
	table := chart.Table{
		Caption: "Textos GENERADOS por los modelos: no son palabras de nadie",
		Columns: []chart.Column{
			{Name: "Frase inicial", Share: 20},
			{Name: "Modelo de la " + strings.ToLower(s.Label(Right)) + " (generado)", Share: 40},
			{Name: "Modelo de la " + strings.ToLower(s.Label(Left)) + " (generado)", Share: 40},
		},
		Note: s.source(sentences(fmt.Sprintf("Muestreo con temperatura %s, top-k %d, top-p %s, hasta %d tokens nuevos; semilla %d. Cada línea nueva es el comienzo de otro tweet.",
			chart.Number(settings.Temperature, 1), settings.TopK, chart.Number(settings.TopP, 1), settings.MaxNewTokens, s.Recipe.Seed), g.instead.note())),
	}
	right, left := g.Texts[Right], g.Texts[Left]
	before := ""
	for i := range min(len(right), len(left)) {
		prompt := right[i].Prompt
		shown := prompt
		if prompt == before {
			shown = "" // The table reads better when a prompt stands once.
		}
		before = prompt
		table.Rows = append(table.Rows, []any{shown, tweetLines(prompt, right[i]), tweetLines(prompt, left[i])})
	}
	return table
}

// tweetLines writes a continued prompt with each of its tweets on a line.
func tweetLines(prompt string, t GeneratedText) string {
	return strings.ReplaceAll(prompt+t.Continuation, between, "\n")
}
