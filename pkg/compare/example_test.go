package compare_test

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

func ExampleKeynessOf() {
	right := []string{"orden y seguridad en los barrios", "seguridad para las familias", "más seguridad y trabajo"}
	left := []string{"pensiones dignas para las familias", "pensiones y salud", "trabajo y pensiones"}
	keyness, err := compare.KeynessOf(right, left, compare.KeynessOptions{MinCount: 2, Intervals: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, word := range keyness.Words {
		fmt.Printf("%-10s %v  z = %+.2f\n", word.Word, word.Counts, word.Z)
	}
	// Output:
	// seguridad  [3 0]  z = +1.50
	// familias   [1 1]  z = +0.00
	// trabajo    [1 1]  z = +0.00
	// pensiones  [0 3]  z = -1.50
}
