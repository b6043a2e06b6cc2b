// Package answer is how the programs of scripts/bench answer each turn that they are
// given: with a line of JSON.
package answer

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// Write writes the values as a line of JSON, and with them "peak": the most memory
// that this process ever held, in bytes.
func Write(w io.Writer, values map[string]any) error {
	peak, err := peakMemory()
	if err != nil {
		return err
	}
	values["peak"] = peak
	return json.NewEncoder(w).Encode(values)
}

// peakMemory returns the most memory that this process ever held, in bytes. Linux says it in
// /proc; its getrusage would begin with what the process held that started this one.
func peakMemory() (int64, error) {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		if _, told, found := strings.Cut(string(status), "VmHWM:"); found {
			var kibibytes int64
			if _, err := fmt.Sscan(told, &kibibytes); err != nil {
				return 0, fmt.Errorf("/proc/self/status: VmHWM: %w", err)
			}
			return kibibytes << 10, nil
		}
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, err
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss, nil // in bytes there, elsewhere in KiB
	}
	return usage.Maxrss << 10, nil
}
