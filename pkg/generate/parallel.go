package generate

import (
	"runtime"
	"sync"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// parallel does work for 0 … n-1, on all processors.
func parallel(n int, work func(i int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				vec.ClearUpper() // Scalars are slow otherwise.
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}
