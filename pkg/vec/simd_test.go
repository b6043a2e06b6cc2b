//go:build amd64 && goexperiment.simd

package vec

import "simd/archsimd"

// onThisProcessor are the kernels that can be tried here.
func onThisProcessor() map[string]kernel {
	list := map[string]kernel{"plain": plain}
	if archsimd.X86.AVX2() && archsimd.X86.FMA() {
		list["AVX2"] = avx2
	}
	if archsimd.X86.AVX512() {
		list["AVX-512"] = avx512
	}
	return list
}
