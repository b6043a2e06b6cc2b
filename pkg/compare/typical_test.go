package compare

import (
	"slices"
	"strings"
	"testing"
)

// Between two groups typical words are those at the ends of KeynessOf's list.
func TestTypicalWordsAreThoseOfKeyness(t *testing.T) {
	groups := map[string][]string{
		"a": {"mar sol mar luz", "mar luz sal sol", "mar mar sal viento sal", "sal sol luz mar"},
		"b": {"monte luz nieve sol", "monte nieve sol luz nieve", "monte monte luz viento", "nieve luz monte sal"},
	}
	var documents [][]string
	var labels []string
	for label, texts := range groups {
		for _, s := range texts {
			documents, labels = append(documents, append(strings.Fields(s), "")), append(labels, label)
		}
	}
	got := Typical(documents, labels, 3)
	k, err := KeynessOf(groups["a"], groups["b"], KeynessOptions{MinCount: 5, KeepStopWords: true})
	if err != nil {
		t.Fatal(err)
	}
	var want [2][]string
	for _, word := range k.Words {
		if word.Z > 0 {
			want[0] = append(want[0], word.Word)
		} else if word.Z < 0 {
			want[1] = append([]string{word.Word}, want[1]...)
		}
	}
	for i, label := range []string{"a", "b"} {
		if n := min(3, len(want[i])); len(want[i]) == 0 || !slices.Equal(got[label], want[i][:n]) {
			t.Errorf("%s: %q, want the first 3 of %q", label, got[label], want[i])
		}
	}
	if got["a"][0] != "mar" || got["b"][0] != "monte" {
		t.Errorf("the first are %q and %q", got["a"], got["b"])
	}
}
