package run

import (
	"iter"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// AccountNames returns the distinct accounts of the rows, sorted.
func AccountNames(rows []tweets.Tweet) []string {
	var names []string
	for _, t := range rows {
		names = append(names, t.ScreenName)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// CleanTexts are the texts that go into a data set.
func CleanTexts(rows []tweets.Tweet) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, t := range rows {
			if !yield(t.TextClean) {
				return
			}
		}
	}
}

// HasCoalitions tells whether any of the tweets' accounts has a coalition.
func HasCoalitions(rows []tweets.Tweet) bool {
	return slices.ContainsFunc(rows, func(t tweets.Tweet) bool { return t.Coalicion != "" })
}
