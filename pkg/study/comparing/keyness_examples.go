package comparing

import (
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// How much of the words' examples the run folder and the reports keep: at most about
// 200 bytes for each example, 160 kB for all of a figure.
const (
	exampledWords  = 200 // at either end of the list
	examplesEach   = 2   // of a word on each side
	exampleWidth   = 45  // characters before and after the word
	ordinaryPoints = 400 // words without examples in the scatter, the most frequent ones
)

// Example is a use of a word in a tweet of one side.
type Example struct {
	compare.Context
	ScreenName string `json:"screen_name"`
}

// examples finds uses of the words at both ends on each side.
func examples(k compare.Keyness, rows map[run.Side][]tweets.Tweet, seed uint64) map[string][2][]Example {
	var words []string
	for i, word := range k.Words {
		if i < exampledWords || i >= len(k.Words)-exampledWords {
			words = append(words, word.Word)
		}
	}
	found := make(map[string][2][]Example, len(words))
	for i, side := range run.Sides {
		var texts, authors []string
		for _, t := range rows[side] {
			texts, authors = append(texts, t.TextClean), append(authors, t.ScreenName)
		}
		for word, lines := range compare.Concordance(texts, authors, words, examplesEach, exampleWidth, seed) {
			uses := found[word]
			for _, line := range lines {
				uses[i] = append(uses[i], Example{line, authors[line.Text]})
			}
			found[word] = uses
		}
	}
	return found
}
