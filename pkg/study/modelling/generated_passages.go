package modelling

import (
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

// NoWholeTweets says why a measure of whole tweets has none.
const NoWholeTweets = "Con two_blanks un texto reúne trozos que no se sabe si son tweets enteros."

// Passages are what the model itself wrote, without the prompt: one tweet, or the stretches
// between two blanks where those part tweets, which need be no whole tweets.
func (t GeneratedText) Passages() []string {
	parts := []string{t.Continuation}
	if t.TwoBlanks {
		parts = strings.Split(t.Continuation, corpus.TwoBlanks)
	}
	var list []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// Cut tells whether the limit of length ended the text, perhaps in the middle of a tweet.
func (t GeneratedText) Cut() bool { return t.Ended == generate.ByLength }

// endsPrompt tells whether the continuation begins with the rest of the prompt's last word.
func (t GeneratedText) endsPrompt() bool {
	return t.Prompt != "" && t.Continuation != "" && !strings.HasSuffix(t.Prompt, " ") && !strings.HasPrefix(t.Continuation, " ")
}

// OwnWords is the continuation without what is not the model's own whole word: its
// beginning where that ends the prompt's last word, and its end where the limit of length
// may have cut a word.
func (t GeneratedText) OwnWords() string {
	text := t.Continuation
	if t.endsPrompt() {
		_, text, _ = strings.Cut(text, " ")
	}
	if t.Cut() {
		text = text[:strings.LastIndexByte(text, ' ')+1]
	}
	return text
}

// Written are the passages of a generated text with what was given to the model.
func (t GeneratedText) Written() []compare.Written {
	var list []compare.Written
	for i, passage := range t.Passages() {
		w := compare.Written{Text: passage}
		if i == 0 {
			w.Given = t.Prompt
		}
		list = append(list, w)
	}
	return list
}

// FirstTweet is a generated text as a tweet, and how many words of it were given: those of
// the prompt, but for a last one that the model went on with.
func (t GeneratedText) FirstTweet() (text string, given int) {
	continuation := t.Continuation
	if t.TwoBlanks {
		// What comes after two blanks is another tweet; those at the start are the prompt's end.
		start := len(continuation) - len(strings.TrimLeft(continuation, " "))
		rest, _, _ := strings.Cut(continuation[start:], corpus.TwoBlanks)
		continuation = continuation[:start] + rest
	}
	given = len(strings.Fields(t.Prompt))
	if t.endsPrompt() {
		given--
	}
	return corpus.OneLine(t.Prompt + continuation), given
}
