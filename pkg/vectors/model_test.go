package vectors

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func smallModel(t *testing.T) *Model {
	t.Helper()
	var b Builder
	err := errors.Join(b.Add("año", 9, []float32{1, -2}), b.Add("b", 4, []float32{0.5, 0.25}), b.Add("", 4, []float32{0, 8}))
	if err != nil {
		t.Fatal(err)
	}
	m, err := b.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestDocumentMean(t *testing.T) {
	m := smallModel(t)
	for _, c := range []struct {
		tokens []string
		want   []float64
	}{
		{nil, []float64{0, 0}},
		{[]string{"unknown"}, []float64{0, 0}},
		{[]string{"año"}, []float64{1, -2}},
		// The unknown word counts in the divisor, a repeated one twice in the sum.
		{[]string{"año", "b", "año", "unknown"}, []float64{2.5 / 4, -3.75 / 4}},
	} {
		if got := m.DocumentMean(c.tokens); !reflect.DeepEqual(got, c.want) {
			t.Errorf("DocumentMean(%q) = %v, want %v", c.tokens, got, c.want)
		}
	}
}

func TestModelAnswers(t *testing.T) {
	m := smallModel(t)
	if m.Len() != 3 || m.Size() != 2 || m.Count("b") != 4 || m.Count("x") != 0 {
		t.Errorf("Len %d, Size %d, Count %d and %d", m.Len(), m.Size(), m.Count("b"), m.Count("x"))
	}
	v, known := m.Vector("b")
	if !known || !reflect.DeepEqual(v, []float32{0.5, 0.25}) {
		t.Errorf("Vector(b) = %v, %v", v, known)
	}
	v[0] = 99
	if again, _ := m.Vector("b"); again[0] != 0.5 {
		t.Error("changing a vector that was handed out changed the model")
	}
	if v, known := m.Vector("x"); known || v != nil {
		t.Errorf("Vector(x) = %v, %v", v, known)
	}
}

func TestBuilderRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		want   string
		count  int64
		vector []float32
	}{
		{"empty", 1, nil},
		{"dimensions", 1, []float32{1}},
		{"count", -1, []float32{1, 2}},
		{"not finite", 1, []float32{1, nan}},
		{"more than once", 1, []float32{1, 2}},
	} {
		var b Builder
		if err := b.Add("mar", 1, []float32{3, 4}); err != nil {
			t.Fatal(err)
		}
		err := b.Add("mar", c.count, c.vector)
		if err == nil {
			_, err = b.Model()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("a word %d times with vector %v gave %v, which should name %q", c.count, c.vector, err, c.want)
		}
	}
	if _, err := new(Builder).Model(); err == nil {
		t.Error("a model without words was made")
	}
}
