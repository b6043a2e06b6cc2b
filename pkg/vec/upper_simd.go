//go:build amd64 && goexperiment.simd

package vec

import "simd/archsimd"

// ClearUpper clears the upper halves of the processor's vector registers. Code that uses
// them, as Go's own does after it was interrupted, can leave them in use, and then each
// older vector instruction waits for the one before: SHA-256 takes fifty times as long.
func ClearUpper() {
	if archsimd.X86.AVX() {
		archsimd.ClearAVXUpperBits()
	}
}
