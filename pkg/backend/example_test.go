package backend_test

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

func ExampleOpenWith() {
	engine, err := backend.OpenWith(backend.Options{CPU: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	sum, err := graph.CallOnce(engine.Backend, func(x *graph.Node) *graph.Node { return graph.ReduceAllSum(x) }, []float32{1, 2, 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(engine.Platform, sum.Value())
	// Output: cpu 6
}
