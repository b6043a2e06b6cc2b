package vec

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Parallel splits 0 … n-1 into parts of at most part numbers, and calls work for each on all
// processors: with the first number of a part and the one after its last.
func Parallel(n, part int, work func(first, last int)) {
	var (
		begun atomic.Int64
		group sync.WaitGroup
	)
	worker := func() {
		for {
			last := int(begun.Add(int64(part)))
			if last-part >= n {
				return
			}
			ClearUpper() // Whatever the goroutine did before, plain code is not to be slow.
			work(last-part, min(last, n))
		}
	}
	for range min((n+part-1)/part, runtime.GOMAXPROCS(0)) - 1 {
		group.Go(worker)
	}
	worker()
	group.Wait()
}
