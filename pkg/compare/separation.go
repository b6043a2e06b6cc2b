package compare

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Separation says how far groups of texts stand apart in a space of vectors.
type Separation struct {
	Rows  int `json:"rows"`
	Units int `json:"units"`
	// Explained is the share of the variance of the vectors that lies between the
	// groups rather than within them.
	Explained float64 `json:"explained"`
	// F is the variance between the groups divided by that within them, each per degree of
	// freedom: the index of Caliński and Harabasz, "A dendrite method for cluster analysis"
	// (1974), and the pseudo-F of Anderson, "A new method for non-parametric multivariate
	// analysis of variance" (2001).
	F float64 `json:"f"`
	// P is how often random groups are as far apart.
	P            float64           `json:"p"`
	Permutations int               `json:"permutations"`
	Groups       []GroupSeparation `json:"groups"`
}

// GroupSeparation says how far one group stands from all others taken together.
type GroupSeparation struct {
	Name  string `json:"name"`
	Rows  int    `json:"rows"`
	Units int    `json:"units"`
	// Distance is that of its mean from the mean of the others, in units of the
	// spread of the vectors around the means of their groups.
	Distance float64 `json:"distance"`
	// Explained is the share of the variance that lies between it and the others.
	Explained float64 `json:"explained"`
	// P is how often any of the random groups is as far from the others, so that it holds
	// for all groups together.
	P float64 `json:"p"`
}

// permutationStream keeps these random numbers independent of all others drawn from the
// same seed.
const permutationStream = 0x7065726d // "perm"

// defaultPermutations make 0.0005 the smallest P.
const defaultPermutations = 1999

// SeparationOf measures how far groups stand apart: vectors are the rows, labels their
// groups and units who each row is by. Units are permuted as a whole, since an author's
// texts are alike whatever the group; all rows of a unit must have the same label. With nil
// units every row is its own unit, which makes nearly any difference in a large corpus
// significant.
//
// P values are (1 + permutations as extreme) / (1 + permutations), as in Phipson and Smyth,
// "Permutation P-values should never be zero" (2010); those of groups are compared with the
// most extreme group of every permutation (Westfall and Young, "Resampling-Based Multiple
// Testing", 1993).
//
// There must be two groups or more, more rows than groups, and some spread, between
// rows and within groups, or it is [ErrNoSpread].
func SeparationOf(vectors [][]float64, labels, units []string, seed uint64) (Separation, error) {
	return separation(vectors, labels, units, seed, defaultPermutations)
}

func separation(vectors [][]float64, labels, units []string, seed uint64, permutations int) (Separation, error) {
	t, err := newGroupedRows(vectors, labels, units)
	if err != nil {
		return Separation{}, err
	}
	observed := t.apart()
	if t.total-observed.between <= flat*t.total {
		return Separation{}, fmt.Errorf("%w: the vectors of each group are all the same", ErrNoSpread)
	}
	s := Separation{Rows: len(vectors), Units: len(t.sums), Permutations: permutations, Explained: observed.between / t.total}
	within := (t.total - observed.between) / float64(len(vectors)-len(t.groups))
	s.F = observed.between / float64(len(t.groups)-1) / within
	for g, name := range t.groups {
		s.Groups = append(s.Groups, GroupSeparation{
			Name: name, Rows: int(observed.rows[g]), Units: observed.units[g],
			Distance: observed.distance[g] / math.Sqrt(within), Explained: observed.alone[g] / t.total,
		})
	}
	asFar, groupAsFar := 1, make([]int, len(t.groups))
	rng := rand.New(rand.NewPCG(seed, permutationStream))
	for range permutations {
		rng.Shuffle(len(t.group), func(i, j int) { t.group[i], t.group[j] = t.group[j], t.group[i] })
		permuted := t.apart()
		if reaches(permuted.between, observed.between) {
			asFar++
		}
		most := slices.Max(permuted.alone)
		for g := range t.groups {
			if reaches(most, observed.alone[g]) {
				groupAsFar[g]++
			}
		}
	}
	s.P = float64(asFar) / float64(1+permutations)
	for g := range s.Groups {
		s.Groups[g].P = float64(1+groupAsFar[g]) / float64(1+permutations)
	}
	return s, nil
}

// ErrNoSpread is the error for vectors that do not differ, so that no distance in units of
// their spread exists.
var ErrNoSpread = errors.New("compare: no spread in which groups could stand apart")

// flat is the part of a sum of squares that may be due to rounding alone, over many
// equal rows.
const flat = 1e-9

// reaches compares up to rounding: the same permutation may be summed in another order.
func reaches(permuted, observed float64) bool { return permuted >= observed*(1-1e-12) }

// groupedRows are the rows, less their mean, added up by unit, and the group of each unit.
type groupedRows struct {
	groups []string    // sorted names
	group  []int       // of each unit
	sums   [][]float64 // of each unit's rows
	rows   []float64   // of each unit
	total  float64     // Σ |row|²
}

func newGroupedRows(vectors [][]float64, labels, units []string) (*groupedRows, error) {
	if len(vectors) != len(labels) || units != nil && len(units) != len(labels) {
		return nil, fmt.Errorf("compare: %d vectors, %d labels and %d units do not go together", len(vectors), len(labels), len(units))
	}
	names := map[string]int{}
	for _, label := range labels {
		names[label] = 0
	}
	t := &groupedRows{groups: slices.Sorted(maps.Keys(names))}
	for g, name := range t.groups {
		names[name] = g
	}
	if len(t.groups) < 2 || len(vectors) <= len(t.groups) {
		return nil, fmt.Errorf("%w: %d vectors in %d groups: give two groups or more, and more vectors than groups", ErrNoSpread, len(vectors), len(t.groups))
	}
	size := len(vectors[0])
	mean := make([]float64, size)
	for i, v := range vectors {
		if len(v) != size {
			return nil, fmt.Errorf("compare: vector %d has %d dimensions, those before it %d", i+1, len(v), size)
		}
		for d, x := range v {
			mean[d] += x / float64(len(vectors))
		}
	}
	length := 0.0 // Σ |v|²
	place := map[string]int{}
	for i, v := range vectors {
		u, known := len(t.sums), false
		if units != nil {
			if u, known = place[units[i]]; !known {
				u = len(t.sums)
				place[units[i]] = u
			}
		}
		if !known {
			t.sums, t.rows, t.group = append(t.sums, make([]float64, size)), append(t.rows, 0), append(t.group, names[labels[i]])
		}
		if t.group[u] != names[labels[i]] {
			return nil, fmt.Errorf("compare: unit %q is in the groups %q and %q: each must be in one", units[i], t.groups[t.group[u]], labels[i])
		}
		t.rows[u]++
		for d, x := range v {
			t.sums[u][d] += x - mean[d]
			t.total += (x - mean[d]) * (x - mean[d])
			length += x * x
		}
	}
	if math.IsNaN(t.total) || math.IsInf(t.total, 0) {
		return nil, errors.New("compare: the vectors are not finite")
	}
	if t.total <= flat*length {
		return nil, fmt.Errorf("%w: the vectors are all the same", ErrNoSpread)
	}
	return t, nil
}

// apartness is what the groups, as they are assigned, make of the variance.
type apartness struct {
	between  float64   // Σ rows · |mean|² over groups
	alone    []float64 // the same for each group and all others
	distance []float64 // of each group's mean from that of the others
	rows     []float64
	units    []int
}

func (t *groupedRows) apart() apartness {
	n := len(t.groups)
	a := apartness{alone: make([]float64, n), distance: make([]float64, n), rows: make([]float64, n), units: make([]int, n)}
	sums := make([][]float64, n)
	for g := range sums {
		sums[g] = make([]float64, len(t.sums[0]))
	}
	all := 0.0
	for u, g := range t.group {
		a.rows[g] += t.rows[u]
		a.units[g]++
		all += t.rows[u]
		for d, x := range t.sums[u] {
			sums[g][d] += x
		}
	}
	for g, sum := range sums {
		square := 0.0
		for _, x := range sum {
			square += x * x
		}
		others := all - a.rows[g]
		a.between += square / a.rows[g]
		// The sums of a group and of the others cancel: rows are less their mean.
		a.alone[g] = square/a.rows[g] + square/others
		a.distance[g] = math.Sqrt(square) * (1/a.rows[g] + 1/others)
	}
	return a
}
