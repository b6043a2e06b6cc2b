package text_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// tokenizer.json was written by a Java 17 program: for each string, its
// toLowerCase(Locale.ROOT) and the split("\\s") of that.
func TestTokenizeAsJava(t *testing.T) {
	data, err := os.ReadFile("testdata/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		In     string   `json:"in"`
		Lower  string   `json:"lower"`
		Tokens []string `json:"tokens"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 50 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		if got := text.Lower(c.In); got != c.Lower {
			t.Errorf("Lower(%q) = %q, Java has %q", c.In, got, c.Lower)
		}
		if got := text.Tokenize(c.In); !slices.Equal(got, c.Tokens) {
			t.Errorf("Tokenize(%q) = %q, Java has %q", c.In, got, c.Tokens)
		}
		if got := text.Count(c.In); got != len(c.Tokens) {
			t.Errorf("Count(%q) = %d, Java has %d", c.In, got, len(c.Tokens))
		}
	}
}

func TestStopWords(t *testing.T) {
	words := text.StopWords()
	if len(words) != 313 {
		t.Errorf("%d stop words, Spark has 313", len(words))
	}
	// One ordinary, one accented, and a misspelling that only Spark's list has.
	for _, w := range []string{"de", "también", "vosostros"} {
		if _, ok := words[w]; !ok {
			t.Errorf("%q is missing", w)
		}
	}
	got := text.RemoveStopWords([]string{"La", "Gente", "", "DE", "Chile", "TAMBIÉN"})
	if want := []string{"Gente", "", "Chile"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestNGrams(t *testing.T) {
	tokens := []string{"a", "", "b", "c"}
	for n, want := range map[int][]string{
		-1: nil,
		0:  nil,
		1:  {"a", "", "b", "c"},
		2:  {"a ", " b", "b c"},
		3:  {"a  b", " b c"},
		4:  {"a  b c"},
		5:  nil,
	} {
		if got := text.NGrams(tokens, n); !slices.Equal(got, want) {
			t.Errorf("NGrams(%d) = %q, want %q", n, got, want)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"", " ", " a  B ", "İΣ", "\xff x", "a\u00a0b\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tokens := text.Tokenize(s)
		if len(tokens) != text.Count(s) {
			t.Fatalf("%d tokens, Count says %d", len(tokens), text.Count(s))
		}
		if len(tokens) > 0 && s != "" && tokens[len(tokens)-1] == "" {
			t.Fatal("an empty token at the end")
		}
		for _, token := range tokens {
			if strings.ContainsAny(token, " \t\n\v\f\r") {
				t.Fatalf("white space in %q", token)
			}
		}
		// Whatever white space was, joining with one space gives back the text.
		lower := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" \t\n\v\f\r", r) {
				return ' '
			}
			return r
		}, text.Lower(s))
		if got, want := strings.TrimRight(strings.Join(tokens, " "), " "), strings.TrimRight(lower, " "); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func Example() {
	tokens := text.Tokenize("Trabajamos con la gente de los barrios")
	words := text.RemoveStopWords(tokens)
	fmt.Printf("%q\n%q\n", words, text.NGrams(words, 2))
	// Output:
	// ["trabajamos" "gente" "barrios"]
	// ["trabajamos gente" "gente barrios"]
}
