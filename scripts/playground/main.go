// Command playground answers what a reader asks of a playground's page with the models that
// are in the page, but natively: the page has to answer the same.
//
//	playground PAGE < QUESTIONS    a question a line, each a piece of JSON; so are the answers
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/lean"
	"github.com/hemiciclo/hemiciclo/pkg/playground"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

// question is a beginning to continue, with settings, or a text to read.
type question struct {
	Text     string          `json:"text"`
	Settings *model.Settings `json:"settings"`
}

// answer has a text of each model, or the words of the text that was read.
type answer struct {
	Texts map[string]string `json:"texts,omitempty"`
	Words []lean.Word       `json:"words,omitempty"` // bits of the right's model, and of the left's
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: playground PAGE < QUESTIONS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(path string, questions io.Reader, answers io.Writer) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	models, err := playground.ReadModels(page)
	if err != nil {
		return err
	}
	in, out := json.NewDecoder(questions), json.NewEncoder(answers)
	for {
		var q question
		if err := in.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		a, err := reply(models, q)
		if err != nil {
			return err
		}
		if err := out.Encode(a); err != nil {
			return err
		}
	}
}

func reply(models map[string]*model.Model, q question) (a answer, err error) {
	if q.Settings == nil {
		var scores []model.Score
		for _, name := range []string{playground.Right, playground.Left} {
			score, err := models[name].Score(q.Text)
			if err != nil {
				return a, err
			}
			scores = append(scores, score)
		}
		a.Words = model.Words(scores...)
		return a, nil
	}
	a.Texts = map[string]string{}
	for name, m := range models {
		written, err := m.Continue(q.Text, *q.Settings, func(model.Continuation) error { return nil })
		if err != nil {
			return a, err
		}
		a.Texts[name] = written.Text
	}
	return a, nil
}
