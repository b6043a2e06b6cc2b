// Package vec computes on vectors of float32 and matrices of int8: on all processors,
// and with the processor's vector instructions where Go has them (on amd64, built with
// GOEXPERIMENT=simd). It needs nothing but Go, so that it works in a browser too.
//
// In: slices. Out: slices. With vector instructions sums are taken in another order than
// without, so that results differ in the last digits.
package vec
