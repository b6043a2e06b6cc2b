package compare

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestNormalize(t *testing.T) {
	for s, want := range map[string]string{
		"\u2066@Ana_Soto\u2069":                        "@Ana_Soto",
		"\u202a#Ma\u200br\u202c \ufefffi\u00adn":       "#Mar fin",
		"n\u0303andu\u0301":                            "ñandú",
		"d’accord d‘accord dʼaccord d´accord":          "d'accord d'accord d'accord d'accord",
		"«a”b“":                                        `"a"b"`,
		"ex\u2011ministro ex\u2010ministro":            "ex-ministro ex-ministro",
		"a\u00a0b\u3000c\nd":                           "a b c\nd",
		"👩\u200d🚀 👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥":      "👩\u200d🚀 👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", // emoji stay whole
		"👍🏽 🇨🇱 🏴\U000e0067\U000e0062\U000e007f":        "👍🏽 🇨🇱 🏴\U000e0067\U000e0062\U000e007f",
		"👩\u200d\u200d\u2066🚀 ❤\ufe0e\ufe0f":           "👩\u200d🚀 ❤\ufe0f",
		"a\u200db \u200d👩 👩\u200d a\ufe0f a\U000e0067": "ab 👩 👩 a a",
		"＠ana ﬁn": "＠ana ﬁn", // seen otherwise: left
	} {
		if got := Normalize(s); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", s, got, want)
		}
	}
}

// unseen are what nobody sees inside of a word; a joiner or a variation selector is not
// among them, for they may make an emoji of two.
var unseen = []string{"\u00ad", "\u061c", "\u200b", "\u200c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\U000e0001"}

// Controls between any two characters change no word, and neither do composed or
// decomposed letters.
func TestWordsAreThoseThatAreSeen(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	for _, s := range []string{
		"¡Vamos con @Ana_Soto, ñandú! #PeñaPresidente2017",
		"d’Hondt ex-ministro «así» 1.000 ÁRBOL",
		"👩‍🚀 y ❤️‍🔥 con 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
		"İΣΑΣ ΟΔΟΣ J̌ ẛ̣",
	} {
		want := Words(s)
		for range 50 {
			var b strings.Builder
			for _, r := range norm.NFD.String(s) {
				if random.IntN(2) == 0 && !strings.ContainsRune("\u200d\ufe0f", r) {
					b.WriteString(unseen[random.IntN(len(unseen))])
				}
				b.WriteRune(r)
			}
			b.WriteString(unseen[random.IntN(len(unseen))])
			if got := Words(b.String()); !slices.Equal(got, want) {
				t.Fatalf("%q: %q, want %q", b.String(), got, want)
			}
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := Words(form.String(s)); !slices.Equal(got, want) {
				t.Errorf("%q in another form: %q, want %q", s, got, want)
			}
		}
	}
}

// The same handle and the same words in two forms are one row each.
func TestKeynessOfOneHandleInTwoForms(t *testing.T) {
	k, err := KeynessOf(
		[]string{"\u2066@ana\u2069 sen\u0303al", "@ana señal", "\u200e@ana d’Hondt d'Hondt"},
		[]string{"\u2066@beto\u2069 pera", "@beto pera"}, KeynessOptions{MinCount: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int{}
	for _, word := range k.Words {
		got[word.Word] = word.Counts
	}
	want := map[string][2]int{"@ana": {3, 0}, "señal": {2, 0}, "d'hondt": {2, 0}, "@beto": {0, 2}, "pera": {0, 2}}
	if len(got) != len(want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	for word, counts := range want {
		if got[word] != counts {
			t.Errorf("%s: %v, want %v", word, got[word], counts)
		}
	}
	// The word that stands in the table is found in the tweets.
	for text, s := range []string{"\u2066@Ana\u2069 sí", "dice\u00a0@ana"} {
		if uses := Concordance([]string{s}, []string{"x"}, []string{"@ana"}, 1, 10, 1)["@ana"]; len(uses) != 1 {
			t.Errorf("text %d has uses %+v", text, uses)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"", "¡A\u0301rbol!", "👩\u200d🚀", "\u2066@a\u2069", "#@x_", "a’b", "İ J̌ Σ.", "\xff\u200d", "≠ =\u0338", "♯\u200d🚀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalize(s)
		if twice := Normalize(once); twice != once {
			t.Fatalf("%q becomes %q, then %q", s, once, twice)
		}
		words := Words(s)
		if got := Words(strings.Join(words, " ")); !slices.Equal(got, words) {
			t.Fatalf("the words %q of %q have the words %q", words, s, got)
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := Words(form.String(s)); !slices.Equal(got, words) {
				t.Fatalf("%q has the words %q, in another form %q", s, words, got)
			}
		}
		for _, word := range words {
			if strings.ContainsAny(word, " \t\n\u2066\u2069\u200b\ufeff\u00ad") || word == "" {
				t.Fatalf("the word %q of %q", word, s)
			}
		}
	})
}
