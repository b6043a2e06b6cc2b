package comparing

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// leanTextsVersion is raised when texts are scored otherwise.
const leanTextsVersion = 1

// leanText is a text that is no test tweet, as the models read it. The words that were given
// to the model that wrote it are there to be read with the others, and lean to no side.
type leanText struct {
	heading string
	Text    string      `json:"text"`
	Given   int         `json:"given"` // words at its beginning
	Scored  ScoredWords `json:"scored"`
}

// judgedBytes is the length of what comes after the given words.
func (t leanText) judgedBytes() int {
	bytes := 0
	for _, word := range t.Scored.Words[t.Given:] {
		bytes += len(word) + 1
	}
	return min(bytes, len(t.Text)) // no blank stands before the first word of all
}

// scoreLeanTexts is the step that scores texts, made from what else is given; of a name it
// keeps the latest.
func (l *Lean) scoreLeanTexts(ctx context.Context, name string, texts []leanText, made ...any) ([]leanText, error) {
	r := l.run
	models, inputs, err := scoringModels(ctx, r)
	if err != nil {
		return nil, err
	}
	path := filepath.Join("compare", r.Recipe.Name, "lean-"+name+".json")
	read, _, err := run.Cached(ctx, r, run.Step{
		Name: "lean-" + name + "-" + r.Recipe.Name, Version: leanTextsVersion,
		Inputs: append(append(inputs, made...), texts), Artifacts: []string{path},
	}, func() ([]leanText, error) {
		plain := make([]string, len(texts))
		for i, t := range texts {
			plain[i] = t.Text
		}
		scores, err := scoreTexts(ctx, r, models, plain, "Midiendo cada palabra con los tres modelos", "mediciones")
		if err != nil {
			return nil, err
		}
		for i := range texts {
			texts[i].Scored = wordsOf(scores, i)
		}
		return texts, nil
	})
	if err != nil {
		return nil, err
	}
	scored := slices.Clone(read)
	for i := range min(len(scored), len(texts)) {
		scored[i].heading = texts[i].heading
	}
	return scored, nil
}

// Generated shows which words lean in texts that the models wrote: of each side's, the first
// text of each of the first n prompts.
func (l *Lean) Generated(ctx context.Context, n int) (chart.Element, error) {
	return run.Have(ctx, l.run, func(ctx context.Context, _ *run.Run) (chart.Element, error) { return l.generated(ctx, n) }, "leangenerated", strconv.Itoa(n))
}

func (l *Lean) generated(ctx context.Context, n int) (chart.Element, error) {
	r := l.run
	generated, err := modelling.Generate(ctx, r)
	if err != nil {
		return nil, err
	}
	var texts []leanText
	for i := range n {
		for _, side := range run.Sides {
			first := slices.DeleteFunc(slices.Clone(generated.Texts[side]), func(t modelling.GeneratedText) bool { return t.Index > 0 })
			if i >= len(first) {
				continue
			}
			text := leanText{heading: "GENERADO por el modelo de " + r.Named(side) + "; la frase inicial, en cursiva, se le dio"}
			if text.Text, text.Given = first[i].FirstTweet(); text.Given < len(strings.Fields(text.Text)) {
				texts = append(texts, text)
			}
		}
	}
	if len(texts) == 0 {
		return chart.Note{Kind: chart.Warning, Title: "Los modelos no continuaron ninguna frase", Text: r.Source("")}, nil
	}
	if texts, err = l.scoreLeanTexts(ctx, "generated", texts, generated.Fingerprints); err != nil {
		return nil, err
	}
	return l.shown("Textos generados: los escribió un programa, no son palabras de nadie",
		run.Sentences("El primero de cada frase, sin elegir. El total cuenta solo lo que escribió el modelo.", generated.StandIn.Note()), texts), nil
}

// Text shows which words lean in a text of the reader's.
func (l *Lean) Text(ctx context.Context, text string) (chart.Element, error) {
	return run.Have(ctx, l.run, func(ctx context.Context, _ *run.Run) (chart.Element, error) { return l.text(ctx, text) }, "leantext", text)
}

func (l *Lean) text(ctx context.Context, text string) (chart.Element, error) {
	r := l.run
	if text = corpus.OneLine(text); text == "" {
		return chart.Note{Title: "Escriba un texto en la celda y ejecútela", Text: r.Source("")}, nil
	}
	scored, err := l.scoreLeanTexts(ctx, "typed", []leanText{{heading: "Texto escrito en la celda", Text: text}})
	if err != nil {
		return nil, err
	}
	return l.shown("Un texto propio", fmt.Sprintf(
		"Los modelos solo distinguen entre %s y %s: también a un texto que no es de ninguno, o que no es un tweet, le asignan un lado.", r.Named(run.Right), r.Named(run.Left)), scored), nil
}
