package text

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed stopwords_es.txt
var spanish string

var stopWords = sync.OnceValue(func() map[string]struct{} {
	set := make(map[string]struct{})
	for word := range strings.FieldsSeq(spanish) {
		set[Lower(word)] = struct{}{}
	}
	return set
})

// StopWords returns Spark ML's default Spanish stop words, in lower case. The
// map is shared: do not change it.
func StopWords() map[string]struct{} { return stopWords() }

// RemoveStopWords returns the tokens that are not stop words, in their order. As
// in Spark's StopWordsRemover, case does not matter to the comparison and the
// tokens kept are not changed.
func RemoveStopWords(tokens []string) []string {
	set := stopWords()
	kept := make([]string, 0, len(tokens))
	for _, token := range tokens {
		if _, stop := set[Lower(token)]; !stop {
			kept = append(kept, token)
		}
	}
	return kept
}
