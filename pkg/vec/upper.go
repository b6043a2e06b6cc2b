//go:build !(amd64 && goexperiment.simd)

package vec

// ClearUpper does nothing here.
func ClearUpper() {}
