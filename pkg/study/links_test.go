package study_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestLinks: a cell is linked in a moment, for it has nothing of what is slow to link: no
// engine, no JavaScript machine, no Parquet, no JSON library that compiles, and no C. Nor have
// the packages that stand apart so that they need none.
func TestLinks(t *testing.T) {
	const format = `{{.ImportPath}} {{.Standard}} {{len .CgoFiles}}`
	list, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", format, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	if len(lines) < 50 {
		t.Fatalf("go list knows %d packages:\n%s", len(lines), list)
	}
	const project = "github.com/hemiciclo/hemiciclo/pkg/"
	for _, apart := range []string{"tweets", "compare", "vectors", "finetune/training", "finetune/perplexity", "backend/memory", "gpt2/config", "gpt2/int8"} {
		if !strings.Contains(string(list), project+apart+" ") {
			t.Errorf("cells do not link %s, which is then not looked at", apart)
		}
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		name, standard, cgo := fields[0], fields[1] == "true", fields[2] != "0"
		for _, slow := range []string{"gomlx", "goja", "parquet-go", "goccy/go-json", "hemiciclo/pkg/work"} {
			if strings.Contains(name, slow) {
				t.Errorf("cells link %s", name)
			}
		}
		if cgo && !standard {
			t.Errorf("cells link %s, which has C", name)
		}
	}
}
