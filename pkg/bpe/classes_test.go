package bpe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode"
)

// TestEveryCharacterHasHuggingFacesClass goes through all of Unicode: the
// classes of GPT-2's word pattern, and those with which added tokens take
// blanks and need words. A difference after an update of Go means that its
// Unicode changed: see unicode.go.
func TestEveryCharacterHasHuggingFacesClass(t *testing.T) {
	type runs struct {
		Starts []int  // first character of each run
		Kinds  string // and the class of its characters
	}
	var golden struct{ Pattern, Added runs }
	data, err := os.ReadFile(filepath.Join(TestdataDir(), "classes.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	check := func(what string, want runs, class func(rune) byte) {
		if len(want.Starts) != len(want.Kinds) || len(want.Starts) < 100 {
			t.Fatalf("%s: %d runs of %d kinds", what, len(want.Starts), len(want.Kinds))
		}
		for i, start := range want.Starts {
			end := unicode.MaxRune + 1
			if i+1 < len(want.Starts) {
				end = rune(want.Starts[i+1])
			}
			for r := rune(start); r < end; r++ {
				surrogate := r >= 0xD800 && r < 0xE000
				if got := class(r); got != want.Kinds[i] && !surrogate {
					t.Errorf("%s: %U is %q, want %q", what, r, got, want.Kinds[i])
				}
			}
		}
	}
	check("pattern", golden.Pattern, func(r rune) byte { return "olns"[unicodeKind(r)] })
	check("added tokens", golden.Added, func(r rune) byte {
		switch {
		case isWord(r):
			return 'w'
		case unicode.IsSpace(r):
			return 's'
		}
		return 'o'
	})
}
