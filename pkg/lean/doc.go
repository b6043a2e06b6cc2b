// Package lean says where in a text two models differ.
//
// In: the tokens of a text and how likely each model finds them. Out: its words, each with
// its lean: the bits by which the one model expects it more than the other. The leans of the
// words add up to that of the text, which says under which model the text is likelier
// ([Probability]), and of which a few words may carry most ([ShortestSpan]).
//
// It needs nothing but the standard library, so that it runs wherever the tokens are scored.
package lean

import "math"

// Probability is that of the first side, if both sides are equally frequent, for a text
// whose words' leans add up to bits.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }
