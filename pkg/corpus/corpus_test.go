package corpus_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

func TestSideHasItsPartiesCoalitionsAndAccounts(t *testing.T) {
	side := corpus.Side{Partido: []string{"PA", "PB"}, Coalicion: []string{"Juntos"}, ScreenName: []string{"@Ana_Soto"}}
	for _, c := range []struct {
		tweet tweets.Tweet
		want  bool
	}{
		{tweets.Tweet{Partido: "PB"}, true},
		{tweets.Tweet{Partido: "PC", Coalicion: "Juntos"}, true},
		{tweets.Tweet{Partido: "PC", ScreenName: "ana_soto"}, true},
		{tweets.Tweet{Partido: "pa", Coalicion: "PB", ScreenName: "Ana"}, false},
		{tweets.Tweet{}, false},
	} {
		if got := side.Has(c.tweet); got != c.want {
			t.Errorf("Has(%+v) = %t", c.tweet, got)
		}
	}
	if (corpus.Side{}).Has(tweets.Tweet{}) {
		t.Error("a side that names nothing has a tweet without party")
	}
}

func TestSplit(t *testing.T) {
	// The study's own counts: 15 % of 31,631 and of 22,571 tweets.
	for n, want := range map[int]int{31631: 4745, 22571: 3386, 0: 0, 1: 0, 4: 1} {
		rows := make([]int, n)
		for i := range rows {
			rows[i] = i
		}
		train, test := corpus.Split(rows, 0.15, 7)
		if len(test) != want || len(train) != n-want {
			t.Errorf("of %d rows %d + %d, want %d to test", n, len(train), len(test), want)
		}
		if !slices.IsSorted(train) || !slices.IsSorted(test) {
			t.Errorf("of %d rows the order was lost", n)
		}
		both := append(slices.Clone(train), test...)
		slices.Sort(both)
		if !slices.Equal(both, rows) {
			t.Errorf("of %d rows some were lost or doubled", n)
		}
		again, _ := corpus.Split(rows, 0.15, 7)
		if !slices.Equal(again, train) {
			t.Errorf("of %d rows the same seed gave another split", n)
		}
		if other, _ := corpus.Split(rows, 0.15, 8); n > 10 && slices.Equal(other, train) {
			t.Errorf("of %d rows another seed gave the same split", n)
		}
	}
	if train, test := corpus.Split([]int{1, 2}, 3, 1); len(train) != 0 || len(test) != 2 {
		t.Errorf("share 3: %v %v", train, test)
	}
}

// Each epoch shows every block at most once and a step's batch is the same
// whatever was asked before.
func TestBatches(t *testing.T) {
	ids := make([]int32, 4*23+3)
	for i := range ids {
		ids[i] = int32(i)
	}
	blocks := corpus.Blocks(ids, 4)
	if len(blocks) != 23 || blocks[22][3] != 91 {
		t.Fatalf("blocks: %v", blocks)
	}
	batches := func() *corpus.Batches {
		b, err := corpus.NewBatches(blocks, 5, 99)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	inOrder := batches()
	if inOrder.StepsPerEpoch() != 4 {
		t.Fatalf("%d steps in an epoch", inOrder.StepsPerEpoch())
	}
	var epochs [3][]int32
	var all []string
	for step := range 12 {
		batch := inOrder.At(step)
		all = append(all, fmt.Sprint(batch))
		for _, block := range batch {
			epochs[step/4] = append(epochs[step/4], block[0])
		}
		if len(batch) != 5 {
			t.Errorf("step %d has %d blocks", step, len(batch))
		}
	}
	for i, first := range epochs {
		if unique := slices.Compact(slices.Sorted(slices.Values(first))); len(unique) != 20 {
			t.Errorf("epoch %d shows %d different blocks", i, len(unique))
		}
		if i > 0 && slices.Equal(first, epochs[0]) {
			t.Errorf("epoch %d has the order of the first", i)
		}
	}
	jumping := batches()
	for _, step := range []int{11, 0, 5, 5, 3, 8} {
		if got := fmt.Sprint(jumping.At(step)); got != all[step] {
			t.Errorf("step %d asked for alone: %s, want %s", step, got, all[step])
		}
	}
	if _, err := corpus.NewBatches(blocks, 24, 1); err == nil {
		t.Error("24 of 23 blocks made a batch")
	}
	if corpus.Blocks(ids, 0) != nil || len(corpus.Blocks(ids[:3], 4)) != 0 {
		t.Error("blocks of nothing")
	}
}

func TestWriteTextTellsWhatWentWrong(t *testing.T) {
	_, err := corpus.WriteText(failingWriter{}, slices.Values([]string{"a"}))
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("error %v", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, iotest.ErrTimeout }

func TestWriteTextIsPythonByteForByte(t *testing.T) {
	texts := []string{
		"Con los vecinos\nde la comuna ", "\x1c\u00a0 dos  espacios \u2003\n", "a\r\nb\n\nc", "\u200bñ\ufeff", "", "á",
	}
	// Written by Python 3 with the expression in WriteText's comment.
	want := "Con los vecinos de la comuna  " + "dos  espacios  " + "a\r b  c  " + "\u200bñ\ufeff  " + "  " + "á  "
	var out bytes.Buffer
	counts, err := corpus.WriteText(&out, slices.Values(texts))
	if err != nil || out.String() != want {
		t.Errorf("%q, %v; want %q", out.String(), err, want)
	}
	if counts != (corpus.Counts{Texts: 6, Characters: len([]rune(want)), Bytes: len(want)}) {
		t.Errorf("counts %+v", counts)
	}
	if got := corpus.Line("a\xffb"); got != "a\uFFFDb" {
		t.Errorf("not UTF-8: %q", got)
	}
}

func ExampleWriteText() {
	texts := []string{" Con los vecinos\nde la comuna ", "¡Vamos con todo!"}
	var out strings.Builder
	counts, err := corpus.WriteText(&out, slices.Values(texts))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Printf("%q\n%d texts, %d characters, %d bytes\n", out.String(), counts.Texts, counts.Characters, counts.Bytes)
	// Output:
	// "Con los vecinos de la comuna  ¡Vamos con todo!  "
	// 2 texts, 48 characters, 49 bytes
}
