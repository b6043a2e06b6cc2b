//go:build !(amd64 && goexperiment.simd)

package vec

// onThisProcessor are the kernels that can be tried here.
func onThisProcessor() map[string]kernel { return map[string]kernel{"plain": plain} }
