package compare

import (
	"reflect"
	"testing"
)

func TestConcordance(t *testing.T) {
	texts := []string{
		"La reforma\n\nva: «¡Reforma!» dicen",
		"uno dos tres cuatro reforma cinco seis siete",
		"otra reforma",
		"nada de eso",
		"REFORMA, ya",
	}
	authors := []string{"a", "b", "a", "b", "a"}
	// Two authors: one use of each, though a has three texts.
	got := Concordance(texts, authors, []string{"reforma", "nadie"}, 2, 10, 7)
	if len(got["nadie"]) != 0 {
		t.Errorf("a word that nobody uses has %v", got["nadie"])
	}
	uses := got["reforma"]
	if len(uses) != 2 || authors[uses[0].Text] == authors[uses[1].Text] {
		t.Fatalf("%+v", uses)
	}
	if again := Concordance(texts, authors, []string{"reforma", "nadie"}, 2, 10, 7); !reflect.DeepEqual(got, again) {
		t.Error("the same seed gives other examples")
	}

	// All four, by hand: ten characters on either side, cut between words.
	want := map[int]Context{
		0: {Text: 0, Before: "La", Word: "reforma", After: "va: …"},
		1: {Text: 1, Before: "… cuatro", Word: "reforma", After: "cinco …"},
		2: {Text: 2, Before: "otra", Word: "reforma"},
		4: {Text: 4, Word: "REFORMA,", After: "ya"},
	}
	uses = Concordance(texts, authors, []string{"reforma"}, 9, 10, 7)["reforma"]
	if len(uses) != len(want) {
		t.Errorf("%d uses, want %d", len(uses), len(want))
	}
	for _, use := range uses {
		if use != want[use.Text] {
			t.Errorf("text %d: %+v, want %+v", use.Text, use, want[use.Text])
		}
	}
}
