// Package lean says where in a text two models differ.
//
// In: the tokens of a text, with each model's negative log-likelihood of each. Out: its words,
// each with its lean: by how many bits one model expects it more than the other. The sum of
// the leans says under which model the text is likelier ([Probability]), and a few words may
// carry most of it ([ShortestSpan]).
//
// It needs nothing but the standard library, so that it runs wherever the tokens are scored.
package lean

import "math"

// Probability returns the probability that a text is the first side's, given the sum of its
// words' leans in bits, if texts of both sides are equally frequent.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }
