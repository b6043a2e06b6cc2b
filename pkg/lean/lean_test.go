package lean_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/lean"
)

// nats are bits as models give them.
func nats(bits ...float64) []float32 {
	out := make([]float32, len(bits))
	for i, b := range bits {
		out[i] = float32(b * math.Ln2)
	}
	return out
}

func TestWordsOfTokens(t *testing.T) {
	for name, c := range map[string]struct {
		tokens []string
		bits   []float64
		words  string
		want   []float64
	}{
		"parts and leading blanks":   {[]string{"veci", "nos", " de", " #A", "gua", "!"}, []float64{1, 2, 4, 8, 16, 32}, "vecinos de #Agua!", []float64{3, 4, 56}},
		"a character in pieces":      {[]string{"a", " \xf0", "\x9f\x98", "\x80", "\xc3", "\xb1"}, []float64{1, 2, 4, 8, 16, 32}, "a 😀ñ", []float64{1, 62}},
		"a token over two words":     {[]string{" por favor", " sí"}, []float64{8, 1}, "por favor sí", []float64{3, 5, 1}},
		"over parts of three words":  {[]string{"a", "bc d ef", "g"}, []float64{1, 10, 1}, "abc d efg", []float64{5, 2, 5}},
		"white space":                {[]string{"  ", "\n", "uno", " ", " dos", " ", "\t"}, []float64{1, 2, 4, 8, 16, 32, 64}, "uno dos", []float64{7, 120}},
		"white space beyond ASCII":   {[]string{"uno", "\xc2", "\xa0", "2031"}, []float64{1, 2, 4, 8}, "uno 2031", []float64{1, 14}},
		"addresses and mentions":     {[]string{"http", "s://", "t.co/x", " @", "a", "_b", ":"}, []float64{1, 2, 4, 8, 16, 32, 64}, "https://t.co/x @a_b:", []float64{7, 120}},
		"bytes that are no text":     {[]string{"\xff", "\xfe b"}, []float64{1, 4}, "\xff\xfe b", []float64{3, 2}},
		"a token that is taken away": {[]string{"a", "", " b"}, []float64{1, 2, 4}, "a b", []float64{1, 6}},
		"no words":                   {[]string{" ", "\n"}, []float64{1, 2}, "", nil},
	} {
		other := slices.Repeat([]float64{0.5}, len(c.bits))
		words := lean.Words(c.tokens, nats(c.bits...), nats(other...))
		var texts []string
		total := 0.0
		for i, word := range words {
			texts = append(texts, word.Text)
			total += word.Bits[1]
			if i < len(c.want) && math.Abs(word.Bits[0]-c.want[i]) > 1e-5 {
				t.Errorf("%s: %q has %v bits, want %v", name, word.Text, word.Bits[0], c.want[i])
			}
		}
		if got := strings.Join(texts, " "); got != c.words || len(words) != len(c.want) {
			t.Errorf("%s: words %q, want %q", name, got, c.words)
		}
		if want := 0.5 * float64(len(c.bits)); len(words) > 0 && math.Abs(total-want) > 1e-6 {
			t.Errorf("%s: words have %v bits, tokens %v", name, total, want)
		}
	}
}

// However a text is cut into tokens, the bits of its words add up to those of its tokens, and
// its words are those between white space.
func FuzzWords(f *testing.F) {
	f.Add("el mar  y\nlas olas 😀", uint64(1))
	f.Add(" \xff a\u00a0", uint64(2))
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 0))
		var tokens []string
		var nll []float32
		total := 0.0
		for rest := text; rest != ""; {
			n := 1 + random.IntN(min(6, len(rest)))
			tokens, nll = append(tokens, rest[:n]), append(nll, 20*random.Float32())
			total += float64(nll[len(nll)-1])
			rest = rest[n:]
		}
		words := lean.Words(tokens, nll)
		sum := 0.0
		for i, field := range strings.Fields(text) {
			if words[i].Text != field {
				t.Fatalf("word %q, want %q", words[i].Text, field)
			}
			sum += words[i].Bits[0] * math.Ln2
		}
		if len(words) != len(strings.Fields(text)) || len(words) > 0 && math.Abs(sum-total) > 1e-6*(1+total) {
			t.Fatalf("%d words with %v nats of %v", len(words), sum, total)
		}
	})
}

func TestShortestSpan(t *testing.T) {
	for _, c := range []struct {
		leans []float64
		share float64
		want  [2]int
	}{
		{[]float64{1, 8, 1}, 0.8, [2]int{1, 2}},
		{[]float64{-1, -8, -1}, 0.8, [2]int{1, 2}},
		{[]float64{4, 1, 5}, 0.8, [2]int{0, 3}},
		{[]float64{5, 0, 5, 5}, 0.6, [2]int{2, 4}},    // the first of its length has less
		{[]float64{6, -4, 6, 0.1}, 0.7, [2]int{0, 1}}, // of 8.1 bits one word has 6, and the first comes first
		{[]float64{3, -9, 4}, 0.8, [2]int{1, 2}},      // the one word has more than all together
		{[]float64{2, -2}, 0.8, [2]int{0, 0}},
		{nil, 0.8, [2]int{0, 0}},
		{[]float64{0.1, 0.2, 0.3}, 1, [2]int{0, 3}},
	} {
		if begin, end := lean.ShortestSpan(c.leans, c.share); [2]int{begin, end} != c.want {
			t.Errorf("%v of %v: [%d, %d), want %v", c.share, c.leans, begin, end, c.want)
		}
		// What all leans are multiplied by changes nothing.
		scaled := make([]float64, len(c.leans))
		for i, v := range c.leans {
			scaled[i] = -0.25 * v
		}
		if begin, end := lean.ShortestSpan(scaled, c.share); [2]int{begin, end} != c.want {
			t.Errorf("%v of %v, turned round: [%d, %d), want %v", c.share, scaled, begin, end, c.want)
		}
	}
}

func TestProbability(t *testing.T) {
	for bits, want := range map[float64]float64{0: 0.5, 1: 2.0 / 3, -1: 1.0 / 3, 3: 8.0 / 9, 2000: 1, -2000: 0} {
		if got := lean.Probability(bits); math.Abs(got-want) > 1e-15 {
			t.Errorf("%v bits give %v, want %v", bits, got, want)
		}
	}
}
