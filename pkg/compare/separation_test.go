package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestSeparationIsScikitLearns(t *testing.T) {
	data, err := os.ReadFile("testdata/separation.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Vectors [][]float64
		Labels  []string
		F, P    float64
		Groups  map[string]struct{ Explained, Distance float64 }
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	got, err := SeparationOf(want.Vectors, want.Labels, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.F-want.F) > 1e-9 {
		t.Errorf("F = %v, want %v", got.F, want.F)
	}
	k, n := float64(len(want.Groups)), float64(len(want.Vectors))
	if explained := want.F * (k - 1) / (want.F*(k-1) + n - k); math.Abs(got.Explained-explained) > 1e-9 {
		t.Errorf("explained %v, want %v", got.Explained, explained)
	}
	if math.Abs(got.P-want.P) > 0.003 { // 4 standard deviations of 1,999 lots
		t.Errorf("P = %v, want %v", got.P, want.P)
	}
	if len(got.Groups) != len(want.Groups) || got.Units != len(want.Vectors) {
		t.Errorf("%d groups, %d units", len(got.Groups), got.Units)
	}
	for _, g := range got.Groups {
		w := want.Groups[g.Name]
		if math.Abs(g.Explained-w.Explained) > 1e-9 || math.Abs(g.Distance-w.Distance) > 1e-9 {
			t.Errorf("%s: explained %v at distance %v, want %v", g.Name, g.Explained, g.Distance, w)
		}
	}
	again, err := SeparationOf(want.Vectors, want.Labels, nil, 1)
	if err != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("the same seed gave %+v, %v", again, err)
	}
}

// authored makes the texts of authors who each write around a place of their own,
// wherever their group has its centre.
func authored(groups, authors, each int, apart float64, rng *rand.Rand) (vectors [][]float64, labels, units []string) {
	for g := range groups {
		for a := range authors {
			x, y := apart*float64(g)+rng.NormFloat64(), rng.NormFloat64()
			for range each {
				vectors = append(vectors, []float64{x + rng.NormFloat64()/4, y + rng.NormFloat64()/4})
				labels, units = append(labels, fmt.Sprint("g", g)), append(units, fmt.Sprint(g, "-", a))
			}
		}
	}
	return vectors, labels, units
}

// TestSeparationDrawsAuthors has groups that differ by nothing but who is in them:
// that must not count as a difference, as it does when texts are shuffled.
func TestSeparationDrawsAuthors(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	significant, naive := 0, 0
	const runs = 60
	for range runs {
		vectors, labels, units := authored(3, 6, 20, 0, rng)
		byAuthor, err := separation(vectors, labels, units, 1, 199)
		if err != nil {
			t.Fatal(err)
		}
		byText, err := separation(vectors, labels, nil, 1, 199)
		if err != nil {
			t.Fatal(err)
		}
		if byAuthor.P <= 0.05 {
			significant++
		}
		if byText.P <= 0.05 {
			naive++
		}
	}
	if significant > 9 { // 4 standard deviations above 5 % of 60
		t.Errorf("%d of %d samples of one population are apart", significant, runs)
	}
	if naive < runs/2 {
		t.Errorf("drawn by text, only %d of %d are: the test proves nothing", naive, runs)
	}
	vectors, labels, units := authored(3, 6, 20, 4, rng)
	s, err := SeparationOf(vectors, labels, units, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.P > 0.001 || s.Units != 18 || s.Rows != 360 || s.Groups[0].P > 0.01 || s.Groups[1].P < 0.05 || s.Groups[2].Units != 6 {
		t.Errorf("groups far apart, the middle one amid the others: %+v", s)
	}
}

// TestSeparationNeedsSpread: rows that differ by rounding alone do not make a figure
// of it.
func TestSeparationNeedsSpread(t *testing.T) {
	for name, c := range map[string][2][]float64{
		"all rows":         {{0.1, 0.3}, {0.1, 0.3}},
		"those of a group": {{0.1, 0.3}, {0.7, -0.2}},
	} {
		var vectors [][]float64
		var labels []string
		for i := range 3001 {
			vectors, labels = append(vectors, c[i%2]), append(labels, []string{"x", "y"}[i%2])
		}
		if s, err := separation(vectors, labels, nil, 1, 9); !errors.Is(err, ErrNoSpread) {
			t.Errorf("%s the same: %+v, %v", name, s, err)
		}
	}
}

func TestSeparationRefuses(t *testing.T) {
	a, b := []float64{1, 2}, []float64{2, 1}
	for _, c := range []struct {
		vectors       [][]float64
		labels, units []string
		want          string
	}{
		{[][]float64{a, b}, []string{"x"}, nil, "together"},
		{[][]float64{a, b}, []string{"x", "y"}, []string{"u"}, "together"},
		{[][]float64{a, b}, []string{"x", "x"}, nil, "groups"},
		{[][]float64{a, b}, []string{"x", "y"}, nil, "more vectors"},
		{[][]float64{a, {1}, b}, []string{"x", "y", "y"}, nil, "dimensions"},
		{[][]float64{a, a, a}, []string{"x", "y", "y"}, nil, "same"},
		{[][]float64{a, b, {math.NaN(), 0}}, []string{"x", "y", "y"}, nil, "finite"},
		{[][]float64{a, b, a}, []string{"x", "y", "y"}, []string{"u", "u", "v"}, "unit"},
	} {
		if _, err := SeparationOf(c.vectors, c.labels, c.units, 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %v, %v: error %v should name %q", c.vectors, c.labels, c.units, err, c.want)
		}
	}
}
