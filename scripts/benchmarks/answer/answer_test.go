package answer

import (
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// child makes the test binary a program that answers one turn.
const child = "HEMICICLO_TEST_ANSWER"

// A small program that a large one started answers with what it held itself.
func TestPeakIsNotTheStarters(t *testing.T) {
	if os.Getenv(child) != "" {
		if err := Write(os.Stdout, map[string]any{}); err != nil {
			t.Fatal(err)
		}
		os.Exit(0)
	}
	if runtime.GOOS != "linux" {
		t.Skip("the peak is read from Linux's /proc")
	}
	const large = 256 << 20
	held := make([]byte, large)
	for i := 0; i < large; i += 4096 {
		held[i] = 1
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPeakIsNotTheStarters$")
	command.Env = append(os.Environ(), child+"=1")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	runtime.KeepAlive(held)
	var answer struct{ Peak int64 }
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if answer.Peak <= 0 || answer.Peak > large/2 {
		t.Errorf("the peak of an empty program is %d MiB; who started it held %d", answer.Peak>>20, large>>20)
	}
}
