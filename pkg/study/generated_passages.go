package study

import (
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

// between parts the tweets of a text whose model learnt them so, as the study's did. They
// also part a tweet at its own blank lines: what lies between is no whole tweet.
const between = "  "

// noWholeTweets says why a measure of whole tweets has none.
const noWholeTweets = "Con two_blanks un texto reúne trozos que no se sabe si son tweets enteros."

// passages are what the model itself wrote, without the prompt: one tweet, or the stretches
// between two blanks where those part tweets.
func (t GeneratedText) passages() []string {
	parts := []string{t.Continuation}
	if t.TwoBlanks {
		parts = strings.Split(t.Continuation, between)
	}
	var list []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// cut tells whether the limit of length ended the text, perhaps in the middle of a tweet.
func (t GeneratedText) cut() bool { return t.Ended == generate.ByLength }

// ownWords is the continuation without what is not the model's own whole word: its
// beginning where that ends the prompt's last word, and its end where the limit of length
// may have cut a word.
func (t GeneratedText) ownWords() string {
	text := t.Continuation
	if !strings.HasSuffix(t.Prompt, " ") && !strings.HasPrefix(text, " ") {
		_, text, _ = strings.Cut(text, " ")
	}
	if t.cut() {
		text = text[:strings.LastIndexByte(text, ' ')+1]
	}
	return text
}

// written are the passages of a generated text with what was given to the model.
func (t GeneratedText) written() []compare.Written {
	var list []compare.Written
	for i, passage := range t.passages() {
		w := compare.Written{Text: passage}
		if i == 0 {
			w.Given = t.Prompt
		}
		list = append(list, w)
	}
	return list
}
