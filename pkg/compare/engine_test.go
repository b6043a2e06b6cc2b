package compare_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Notebook cells are programs that are linked each time they run. Those that only show
// results link these packages, which must bring no engine, no Parquet and no C with them.
func TestResultsNeedNoEngine(t *testing.T) {
	for name, light := range map[string]bool{
		"compare": true, "vectors": true, "finetune/training": true, "finetune/perplexity": true,
		// That what is heavy is noticed:
		"word2vec": false, "vectors/parquet": false,
	} {
		list := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}}{{if .CgoFiles}} (C){{end}}", "github.com/hemiciclo/hemiciclo/pkg/"+name)
		list.Env = append(os.Environ(), "CGO_ENABLED=1") // without it no package has C
		out, err := list.Output()
		if err != nil {
			t.Fatalf("%v: %v", list.Args, err)
		}
		var heavy []string
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, "github.com/gomlx/") || strings.HasPrefix(line, "github.com/parquet-go/") || strings.Contains(line, "(C)") {
				heavy = append(heavy, strings.TrimSpace(line))
			}
		}
		if (len(heavy) == 0) != light {
			t.Errorf("pkg/%s needs %q", name, heavy)
		}
	}
}
