// Package lean says where in a text two models differ.
//
// In flow the tokens of a text and what each model makes of them, out flow its words, each
// with its lean: the bits by which the one model expects it more than the other. Leans add
// up to those of the text, which say under which model it is likelier ([Probability]), and
// of which a few words may carry most ([ShortestSpan]).
//
// It needs nothing but the standard library, so that it runs wherever the tokens are scored.
package lean

import "math"

// Probability is that of the first side, were both as frequent, where the leans of a text's
// words add up to so many bits.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }
