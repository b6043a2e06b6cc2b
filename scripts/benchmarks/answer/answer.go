// Package answer is how the programs of scripts/bench answer each turn that they are
// given: with a line of JSON.
package answer

import (
	"encoding/json"
	"io"
	"runtime"
	"syscall"
)

// Write writes the values as a line of JSON, and with them "peak": the most memory
// that this process ever held, in bytes.
func Write(w io.Writer, values map[string]any) error {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	values["peak"] = usage.Maxrss << 10 // in KiB
	if runtime.GOOS == "darwin" {
		values["peak"] = usage.Maxrss // in bytes there
	}
	return json.NewEncoder(w).Encode(values)
}
