package int8_test

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// A model's weights are rounded once; the decoder then needs no engine.
func Example() {
	m, err := gpt2.Load("../testdata/tiny")
	if err != nil {
		fmt.Println(err)
		return
	}
	weights, err := m.Int8()
	if err != nil {
		fmt.Println(err)
		return
	}
	nll, err := int8.NewDecoder(weights).NLL([]int32{5, 6, 7, 14, 8})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", nll)
	// Output:
	// [6.39 5.53 2.65 1.57]
}
