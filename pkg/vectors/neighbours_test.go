package vectors

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"
)

// reference reads a fixture of scripts/fixtures/vectors.py.
func reference(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/gensim/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// sameNeighbours compares with gensim's list of [word, similarity].
func sameNeighbours(t *testing.T, what string, got []Neighbour, want [][2]any) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d neighbours, want %d", what, len(got), len(want))
		return
	}
	for i, n := range got {
		if n.Word != want[i][0] || math.Abs(n.Similarity-want[i][1].(float64)) > 1e-6 {
			t.Errorf("%s: neighbour %d is %v, want %v", what, i+1, n, want[i])
		}
	}
}

func TestNeighboursAreGensims(t *testing.T) {
	m, err := LoadText("testdata/gensim/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Cosine    map[string]float64
		Nearest   [][2]any
		Analogies []struct {
			Words  [3]string
			Answer [][2]any
		}
	}
	reference(t, "neighbours.json", &want)
	for word, c := range want.Cosine {
		if got, err := m.Cosine("mar", word); err != nil || math.Abs(got-c) > 1e-6 {
			t.Errorf("Cosine(mar, %s) = %v, %v; want %v", word, got, err, c)
		}
	}
	nearest, err := m.Nearest("mar", len(want.Nearest))
	if err != nil {
		t.Fatal(err)
	}
	sameNeighbours(t, "nearest", nearest, want.Nearest)
	for _, a := range want.Analogies {
		got, err := m.Analogy(a.Words[0], a.Words[1], a.Words[2], len(a.Answer))
		if err != nil {
			t.Fatal(err)
		}
		sameNeighbours(t, "analogy of "+a.Words[0], got, a.Answer)
	}
}

func TestNeighboursAtTheEdges(t *testing.T) {
	m := smallModel(t) // año (1, −2), b (½, ¼), "" (0, 8)
	if all, err := m.Nearest("b", 9); err != nil || len(all) != 2 || all[0].Word != "" {
		t.Errorf("Nearest(b, 9) = %v, %v", all, err)
	}
	if none, err := m.Nearest("b", 0); err != nil || len(none) != 0 {
		t.Errorf("Nearest(b, 0) = %v, %v", none, err)
	}
	var unknown *UnknownWordError
	for _, err := range []error{
		second(m.Nearest("x", 1)), second(m.Cosine("b", "x")), second(m.Analogy("b", "x", "b", 1)),
	} {
		if !errors.As(err, &unknown) || unknown.Word != "x" {
			t.Errorf("an unknown word gave %v", err)
		}
	}
	if _, err := m.NearestTo([]float32{1}, 1); err == nil {
		t.Error("a vector of another size was accepted")
	}
	zero, err := m.NearestTo([]float32{0, 0}, 2)
	if err != nil || zero[0] != (Neighbour{"año", 0}) || zero[1] != (Neighbour{"b", 0}) {
		t.Errorf("neighbours of zero: %v, %v; equals should keep the model's order", zero, err)
	}
}

func second[T any](_ T, err error) error { return err }
