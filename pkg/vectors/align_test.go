package vectors

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// modelOf makes a model of rows, its counts falling from 100.
func modelOf(t *testing.T, words []string, rows [][]float64) *Model {
	t.Helper()
	var b Builder
	for i, row := range rows {
		vector := make([]float32, len(row))
		for d, x := range row {
			vector[d] = float32(x)
		}
		if err := b.Add(words[i], int64(100-i), vector); err != nil {
			t.Fatal(err)
		}
	}
	m, err := b.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAlignIsSciPys(t *testing.T) {
	a, err := LoadText("testdata/gensim/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		OtherWords []string `json:"other_words"`
		Other      [][]float64
		Shared     []string
		Rotation   [][]float64
		Cosines    []float64
	}
	reference(t, "align.json", &want)
	l, err := Align(a, modelOf(t, want.OtherWords, want.Other))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(l.Shared, want.Shared) {
		t.Errorf("shared words %q, want %q", l.Shared, want.Shared)
	}
	for i, row := range want.Rotation {
		for j, x := range row {
			if math.Abs(l.Rotation[i][j]-x) > 1e-6 {
				t.Errorf("rotation [%d, %d] = %v, SciPy's is %v", i, j, l.Rotation[i][j], x)
			}
		}
	}
	mean := 0.0
	for i, word := range want.Shared {
		mean += want.Cosines[i] / float64(len(want.Shared))
		if got := l.cosine(word); math.Abs(got-want.Cosines[i]) > 1e-5 {
			t.Errorf("cosine of %s after alignment is %v, want %v", word, got, want.Cosines[i])
		}
	}
	if math.Abs(l.Fit-mean) > 1e-5 {
		t.Errorf("fit %v, want %v", l.Fit, mean)
	}
	if l.B.Len() != len(want.OtherWords) {
		t.Errorf("%d words were turned, want all %d", l.B.Len(), len(want.OtherWords))
	}
}

// randomModel draws words of size dimensions.
func randomModel(t *testing.T, words []string, size int, rng *rand.Rand) *Model {
	t.Helper()
	rows := make([][]float64, len(words))
	for i := range rows {
		for range size {
			rows[i] = append(rows[i], rng.NormFloat64())
		}
	}
	return modelOf(t, words, rows)
}

func letters(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = string(rune('a' + i))
	}
	return words
}

// TestAlignUndoesRotations turns a model, moves one word elsewhere, and expects
// that alignment finds all as it was but that word.
func TestAlignUndoesRotations(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	a := randomModel(t, letters(26), 4, rng)
	var qr mat.QR
	random := mat.NewDense(4, 4, nil)
	random.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, random)
	qr.Factorize(random)
	var turn mat.Dense
	qr.QTo(&turn)
	b := a.rotated(&turn)
	l, err := Align(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if l.Fit < 1-1e-6 {
		t.Errorf("a turned copy fits with %v", l.Fit)
	}
	for i, x := range a.vectors {
		if math.Abs(float64(l.B.vectors[i]-x)) > 1e-5 {
			t.Fatalf("component %d came back as %v, was %v", i, l.B.vectors[i], x)
		}
	}

	for d := range b.row(7) { // "h"
		b.row(7)[d] *= -1
	}
	if l, err = Align(a, b); err != nil {
		t.Fatal(err)
	}
	usages, err := l.Usages(context.Background(), UsageOptions{Nearest: 3})
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range usages {
		if u.Word != a.words[i] || u.CountA != int64(100-i) || u.CountB != u.CountA || len(u.A) != 3 || len(u.B) != 3 {
			t.Errorf("usage %d is %+v", i, u)
		}
		if moved := u.Word == "h"; moved != (u.Cosine < 0) {
			t.Errorf("%s: cosine %v", u.Word, u.Cosine)
		}
		if u.Word == "h" && u.Overlap != 0 {
			t.Errorf("a vector turned round kept %v of its neighbours", u.Overlap)
		}
		// Only "h" can have come or gone.
		if u.Word != "h" && u.Overlap < 0.6 {
			t.Errorf("%s kept %v of its neighbours, %v and %v", u.Word, u.Overlap, u.A, u.B)
		}
		nearest, err := a.Nearest(u.Word, 3)
		if err != nil {
			t.Fatal(err)
		}
		for j, n := range nearest {
			if u.A[j].Word != n.Word || math.Abs(u.A[j].Similarity-n.Similarity) > 1e-6 {
				t.Errorf("%s: neighbours %v, by Nearest %v", u.Word, u.A, nearest)
			}
		}
	}
}

func TestUsagesTakeFrequentWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	l, err := Align(randomModel(t, letters(26), 2, rng), randomModel(t, letters(26)[5:], 2, rng))
	if err != nil {
		t.Fatal(err)
	}
	usages, err := l.Usages(context.Background(), UsageOptions{Nearest: 2, MinCount: 90})
	if err != nil {
		t.Fatal(err)
	}
	// f … k: at least 90 in the first (100 − 10) and more in the second.
	if len(usages) != 6 || usages[0].Word != "f" || usages[5].Word != "k" {
		t.Errorf("words %v", usages)
	}
	// Of the words asked for, those that both models have.
	if usages, err = l.Usages(context.Background(), UsageOptions{Nearest: 2, Words: []string{"z", "g", "a", "m"}}); err != nil {
		t.Fatal(err)
	}
	if len(usages) != 3 || usages[0].Word != "g" || usages[2].Word != "z" || usages[0].A[0].Word == "a" {
		t.Errorf("of z, g, a and m there are %v", usages)
	}
	if _, err := l.Usages(context.Background(), UsageOptions{MinCount: 90}); err == nil || !strings.Contains(err.Error(), "lower") {
		t.Errorf("ten neighbours of six words gave %v", err)
	}
	if _, err := l.Usages(context.Background(), UsageOptions{Nearest: -1}); err == nil {
		t.Error("a negative number of neighbours was accepted")
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Usages(stopped, UsageOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gave %v", err)
	}
}

func TestAlignRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	a := randomModel(t, letters(9), 3, rng)
	for what, b := range map[string]*Model{
		"dimensions": randomModel(t, letters(9), 2, rng),
		"words":      randomModel(t, []string{"a", "x", "b", "y", "z"}, 3, rng),
	} {
		if _, err := Align(a, b); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
