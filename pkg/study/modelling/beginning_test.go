package modelling

import (
	"os"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// Only a text that goes on ends in an ellipsis.
func TestBeginning(t *testing.T) {
	d := &DataSet{Run: &run.Run{Dir: t.TempDir()}, Train: Part{Path: "train.txt"}}
	if err := os.WriteFile(d.Run.Path("train.txt"), []byte("señal"), 0o600); err != nil {
		t.Fatal(err)
	}
	for characters, want := range map[int]string{3: "señ…\n", 5: "señal\n", 9: "señal\n"} {
		beginning, err := d.Beginning(characters)
		if err != nil {
			t.Fatal(err)
		}
		if text := beginning.(chart.Note).Text; !strings.HasPrefix(text, want) {
			t.Errorf("the first %d characters are %q", characters, text)
		}
	}
}
