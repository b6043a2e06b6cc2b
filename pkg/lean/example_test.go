package lean_test

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/lean"
)

// Two models have read a text; the second needs more for its first words.
func Example() {
	tokens := []string{"Mano", " dura", " con", " los", " vec", "inos"}
	right := []float32{3.1, 0.9, 1.2, 0.8, 2.0, 0.2} // negative log-likelihoods, in nats
	left := []float32{5.2, 2.7, 1.1, 0.8, 1.4, 0.2}

	words := lean.Words(tokens, right, left)
	var texts []string
	var leans []float64
	total := 0.0
	for _, word := range words {
		bits := word.Lean(0, 1)
		fmt.Printf("%-7s %+.2f bits\n", word.Text, bits)
		texts, leans = append(texts, word.Text), append(leans, bits)
		total += bits
	}
	fmt.Printf("the right's with probability %.2f\n", lean.Probability(total))
	begin, end := lean.ShortestSpan(leans, 0.8)
	fmt.Println("most of it is in", texts[begin:end])
	// Output:
	// Mano    +3.03 bits
	// dura    +2.60 bits
	// con     -0.14 bits
	// los     +0.00 bits
	// vecinos -0.87 bits
	// the right's with probability 0.96
	// most of it is in [Mano dura]
}
