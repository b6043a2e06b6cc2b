package corpus

import (
	"math"
	"math/rand/v2"
)

// splitStream sets the split's random numbers apart from all others that are
// drawn from the same seed.
const splitStream = 0x73706c6974 // "split"

// Split divides rows at random into training and test, both in the order of
// rows. The test set has n·testShare rows, rounded to the nearest; testShare
// is taken as 0 below 0 and as 1 above 1.
//
// The same rows' number, share and seed always give the same split: the
// numbers 0…n−1 are shuffled (Fisher and Yates, by PCG) and the first of them
// are the test set.
func Split[T any](rows []T, testShare float64, seed uint64) (train, test []T) {
	n := len(rows)
	size := int(math.Round(float64(n) * min(max(testShare, 0), 1)))
	order := rand.New(rand.NewPCG(seed, splitStream)).Perm(n)
	isTest := make([]bool, n)
	for _, i := range order[:size] {
		isTest[i] = true
	}
	train, test = make([]T, 0, n-size), make([]T, 0, size)
	for i, row := range rows {
		if isTest[i] {
			test = append(test, row)
		} else {
			train = append(train, row)
		}
	}
	return train, test
}
