package vectors_test

import (
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

func Example() {
	var b vectors.Builder
	err := errors.Join(
		b.Add("barrio", 40, []float32{0.9, 0.1, 0.2}),
		b.Add("vecinos", 30, []float32{0.8, 0.2, 0.1}),
		b.Add("pensiones", 25, []float32{0.1, 0.9, 0.3}),
		b.Add("reforma", 20, []float32{0.2, 0.8, 0.1}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := b.Model()
	if err != nil {
		fmt.Println(err)
		return
	}
	neighbours, err := model.Nearest("barrio", 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range neighbours {
		fmt.Printf("%s %.2f\n", n.Word, n.Similarity)
	}
	// Output:
	// vecinos 0.99
	// reforma 0.36
}
