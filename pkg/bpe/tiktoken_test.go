package bpe_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/tiktoken-go/tokenizer"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// GPT-2's vocabulary has 256 bytes, 50,000 merges and the end of a text.
const (
	gpt2Merges = 50_000
	gpt2End    = 256 + gpt2Merges
)

// gpt2 are GPT-2's tokenizer as this package reads it from vocab.json and
// merges.txt, and tiktoken's r50k_base, which is the same vocabulary. The
// files are made from tiktoken's copy of it.
var gpt2 = sync.OnceValues(func() (*bpe.Tokenizer, tokenizer.Codec) {
	oracle, err := tokenizer.Get(tokenizer.R50kBase)
	must(err)
	alphabet := byteAlphabet()
	written := func(raw string) string {
		var s strings.Builder
		for i := range len(raw) {
			s.WriteRune(alphabet[raw[i]])
		}
		return s.String()
	}
	ranks := make(map[string]int, gpt2End)
	vocab := make(map[string]int, gpt2End+1)
	merges := []string{"#version: 0.2"}
	for id := range gpt2End {
		raw, err := oracle.Decode([]uint{uint(id)})
		must(err)
		vocab[written(raw)] = id
		if len(raw) > 1 {
			left, right := lastMerge(raw, ranks)
			merges = append(merges, written(left)+" "+written(right))
		}
		ranks[raw] = id
	}
	vocab["<|endoftext|>"] = gpt2End
	dir, err := os.MkdirTemp("", "gpt2-")
	must(err)
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	data, err := json.Marshal(vocab)
	must(err)
	must(os.WriteFile(filepath.Join(dir, "vocab.json"), data, 0o600))
	must(os.WriteFile(filepath.Join(dir, "merges.txt"), []byte(strings.Join(merges, "\n")+"\n"), 0o600))
	tok, err := bpe.Load(dir)
	must(err)
	return tok, oracle
})

// must is for what makes the oracle, which has no test to fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// byteAlphabet is how vocabulary files write each byte: the printable ones as
// themselves, the others from U+0100 on.
func byteAlphabet() (alphabet [256]rune) {
	next := rune(256)
	for b := range alphabet {
		if r := rune(b); unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != 0xAD {
			alphabet[b] = r
		} else {
			alphabet[b] = next
			next++
		}
	}
	return alphabet
}

// lastMerge finds the merge that made a token: with the earlier ones alone,
// two parts of it are left.
func lastMerge(token string, ranks map[string]int) (left, right string) {
	var parts []string
	for i := range len(token) {
		parts = append(parts, token[i:i+1])
	}
	for len(parts) > 2 {
		best, at := len(ranks), -1
		for i := range len(parts) - 1 {
			if rank, known := ranks[parts[i]+parts[i+1]]; known && rank < best {
				best, at = rank, i
			}
		}
		if at < 0 {
			panic(fmt.Sprintf("%q is not made by one more merge", token))
		}
		parts = slices.Replace(parts, at, at+2, parts[at]+parts[at+1])
	}
	return parts[0], parts[1]
}

// againstTiktoken encodes s with both and compares; tiktoken's Encode does not
// know the end of a text, which is cut out for it.
func againstTiktoken(t *testing.T, s string) {
	t.Helper()
	tok, oracle := gpt2()
	var want []int32
	for i, piece := range strings.Split(s, "<|endoftext|>") {
		if i > 0 {
			want = append(want, gpt2End)
		}
		ids, _, err := oracle.Encode(piece)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			want = append(want, int32(id))
		}
	}
	got := tok.Encode(s)
	if !slices.Equal(got, want) {
		t.Errorf("Encode(%q) = %v, tiktoken's is %v", s, got, want)
	}
	if back := tok.Decode(got); back != s {
		t.Errorf("Decode(Encode(%q)) = %q", s, back)
	}
}

func TestGPT2EncodesAsTiktoken(t *testing.T) {
	tok, _ := gpt2()
	if tok.VocabSize() != gpt2End+1 || tok.Token(50255) != "Ġgazed" || tok.Token(464) != "The" {
		t.Fatalf("the vocabulary has %d tokens, 50255 is %q and 464 %q", tok.VocabSize(), tok.Token(50255), tok.Token(464))
	}
	var golden struct{ Encode []struct{ Text string } }
	readJSON(t, filepath.Join(bpe.TestdataDir(), "strings.json"), &golden)
	for _, c := range golden.Encode {
		if oracleReads(c.Text) {
			againstTiktoken(t, c.Text)
		}
	}
	if got := tok.Encode("a\x7f"); !slices.Equal(got, []int32{64, 221}) {
		t.Errorf("Encode(a, U+007F) = %v", got)
	}
	for _, s := range []string{"<|endoftext|>", "a<|endoftext|> b<|endoftext|>", "<|endoftext|", strings.Repeat("ñandú", 500)} {
		againstTiktoken(t, s)
	}
}

// TestGPT2EncodesRealTweetsAsTiktoken reads every tweet of a real corpus where
// it lies beside the project.
func TestGPT2EncodesRealTweetsAsTiktoken(t *testing.T) {
	root, err := home.Dir()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(root, "..", "shared", "data", "candidatos-2017", "tweets", "candidatos.csv.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the optional corpus is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // read only
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text := slices.Index(rows[0], "text")
	for _, row := range rows[1:] {
		againstTiktoken(t, row[text])
	}
	t.Logf("%d tweets", len(rows)-1)
}

// oracleReads tells whether tiktoken's Go port can be trusted with s. It
// replaces bytes that are not UTF-8, loses U+007F, and does not know characters
// newer than Go's Unicode; TestEveryCharacterHasHuggingFacesClass covers those.
func oracleReads(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r == 0x7F || !unicode.IsOneOf(assigned, r)
	})
}

// assigned are the categories of the characters that Go's Unicode knows.
var assigned = []*unicode.RangeTable{unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.C}

func FuzzEncodeAgainstTiktoken(f *testing.F) {
	for _, s := range []string{
		"", "Con los vecinos  de la comuna\n", "don't we'll I'M 'd", "  a\t\n b ", "\u00a0x \u2003\u3000y\u0085",
		"<|endoftext|> 1.234,50 % ½²Ⅳ", "👩‍⚕️🇨🇱 ñandú n\u0303", "http://t.co/x @a #b_c", "aaaaaaaa 日本語 العربية",
	} {
		f.Add(s)
	}
	gpt2()
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 1<<12 && oracleReads(s) {
			againstTiktoken(t, s)
		}
	})
}
