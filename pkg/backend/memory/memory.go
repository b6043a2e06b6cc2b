// Package memory tells whether an engine ran out of memory, of a GPU or of the host.
//
// In: an error of an engine. Out: whether that was its cause. It needs no engine, so that
// packages that link none can say what to reduce.
package memory

import (
	"slices"
	"strings"
)

// Exhausted tells whether err says that memory ran out. XLA's errors come as text: those of a
// status with its name, or with its number in PJRT, 8; CUDA's in its own words.
func Exhausted(err error) bool {
	if err == nil {
		return false
	}
	text := strings.ToLower(err.Error())
	return slices.ContainsFunc([]string{"resource_exhausted", "(code=8)", "out of memory"}, func(words string) bool {
		return strings.Contains(text, words)
	})
}
