package word2vec

import (
	"reflect"
	"testing"
)

func TestVocabulary(t *testing.T) {
	sentences := [][]string{
		{"b", "a", "rare", "c", "b"},
		{"rare"},
		{},
		{"a", "b", "c", "c", "a", "", ""},
	}
	v := countWords(sentences, 2)
	// "rare" occurs twice as well; ties follow the bytes, and the empty token,
	// which Spark's tokenizer makes of doubled spaces, is a word.
	wantWords := []string{"a", "b", "c", "", "rare"}
	wantCounts := []int64{3, 3, 3, 2, 2}
	if !reflect.DeepEqual(v.words, wantWords) || !reflect.DeepEqual(v.counts, wantCounts) {
		t.Errorf("vocabulary = %q %v, want %q %v", v.words, v.counts, wantWords, wantCounts)
	}

	v = countWords(sentences, 3)
	c := v.encode(sentences, 2)
	// "b a rare c b" becomes "b a" and "c b": rare words go before the cut.
	want := corpus{tokens: []int32{1, 0, 2, 1, 0, 1, 2, 2, 0}, ends: []int{2, 4, 6, 8, 9}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("corpus = %v, want %v", c, want)
	}
}
