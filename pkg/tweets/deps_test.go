package tweets_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestLinksFast: what shows results is linked anew for each cell of a notebook, so
// none of the packages that take long to link may be among what this one needs.
func TestLinksFast(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", `{{.ImportPath}} {{join .CgoFiles " "}}`, ".")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "github.com/hemiciclo/hemiciclo/pkg/tweets" {
		t.Fatalf("go list ends with %q", last)
	}
	for _, line := range lines {
		path, cgo, _ := strings.Cut(line, " ")
		if strings.HasPrefix(path, "github.com/parquet-go/") || strings.HasPrefix(path, "github.com/goccy/") || path == "runtime/cgo" || cgo != "" {
			t.Errorf("pkg/tweets needs %s", line)
		}
	}
}
