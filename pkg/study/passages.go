package study

import (
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// between parts the tweets of a text, in training as in what models write.
const between = "  "

// passages are the tweets of a generated text, without the prompt: what the model
// itself wrote.
func (t GeneratedText) passages() []string {
	var list []string
	for part := range strings.SplitSeq(t.Continuation, between) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// ownWords is the continuation without what is not the model's own whole word: its
// beginning where that ends the prompt's last word, and its end where the limit of length
// may have cut a word.
func (t GeneratedText) ownWords() string {
	text := t.Continuation
	if !strings.HasSuffix(t.Prompt, " ") && !strings.HasPrefix(text, " ") {
		_, text, _ = strings.Cut(text, " ")
	}
	if t.Ended == "length" {
		text = text[:strings.LastIndexByte(text, ' ')+1]
	}
	return text
}

// written are the tweets of a generated text with what was given to the model. The
// last one is left out where the limit of length cut it, unless it is the only one.
func (t GeneratedText) written() []compare.Written {
	parts := strings.Split(t.Continuation, between)
	if t.Ended == "length" && len(parts) > 1 {
		parts = parts[:len(parts)-1]
	}
	var list []compare.Written
	for i, part := range parts {
		w := compare.Written{Text: strings.TrimSpace(part)}
		if i == 0 {
			w.Given = t.Prompt
		}
		if w.Text != "" {
			list = append(list, w)
		}
	}
	return list
}
