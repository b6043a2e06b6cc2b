package corpus_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

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

// row is a text with its author and when it was written, in days.
type row struct {
	author string
	day    int
}

func rowsOf(counts map[string]int) (rows []row) {
	for len(rows) < 1000 {
		before := len(rows)
		for _, author := range slices.Sorted(maps.Keys(counts)) { // in turns
			if counts[author] > 0 {
				counts[author]--
				rows = append(rows, row{author, len(rows)})
			}
		}
		if len(rows) == before {
			break
		}
	}
	return rows
}

func authorOf(r row) string { return r.author }

func TestSplitAuthorsKeepsAccountsWhole(t *testing.T) {
	rows := rowsOf(map[string]int{"a": 40, "b": 30, "c": 20, "d": 10, "e": 8, "f": 7, "g": 5})
	sizes := map[int]bool{}
	for seed := range uint64(50) {
		train, test, err := corpus.SplitAuthors(rows, authorOf, 0.15, seed)
		if err != nil {
			t.Fatal(err)
		}
		if len(train)+len(test) != len(rows) || len(test) == 0 || len(test) > 2*18 {
			t.Errorf("seed %d: %d + %d rows, want about 18 to test", seed, len(train), len(test))
		}
		for _, part := range [][]row{train, test} {
			if !slices.IsSortedFunc(part, func(a, b row) int { return a.day - b.day }) {
				t.Errorf("seed %d: the order was lost", seed)
			}
		}
		for _, r := range test {
			if slices.ContainsFunc(train, func(other row) bool { return other.author == r.author }) {
				t.Errorf("seed %d: %s is in both parts", seed, r.author)
			}
		}
		again, _, err := corpus.SplitAuthors(rows, authorOf, 0.15, seed)
		if err != nil || !slices.Equal(again, train) {
			t.Errorf("seed %d gave another split (%v)", seed, err)
		}
		sizes[len(test)] = true
	}
	if len(sizes) < 2 {
		t.Error("all seeds gave the same split")
	}
}

func TestSplitAuthorsAtItsEdges(t *testing.T) {
	for name, c := range map[string]struct {
		counts map[string]int
		share  float64
		test   []int // sizes of the test set that may be
	}{
		"both too large: the smaller one":       {map[string]int{"a": 60, "b": 40}, 0.15, []int{40}},
		"one is just right, whatever the order": {map[string]int{"a": 85, "b": 15}, 0.15, []int{15}},
		"a tie is not nearer":                   {map[string]int{"a": 90, "b": 30}, 0.125, []int{30}},
		"one stays in training":                 {map[string]int{"a": 10, "b": 10, "c": 10}, 1, []int{20}},
		"nothing to test":                       {map[string]int{"a": 10}, 0, []int{0}},
		"no rows":                               {nil, 0.15, []int{0}},
	} {
		for seed := range uint64(9) {
			counts := maps.Clone(c.counts)
			_, test, err := corpus.SplitAuthors(rowsOf(counts), authorOf, c.share, seed)
			if err != nil || !slices.Contains(c.test, len(test)) {
				t.Errorf("%s: %d rows to test (%v), want %v", name, len(test), err, c.test)
			}
		}
	}
	if _, _, err := corpus.SplitAuthors(rowsOf(map[string]int{"a": 10}), authorOf, 0.15, 1); !errors.Is(err, corpus.ErrOneAuthor) {
		t.Errorf("one author gives %v", err)
	}
}

func TestSplitTimeTestsTheNewest(t *testing.T) {
	day := func(n int) time.Time { return time.Unix(int64(n)*86400, 0) }
	rows := []row{{"new", 9}, {"old", 1}, {"tie, first", 5}, {"tie, second", 5}, {"older", 0}, {"newest", 12}}
	train, test := corpus.SplitTime(rows, func(r row) time.Time { return day(r.day) }, 0.5)
	if want := []row{rows[0], rows[3], rows[5]}; !slices.Equal(test, want) {
		t.Errorf("the test set is %v, want %v", test, want)
	}
	if want := []row{rows[1], rows[2], rows[4]}; !slices.Equal(train, want) {
		t.Errorf("training is %v, want %v", train, want)
	}
	if train, test := corpus.SplitTime(rows[:0], func(r row) time.Time { return day(r.day) }, 0.5); len(train)+len(test) != 0 {
		t.Errorf("of nothing %v and %v", train, test)
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
	if _, err := corpus.NewBatches(blocks, 0, 1); err == nil {
		t.Error("batches of 0 are made")
	}
	if _, err := corpus.NewBatches(nil, 1, 1); err == nil {
		t.Error("batches of no text are made")
	}
	if _, err := corpus.NewBatches(blocks, 24, 1); err == nil {
		t.Error("24 of 23 blocks made a batch")
	}
	if corpus.Blocks(ids, 0) != nil || len(corpus.Blocks(ids[:3], 4)) != 0 {
		t.Error("blocks of nothing")
	}
}

func TestWriteTextTellsWhatWentWrong(t *testing.T) {
	_, err := corpus.WriteText2020(failingWriter{}, slices.Values([]string{"a"}))
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
	counts, err := corpus.WriteText2020(&out, slices.Values(texts))
	if err != nil || out.String() != want {
		t.Errorf("%q, %v; want %q", out.String(), err, want)
	}
	if counts != (corpus.Counts{Texts: 6, Characters: len([]rune(want)), Bytes: len(want)}) {
		t.Errorf("counts %+v", counts)
	}
	if got := corpus.Line2020("a\xffb"); got != "a\uFFFDb" {
		t.Errorf("not UTF-8: %q", got)
	}
}

func ExampleWriteText2020() {
	texts := []string{" Con los vecinos\nde la comuna ", "¡Vamos con todo!"}
	var out strings.Builder
	counts, err := corpus.WriteText2020(&out, slices.Values(texts))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Printf("%q\n%d texts, %d characters, %d bytes\n", out.String(), counts.Texts, counts.Characters, counts.Bytes)
	// Output:
	// "Con los vecinos de la comuna  ¡Vamos con todo!  "
	// 2 texts, 48 characters, 49 bytes
}

// In each epoch the texts are whole, each once, in another order; what is cut at the end is
// less than a block.
func TestBatchesOfTexts(t *testing.T) {
	const end = 0
	ids := []int32{end} // the one before the first text
	for text := int32(1); text <= 20; text++ {
		for range text % 5 {
			ids = append(ids, text)
		}
		ids = append(ids, end)
	}
	batches := func() *corpus.Batches {
		b, err := corpus.NewBatchesOfTexts(ids, end, 4, 3, 7)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	inOrder := batches()
	steps := inOrder.StepsPerEpoch()
	if want := len(ids) / 4 / 3; steps != want {
		t.Fatalf("%d steps in an epoch, want %d", steps, want)
	}
	epochs := map[string]bool{}
	var all []string
	for epoch := range 3 {
		var seen []int32
		for step := range steps {
			batch := inOrder.At(epoch*steps + step)
			all = append(all, fmt.Sprint(batch))
			for _, block := range batch {
				seen = append(seen, block...)
			}
		}
		epochs[fmt.Sprint(seen)] = true
		times := map[string]int{}
		whole := textsOf(seen, end)
		for _, text := range whole[:len(whole)-1] { // the last one may be cut
			if times[text]++; times[text] > 1 && text != "" {
				t.Errorf("epoch %d: the text %q comes again", epoch, text)
			}
		}
	}
	if len(epochs) != 3 {
		t.Error("two epochs have the same order")
	}
	jumping := batches()
	for _, step := range []int{2 * steps, 1, steps + 1, 0} {
		if got := fmt.Sprint(jumping.At(step)); got != all[step] {
			t.Errorf("step %d asked for alone: %s, want %s", step, got, all[step])
		}
	}
	if _, err := corpus.NewBatchesOfTexts(ids, end, 1000, 1, 7); err == nil {
		t.Error("a text shorter than a block made a batch")
	}
}

// textsOf are the texts between ends.
func textsOf(ids []int32, end int32) (texts []string) {
	text := ""
	for _, id := range ids {
		if id == end {
			texts, text = append(texts, text), ""
		} else {
			text += fmt.Sprint(id, " ")
		}
	}
	return append(texts, text)
}
