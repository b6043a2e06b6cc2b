package generate

import "strings"

// Progress is how far generation is.
type Progress struct {
	// Done of Total texts are complete.
	Done, Total int
	// Tokens is the number generated so far in all texts, of at most MaxTokens; a search
	// counts those of its best beam.
	Tokens, MaxTokens int
	// Prompt and Index tell which text Partial is: the first that is not complete.
	Prompt, Index int
	// Partial is that text so far, with its prompt: whole characters of it. Of a search
	// it is the best beam's, which another may replace. It is empty from IDs.
	Partial string
}

// reporter tells how far the tasks are.
type reporter struct {
	progress  func(Progress)
	tokenizer Tokenizer
	tasks     []task
}

func (r reporter) step() {
	if r.progress == nil {
		return
	}
	state := Progress{}
	current := r.tasks[len(r.tasks)-1]
	for i := len(r.tasks) - 1; i >= 0; i-- {
		t := r.tasks[i]
		texts := t.texts()
		state.Total += texts
		state.Tokens += texts * (len(t.best()) - len(t.work().given))
		state.MaxTokens += texts * (t.work().most - len(t.work().given))
		if t.done() {
			state.Done += texts
		} else {
			current = t
		}
	}
	state.Prompt, state.Index = current.work().prompt, current.work().index
	if r.tokenizer != nil {
		state.Partial = whole(r.tokenizer.Decode(current.best()[current.work().before:]))
	}
	r.progress(state)
}

// whole drops an incomplete character from the end of a decoded text: its first bytes alone
// decode as U+FFFD.
func whole(text string) string {
	return strings.TrimRight(text, "\uFFFD")
}
