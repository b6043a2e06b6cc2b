package corpus

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// splitStream keeps the split's random numbers independent of all others drawn from the
// same seed.
const splitStream = 0x73706c6974 // "split"

// Split divides rows at random into training and test sets, both in the order of rows. The
// test set has n·testShare rows, rounded to the nearest; testShare is taken as 0 below 0
// and as 1 above 1.
//
// The same number of rows, share and seed always give the same split: the numbers 0…n−1 are
// shuffled (Fisher and Yates, by PCG) and the first of them are the test set.
func Split[T any](rows []T, testShare float64, seed uint64) (train, test []T) {
	n := len(rows)
	order := rand.New(rand.NewPCG(seed, splitStream)).Perm(n)
	isTest := make([]bool, n)
	for _, i := range order[:testSize(n, testShare)] {
		isTest[i] = true
	}
	return part(rows, isTest)
}

// testSize is n·testShare, rounded.
func testSize(n int, testShare float64) int {
	return int(math.Round(float64(n) * min(max(testShare, 0), 1)))
}

// part keeps the rows' order in both parts.
func part[T any](rows []T, isTest []bool) (train, test []T) {
	for i, row := range rows {
		if isTest[i] {
			test = append(test, row)
		} else {
			train = append(train, row)
		}
	}
	return train, test
}

// ErrOneAuthor is the error of splitting rows by author if all have the same one.
var ErrOneAuthor = errors.New("corpus: the texts of one author alone cannot be split by author")

// SplitAuthors divides rows into training and test, both in the order of rows, so that all
// rows of an author are in the same set.
//
// The authors, sorted by name, are shuffled (Fisher and Yates, by PCG). In that order each
// is put into the test set if that brings its size nearer to n·testShare. If none does,
// because all have too many rows, the one with the fewest is put there. At least one author
// stays in training. So the test set may be smaller or larger than asked for, especially if
// authors are few or have very different numbers of rows.
//
// The same authors with the same numbers of rows, share and seed always give the same
// split. If all rows have one author the error is [ErrOneAuthor], unless there are no rows
// or the share is 0.
func SplitAuthors[T any](rows []T, author func(T) string, testShare float64, seed uint64) (train, test []T, err error) {
	counts := map[string]int{}
	var authors []string
	for _, row := range rows {
		name := author(row)
		if counts[name] == 0 {
			authors = append(authors, name)
		}
		counts[name]++
	}
	target := testSize(len(rows), testShare)
	if target == 0 {
		return slices.Clone(rows), nil, nil
	}
	if len(authors) == 1 {
		return nil, nil, ErrOneAuthor
	}
	slices.Sort(authors)
	rand.New(rand.NewPCG(seed, authorStream)).Shuffle(len(authors), func(i, j int) { authors[i], authors[j] = authors[j], authors[i] })
	chosen, size := map[string]bool{}, 0
	for _, name := range authors {
		if n := counts[name]; len(chosen) < len(authors)-1 && distance(size+n, target) < distance(size, target) {
			chosen[name] = true
			size += n
		}
	}
	if len(chosen) == 0 {
		chosen[slices.MinFunc(authors, func(a, b string) int { return cmp.Compare(counts[a], counts[b]) })] = true
	}
	isTest := make([]bool, len(rows))
	for i, row := range rows {
		isTest[i] = chosen[author(row)]
	}
	train, test = part(rows, isTest)
	return train, test, nil
}

// authorStream sets the numbers of a split by author apart, as splitStream does.
const authorStream = 0x617574686f72 // "author"

func distance(a, b int) int { return max(a-b, b-a) }

// SplitTime divides rows into training and test, both in the order of rows: the test
// set are the newest n·testShare rows, rounded to the nearest. Of rows of the same
// time, those that stand later count as newer.
func SplitTime[T any](rows []T, at func(T) time.Time, testShare float64) (train, test []T) {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return at(rows[i]).Compare(at(rows[j])) })
	isTest := make([]bool, len(rows))
	for _, i := range order[len(rows)-testSize(len(rows), testShare):] {
		isTest[i] = true
	}
	return part(rows, isTest)
}
